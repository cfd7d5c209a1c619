"""What came of a sample, or would: how many it has, and how well they cover the items."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from .. import theme
from ..items import MODALITIES, Rows
from .charts import CoverageCurve, CoverTable
from .model import Outcome

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Result"]


class Result(QStackedWidget):
    """Shows an `Outcome`; `showing` and `selecting` bring the rows of its items."""

    showing = Signal(object)
    selecting = Signal(object)

    def __init__(self, session: "Session", icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.outcome: Outcome | None = None
        self.curve, self.table = CoverageCurve(), CoverTable()
        self.addWidget(self._made())
        self._empty = theme.EmptyState(icon, "", "")
        self.addWidget(self._empty)
        self.show_outcome(None)

    def _made(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = theme.Bar()
        self._state = theme.ElidedLabel("", theme.Type.TITLE)
        bar.add(self._state, 1)
        self._count = theme.label("", theme.Type.SMALL, wrap=True)
        self._show_it = bar.button(
            "view-grid-outline", self.tr("Show"), lambda: self.showing.emit(self.rows()),
            words=True, tip=self.tr("Show the sample in the grid, in the order of picking"),
        )  # fmt: skip
        self._select_it = bar.button(
            "selection-multiple", self.tr("Select"), lambda: self.selecting.emit(self.rows()),
            words=True, tip=self.tr("Select the items of the sample"),
        )  # fmt: skip
        self._banner = theme.Banner()
        self._verdict = theme.label("", theme.Type.TITLE, wrap=True)
        self._part = theme.label("", theme.Type.SMALL, wrap=True)
        column.addWidget(bar)
        column.addWidget(self._banner)
        body = QVBoxLayout()
        body.setContentsMargins(theme.WIDE_PX, theme.WIDE_PX, theme.WIDE_PX, theme.WIDE_PX)
        body.setSpacing(theme.WIDE_PX)
        words = self.tr(
            "How far an item is from the nearest one that was chosen, as a cosine distance:"
        )
        for widget in (
            self._count, self._verdict, theme.label(words, theme.Type.SMALL, wrap=True),
            self.table, self._part,
        ):  # fmt: skip
            body.addWidget(widget)
        body.addWidget(self.curve, 1)
        body.addStretch()
        column.addLayout(body, 1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return scroll

    def rows(self) -> Rows:
        """Return the rows of the items, in the order of picking."""
        if self.outcome is None:
            return np.empty(0, np.int64)
        rows = self._session.items.rows_of(self.outcome.ids)
        return rows[rows >= 0]

    def wait(self) -> None:
        """Say that another outcome is being worked out; what is shown stays meanwhile."""
        self._state.setText(self.tr("Working it out …"))
        if self.outcome is None:
            self._empty.say(self.tr("Working it out …"), self.tr("A preview comes in a moment."))

    def say(self, sentence: str) -> None:
        """Say why there is no outcome."""
        self.show_outcome(None)
        self._empty.say(self.tr("No preview"), sentence)

    def show_outcome(self, outcome: Outcome | None) -> None:
        """Show what came of a wish, or would; None for nothing yet."""
        self.outcome = outcome
        self.setCurrentIndex(0 if outcome else 1)
        self.curve.show_outcome(outcome)
        self.table.show_outcome(outcome)
        if outcome is None:
            self._empty.say(
                self.tr("No sample yet"),
                self.tr(
                    "Say at the left how many items you want and how they are chosen. You will "
                    "see here how well they cover the others, beside what chance would give."
                ),
            )
            return
        self._state.setText(
            self.tr("The sample") if outcome.is_kept else self.tr("Preview, not kept yet")
        )
        self._count.setText(self._counted(outcome))
        verdict = outcome.verdict()
        self._verdict.setText(verdict)
        self._verdict.setVisible(bool(verdict))
        self._part.setText(
            self.tr(
                "Told from {:,} of {:,} items, drawn at random: other ones would be chosen, about "
                "as far from the rest."
            ).format(outcome.measured, outcome.eligible)
        )
        self._part.setVisible(bool(outcome.measured))
        for button in (self._show_it, self._select_it):
            button.setEnabled(not outcome.measured)
        self._note(outcome)

    def _note(self, outcome: Outcome) -> None:
        notes = list(outcome.notes)
        if outcome.uncovered:
            notes.append(
                self.tr("{:,} items are of a kind of media of which nothing was chosen.").format(
                    outcome.uncovered
                )
            )
        if notes:
            self._banner.say("warning", " ".join(notes))
        else:
            self._banner.hide()

    def _counted(self, outcome: Outcome) -> str:
        """Say how many there are, and of which kinds."""
        codes = self._session.items.modality[self.rows()]
        words = {
            "image": self.tr("{:,} pictures"),
            "text": self.tr("{:,} texts"),
            "audio": self.tr("{:,} sounds"),
        }
        kinds = [
            words[kind].format(int(count))
            for kind, count in zip(
                MODALITIES, np.bincount(codes, minlength=len(MODALITIES)), strict=True
            )
            if count
        ]
        total = self.tr("{:,} of {:,} items").format(len(outcome.ids), outcome.eligible)
        return " · ".join([total, *kinds])
