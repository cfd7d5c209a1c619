"""What a sample shall be, as a form."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from .. import theme
from ..items import MODALITIES
from .kinds import Kinds
from .model import MIXED, STRATEGIES, Wish
from .quotas import Quotas
from .which import FILTER, Which

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["ALL", "FILTER", "NONE", "SELECTED", "SHOWN", "Form"]

ALL, NONE, SHOWN, SELECTED = "all", "none", "shown", "selected"
_TAGS = "tag:"
_WIDTH_PX = 336
_MIXABLE = ("diverse", "representative", "typical", "random")


class Form(QScrollArea):
    """Fields for a `Wish`; `asked` when it is to be done, `changed` when it may be another one."""

    asked = Signal()
    changed = Signal()

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._named, self._is_waiting = False, False
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(*[theme.WIDE_PX] * 4)
        self._column.setSpacing(theme.TIGHT_PX)
        self._fill()
        self._column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFixedWidth(_WIDTH_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        session.opened.connect(self._offer_kinds)
        for signal in (session.opened, session.shown, session.selected):
            signal.connect(self._recount)
        self._offer_kinds()
        self._recount()
        self._tell()

    def _fill(self) -> None:
        strategies = {
            "diverse": self.tr("Diverse"),
            "representative": self.tr("Representative"),
            "typical": self.tr("Typical"),
            "balanced": self.tr("Balanced"),
            "random": self.tr("Random"),
            MIXED: self.tr("Mixed"),
        }
        self.count = theme.ValueSlider(self.tr("Size"), 1, 1000, 20, decimals=0, logarithmic=True)
        self._add(self.tr("Size"), self.count)
        self.strategy = QComboBox()
        for key in STRATEGIES:
            self.strategy.addItem(strategies[key], key)
        self._add(self.tr("Strategy"), self.strategy)
        self._meaning = theme.label("", theme.Type.SMALL, wrap=True)
        self._column.addWidget(self._meaning)
        self.weights = {
            key: theme.ValueSlider(
                self.tr("Weight of {}").format(strategies[key]), 0, 100, weight, decimals=0
            )
            for key, weight in zip(_MIXABLE, (50, 50, 0, 0), strict=True)
        }
        self._mix = QWidget()
        lines = QVBoxLayout(self._mix)
        lines.setContentsMargins(0, theme.TIGHT_PX, 0, 0)
        lines.setSpacing(theme.TIGHT_PX)
        for key, slider in self.weights.items():
            line = QHBoxLayout()
            words = theme.label(strategies[key], theme.Type.SMALL)
            words.setFixedWidth(96)
            line.addWidget(words)
            line.addWidget(slider)
            lines.addLayout(line)
        self._column.addWidget(self._mix)
        self._column.addWidget(self._make_classes())
        self.apart = QCheckBox(self.tr("Keep a least distance"))
        self.apart.setAccessibleName(self.apart.text())
        self.apart.setToolTip(self.tr("Cosine distance between any two diverse picks"))
        self.distance = theme.ValueSlider(self.tr("Least distance"), 0, 1.5, 0.3)
        self._column.addSpacing(theme.GAP_PX)
        self._column.addWidget(self.apart)
        self._column.addWidget(self.distance)
        self._add_choices()
        self.name = QLineEdit()
        self._add(self.tr("Kept as the selection"), self.name)
        self._column.addSpacing(theme.WIDE_PX)
        self.button = QPushButton(self.tr("Choose"))
        self.button.setProperty("primary", True)
        self.button.setAccessibleName(self.tr("Choose the sample"))
        self.button.clicked.connect(self.asked)
        self._column.addWidget(self.button)
        self._problem = theme.label("", theme.Type.SMALL, tone="error", wrap=True)
        self._column.addWidget(self._problem)
        self.strategy.currentIndexChanged.connect(self._tell)
        self.count.changed.connect(self._tell)
        self.apart.toggled.connect(self._tell)
        self.distance.changed.connect(self._tell)
        self.name.textEdited.connect(self._is_named)
        for slider in self.weights.values():
            slider.changed.connect(self._tell)

    def _make_classes(self) -> QWidget:
        self._classes = QWidget()
        column = QVBoxLayout(self._classes)
        column.setContentsMargins(0, theme.GAP_PX, 0, 0)
        column.setSpacing(theme.TIGHT_PX)
        self.by = QComboBox()
        self.by.setAccessibleName(self.tr("Balanced by"))
        for key, words in (
            ("cluster", self.tr("Clusters")),
            ("label", self.tr("Labels")),
            ("modality", self.tr("Kinds of media")),
            ("split", self.tr("Splits")),
            (_TAGS, self.tr("Tags")),
        ):
            self.by.addItem(words, key)
        self.tags = QLineEdit()
        self.tags.setAccessibleName(self.tr("Tags to balance"))
        self.tags.setPlaceholderText(self.tr("cat, dog, bird"))
        self.quotas = Quotas(self)
        table = QTableView()
        table.setModel(self.quotas)
        table.setAccessibleName(self.tr("Quotas"))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        header = table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column_ in (1, 2):
            header.setSectionResizeMode(column_, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column_, 62)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setFixedHeight(170)
        column.addWidget(theme.label(self.tr("Balanced by"), theme.Type.SMALL))
        for widget in (self.by, self.tags, table):
            column.addWidget(widget)
        self.by.currentIndexChanged.connect(self._tell)
        self.by.currentIndexChanged.connect(self._recount)
        self.tags.textEdited.connect(self._tell)
        self.tags.editingFinished.connect(self._recount)
        self.quotas.dataChanged.connect(lambda *_: self._tell())
        return self._classes

    def _add_choices(self) -> None:
        matching = self.tr("Items that match …")
        selected = {SELECTED: self.tr("The selection"), FILTER: matching}
        words = self.tr("From"), self.tr("Must have"), self.tr("Must not have")
        self.where = Which(
            words[0], {ALL: self.tr("All items"), SHOWN: self.tr("What is shown"), FILTER: matching}
        )
        self.kinds = Kinds()
        nothing = {NONE: self.tr("Nothing in particular")}
        self.must = Which(words[1], nothing | selected)
        self.must_not = Which(words[2], nothing | selected)
        for name, which in zip(words, (self.where, self.must, self.must_not), strict=True):
            self._add(name, which)
            which.changed.connect(self._tell)
            if which is self.where:
                self._column.addSpacing(theme.TIGHT_PX)
                self._column.addWidget(self.kinds)
        self.kinds.changed.connect(self._tell)

    def _add(self, words: str, widget: QWidget) -> None:
        self._column.addSpacing(theme.GAP_PX)
        self._column.addWidget(theme.label(words, theme.Type.SMALL))
        if not widget.accessibleName():
            widget.setAccessibleName(words)
        self._column.addWidget(widget)

    def wish(self) -> Wish:
        """Return what the form says, but for where, must and must not."""
        by = self.by.currentData()
        if by == _TAGS:
            by += ",".join(tag.strip() for tag in self.tags.text().split(",") if tag.strip())
        return Wish(
            name=self.name.text(),
            size=round(self.count.value),
            strategy=self.strategy.currentData(),
            weights={key: round(slider.value) for key, slider in self.weights.items()},
            by=by,
            quotas=self.quotas.quotas(),
            min_distance=self.distance.value if self.apart.isChecked() else None,
            kinds=self.kinds.chosen(),
        )

    def problem(self) -> str:
        """Return what is wrong with it, a sentence; empty if nothing is."""
        return self.contradiction() or self.wish().problem()

    def contradiction(self) -> str:
        """Return what is wrong with it but for its name, a sentence; empty if nothing is."""
        wish = self.wish()
        told = [which.problem for which in (self.where, self.must, self.must_not)]
        if self.must.key == SELECTED:
            told.append(wish.too_many(len(self._session.selection)))
        return next(filter(None, (wish.contradiction(), *told)), "")

    def wait_for(self, *, is_over: bool) -> None:
        """Let nothing be asked while a choice is under way."""
        self._is_waiting = not is_over
        self._tell()

    def _is_named(self, text: str) -> None:
        self._named = bool(text.strip())
        self._tell()

    def _offer_kinds(self) -> None:
        held = np.bincount(self._session.items.modality, minlength=len(MODALITIES))
        self.kinds.offer(kind for kind, count in zip(MODALITIES, held, strict=True) if count)

    def _recount(self) -> None:
        session = self._session
        self.where.call(SHOWN, self.tr("What is shown ({:,})").format(len(session.rows)))
        selected = self.tr("The selection ({:,})").format(len(session.selection))
        for which in (self.must, self.must_not):
            which.call(SELECTED, selected)
        if len(session.items):
            self.count.set_bounds(1, len(session.items))
        facet = session.facets.get(str(self.by.currentData()).removesuffix(":"), [])
        if self.by.currentData() == _TAGS:
            wanted = {tag.strip().lower() for tag in self.tags.text().split(",")}
            facet = [one for one in facet if str(one[0]).lower() in wanted]
        self.quotas.show(facet)
        self._tell()

    def _tell(self) -> None:
        wish = self.wish()
        if not self._named:
            self.name.setText(
                self.tr("{} {:,}").format(self.strategy.currentText(), wish.size).replace(",", "")
            )
        self._meaning.setText(self._meaning_of(wish.strategy))
        self._mix.setVisible(wish.strategy == MIXED)
        self._classes.setVisible(wish.is_balanced)
        self.tags.setVisible(self.by.currentData() == _TAGS)
        self.apart.setVisible(wish.keeps_distance)
        self.distance.setVisible(wish.keeps_distance and self.apart.isChecked())
        problem = self.problem()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self.button.setText(self.tr("Choosing …") if self._is_waiting else self.tr("Choose"))
        self.button.setEnabled(
            not problem and not self._is_waiting and bool(len(self._session.items))
        )
        self.changed.emit()

    def _meaning_of(self, strategy: str) -> str:
        return {
            "diverse": self.tr(
                "Each item as far as can be from those before: the whole range, extremes included."
            ),
            "representative": self.tr(
                "The middle of as many groups as there are picks: what stands for the others best."
            ),
            "typical": self.tr("Items with the nearest neighbours, from groups by their sizes."),
            "balanced": self.tr("As many of each class, whatever there is more of."),
            "random": self.tr("Any, each as likely as the others."),
            MIXED: self.tr("Several strategies, by weight; any beginning is mixed like the whole."),
        }[strategy]
