"""Choose a sample, see how it covers the items, and show it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from embedcurate.clauses import quote
from embedcurate.errors import ResultMissing

from .. import theme
from ..items import MODALITIES
from .charts import CoverageCurve, CoverTable
from .form import FILTER, SELECTED, SHOWN, Form
from .model import Outcome, Wish, filter_of, read
from .which import Which

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["SampleView"]

_VERB = "sample"


class SampleView(QWidget):
    """A form at the left; at the right what came of it.

    `to_grid` when the sample was sent to the grid.
    """

    title = "Sample"
    icon = "dice-multiple-outline"

    to_grid = Signal()

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._outcome: Outcome | None = None
        self.form = Form(session)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_result())
        self._empty = theme.EmptyState(
            self.icon,
            self.tr("No sample yet"),
            self.tr(
                "Say at the left how many items you want and how they are chosen. You will see "
                "here how well they cover the others, beside what chance would give."
            ),
        )
        self._stack.addWidget(self._empty)
        sides = QSplitter()
        sides.addWidget(self.form)
        sides.addWidget(self._stack)
        sides.setChildrenCollapsible(False)
        sides.setHandleWidth(1)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(sides)
        self.setFocusProxy(self.form.count)
        self.form.asked.connect(self.choose)
        session.opened.connect(self._reread)
        session.found.connect(lambda verb: self._reread() if verb == _VERB else None)
        self._reread()

    def _make_result(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._bar = theme.Bar()
        self._count = self._bar.note()
        self._bar.stretch()
        self._show_it = self._bar.button(
            "view-grid-outline", self.tr("Show"), self.show_sample, words=True,
            tip=self.tr("Show the sample in the grid, in the order of picking"),
        )  # fmt: skip
        self._select_it = self._bar.button(
            "selection-multiple", self.tr("Select"), self.select_sample, words=True,
            tip=self.tr("Select the items of the sample"),
        )  # fmt: skip
        self._banner = theme.Banner()
        self._verdict = theme.label("", theme.Type.TITLE, wrap=True)
        self.curve, self.table = CoverageCurve(), CoverTable()
        column.addWidget(self._bar)
        column.addWidget(self._banner)
        body = QVBoxLayout()
        body.setContentsMargins(theme.WIDE_PX, theme.WIDE_PX, theme.WIDE_PX, theme.WIDE_PX)
        body.setSpacing(theme.WIDE_PX)
        body.addWidget(self._verdict)
        words = self.tr(
            "How far an item is from the nearest one that was chosen, as a cosine distance:"
        )
        body.addWidget(theme.label(words, theme.Type.SMALL, wrap=True))
        body.addWidget(self.table)
        body.addWidget(self.curve, 1)
        body.addStretch()
        column.addLayout(body, 1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return scroll

    @property
    def outcome(self) -> Outcome | None:
        """The sample that is shown."""
        return self._outcome

    def choose(self) -> None:
        """Choose the sample that the form describes, as a job, and keep it as a selection."""
        if self.form.problem():
            return
        wish = self.form.wish()

        def with_must(ids: list[str]) -> None:
            self._ids_of(self.form.must_not, lambda others: with_both(ids, others))

        def with_both(ids: list[str], others: list[str]) -> None:
            self._within(replace(wish, must=tuple(ids), must_not=tuple(others)))

        self._ids_of(self.form.must, with_must)

    def _ids_of(self, which: Which, then: Callable[[list[str]], None]) -> None:
        """Find the ids of a choice of items: of a filter by a question to the worker."""
        session = self._session
        if which.key == FILTER and which.filter:
            session.ask(
                "narrow",
                {"where": which.filter, "sort": "", "into": str(session.folder)},
                lambda document: then(session.items.ids_of(np.load(document["rows"]))),
            )
        elif which.key == SELECTED:
            then(session.items.ids_of(session.selection))
        else:
            then([])

    def _within(self, wish: Wish) -> None:
        """Add to the wish where it chooses from, and begin."""
        session, where = self._session, self.form.where
        if where.key == FILTER:
            self._begin(replace(wish, where=where.filter))
            return
        if where.key != SHOWN:
            self._begin(wish)
            return
        asked = None if session.title or session.hits else filter_of(session.query)
        if asked is not None:
            self._begin(replace(wish, where=asked))
            return
        # What was found by meaning, or picked by hand, is no filter: a selection stands for it.
        name = self.tr("Shown for {}").format(wish.name.strip())
        session.ask(
            "selections",
            {"do": "save", "name": name, "ids": session.items.ids_of(session.rows)},
            lambda _: self._begin(replace(wish, where=f"selection:{quote(name)}")),
        )

    def _begin(self, wish: Wish) -> None:
        problem = wish.problem()
        if problem:
            self._session.said.emit("warning", problem)
            return
        job = self._session.run(
            _VERB,
            wish.arguments(),
            self.tr("Choose {}").format(wish.name.strip()),
            lambda _: self._session.reread_marks(),
        )
        job.changed.connect(lambda: self.form.wait_for(is_over=job.state.is_over))
        self.form.wait_for(is_over=False)

    def show_sample(self) -> None:
        """Show the sample in the grid."""
        if self._outcome:
            self._session.show(rows=self._rows(), title=self.tr("Sample"))
            self.to_grid.emit()

    def select_sample(self) -> None:
        """Select the items of the sample."""
        if self._outcome:
            self._session.select(self._rows())

    def _rows(self) -> np.ndarray:
        assert self._outcome is not None
        rows = self._session.items.rows_of(self._outcome.ids)
        return rows[rows >= 0]

    def _reread(self) -> None:
        outcome = None
        if self._session.collection is not None and len(self._session.items):
            try:
                outcome = read(self._session.results)
            except ResultMissing:
                outcome = None
        self._outcome = outcome
        self._stack.setCurrentIndex(0 if outcome else 1)
        self.curve.show_outcome(outcome)
        self.table.show_outcome(outcome)
        if outcome is None:
            return
        self._count.setText(self._counted(outcome))
        self._verdict.setText(outcome.verdict())
        self._verdict.setVisible(bool(outcome.verdict()))
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
        codes = self._session.items.modality[self._rows()]
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
