"""The quality check: a card for each issue, by kind of media."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from embedcurate.items import ISSUES

from .. import theme
from ..reading import Reader
from .asking import PluginChecks
from .card import IssueCard
from .columns import Columns
from .model import VERB, Quality, read
from .wording import noun, title

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["QualityView"]


class QualityView(QWidget):
    """What is wrong with single items, with thresholds to move, and marks for what is found.

    `to_grid` when items were sent to the grid.
    """

    title = "Quality"
    icon = "image-filter-center-focus"

    to_grid = Signal()

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._quality: Quality | None = None
        self.cards: dict[str, IssueCard] = {}
        self._bar = theme.Bar()
        self._count = self._bar.note()
        self._bar.stretch()
        self.apply_button = self._bar.button(
            "check", self.tr("Use these thresholds"), self.apply, words=True,
            tip=self.tr("Let filters such as is:blurred go by the thresholds shown"),
        )  # fmt: skip
        self._poor = self._bar.button(
            "view-grid-outline", self.tr("Show all with faults"), self.show_poor, words=True
        )
        self._again = self._bar.button("refresh", self.tr("Check again"), self.check, words=True)
        self.checks = PluginChecks(session, self)
        self._bar.add(self.checks.button)
        self._banner = theme.Banner()
        self._empty = theme.EmptyState(self.icon, "", "")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._bar, self._banner):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)
        self._empty.acted.connect(self.check)
        self._banner.acted.connect(self._index_again)
        self.checks.asked.connect(self.check_by)
        self.checks.known.connect(self._tell_gone)
        Reader(session, VERB, read, self._show, self).read()

    @property
    def quality(self) -> Quality | None:
        """What is shown."""
        return self._quality

    def check(self) -> None:
        """Check the items, as a job, with the thresholds of the last time."""
        self._session.run(VERB, {"thresholds": self._given()}, self.tr("Check the quality"))

    def check_by(self, name: str) -> None:
        """Do the check of a plugin as well, as a job: all media it is for are opened again."""
        self._session.run(
            VERB,
            {"thresholds": self._given(), "checks": [name]},
            self.tr("Check: {}").format(title(name)),
        )

    def _given(self) -> dict[str, float]:
        return dict(self._quality.thresholds) if self._quality else {}

    def apply(self) -> None:
        """Check again with the thresholds shown, so that filters go by them."""
        self._session.run(VERB, {"thresholds": self.thresholds()}, self.tr("Check the quality"))

    def thresholds(self) -> dict[str, float]:
        """Return the thresholds shown."""
        return {name: card.threshold for name, card in self.cards.items()}

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the checks of plugins, once they can be seen."""
        super().showEvent(event)
        self.checks.look()

    def show_poor(self) -> None:
        """Show the items that have a fault."""
        self._session.show("is:poor")
        self.to_grid.emit()

    def show_issue(self, issue: str, threshold: float) -> None:
        """Show the items that have an issue: by a filter if it goes by this threshold."""
        assert self._quality is not None
        if abs(self._quality.thresholds[issue] - threshold) < 1e-6:
            self._session.show(f"is:{issue}")
        else:
            self._session.show(rows=self._quality.rows_of(issue, threshold), title=title(issue))
        self.to_grid.emit()

    def reject_issue(self, issue: str, threshold: float) -> None:
        """Reject the items that have an issue."""
        assert self._quality is not None
        rows = self._quality.rows_of(issue, threshold)
        self._session.mark(rows, pick="reject")
        self._session.said.emit(
            "info",
            self.tr("Rejected {:,} items: {}. Undo takes it back.").format(
                len(rows), title(issue).lower()
            ),
        )

    def _tell_gone(self) -> None:
        for name, card in self.cards.items():
            card.tell_gone(self.checks.lacks(name))

    def _index_again(self) -> None:
        for source in self._session.about.get("sources", ()):
            self._session.run("index", source, self.tr("Measure the items"))

    def _show(self, quality: Quality | None) -> None:
        self._quality = quality
        top = self._scroll.verticalScrollBar().value()
        self.cards = {}
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(*[theme.WIDE_PX] * 4)
        column.setSpacing(theme.GAP_PX)
        for modality in ISSUES:
            cards = self._cards_of(str(modality))
            if cards:
                column.addWidget(theme.label(noun(str(modality)), theme.Type.TITLE))
                column.addWidget(Columns(cards))
                column.addSpacing(theme.WIDE_PX)
        column.addStretch(1)
        self._scroll.setWidget(page)
        self._scroll.verticalScrollBar().setValue(top)
        self._tell()

    def _cards_of(self, modality: str) -> list[QWidget]:
        """Return the cards of a kind of media: what was found first, faults before traits."""
        if self._quality is None:
            return []
        made = [
            IssueCard(issue, self._quality)
            for issue in self._quality.issues
            if issue.modality == modality
        ]
        made.sort(key=lambda card: (not card.count, not card.issue.poor, -card.count))
        for card in made:
            self.cards[card.issue.name] = card
            card.tell_gone(self.checks.lacks(card.issue.name))
            card.shown.connect(self.show_issue)
            card.rejected.connect(self.reject_issue)
            card.moved.connect(lambda *_: self._tell_thresholds())
        return list(made)

    def _tell(self) -> None:
        quality = self._quality
        self._stack.setCurrentIndex(0 if quality else 1)
        self._poor.setEnabled(quality is not None)
        self._again.setEnabled(quality is not None)
        self._tell_thresholds()
        self._banner.hide()
        if quality is None:
            self._count.setText("")
            self._say_empty()
            return
        self._count.setText(
            self.tr("{:,} items checked · {:,} with faults").format(len(quality.rows), quality.poor)
        )
        if quality.unmeasured:
            can = bool(self._session.about.get("sources"))
            self._banner.say(
                "info",
                self.tr(
                    "{:,} items were indexed before their quality was measured. Index them again "
                    "to have it measured."
                ).format(quality.unmeasured),
                self.tr("Index again") if can else "",
            )

    def _tell_thresholds(self) -> None:
        moved = self._quality is not None and any(
            abs(self._quality.thresholds[name] - threshold) > 1e-6
            for name, threshold in self.thresholds().items()
        )
        self.apply_button.setVisible(moved)

    def _say_empty(self) -> None:
        if not len(self._session.items):
            self._empty.say(
                self.tr("No items yet"),
                self.tr("Blurred pictures, silent sounds, damaged texts are found once there are."),
            )
            return
        self._empty.say(
            self.tr("Not checked yet"),
            self.tr(
                "Find what is blurred, dark, silent, clipped, cut short, nearly empty, repeated "
                "and more. It takes moments: nothing is opened again."
            ),
            self.tr("Check the quality"),
        )
