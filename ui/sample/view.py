"""Choose a sample, see beforehand how it covers the items, and show it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from embedcurate.clauses import quote
from embedcurate.errors import ResultMissing

from ..items import Rows
from .form import FILTER, SELECTED, SHOWN, Form
from .model import Outcome, Wish, filter_of, read
from .result import Result
from .trying import Trying
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
        self.form = Form(session)
        self.result = Result(session, self.icon)
        self.trying = Trying(session, self.form, self)
        sides = QSplitter()
        sides.addWidget(self.form)
        sides.addWidget(self.result)
        sides.setChildrenCollapsible(False)
        sides.setHandleWidth(1)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(sides)
        self.setFocusProxy(self.form.count)
        self.form.asked.connect(self.choose)
        self.result.showing.connect(self._show_rows)
        self.result.selecting.connect(session.select)
        self.trying.asking.connect(self.result.wait)
        self.trying.told.connect(self.result.show_outcome)
        self.trying.failed.connect(self.result.say)
        session.opened.connect(self._reread)
        session.found.connect(lambda verb: self._reread() if verb == _VERB else None)
        self._reread()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to tell beforehand what would be chosen."""
        super().showEvent(event)
        self.trying.watch(known=self.outcome is not None)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell no more."""
        super().hideEvent(event)
        self.trying.stop()

    @property
    def outcome(self) -> Outcome | None:
        """The sample that is shown, or what it would be."""
        return self.result.outcome

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
            {"do": "save", "name": name, "ids": session.items.ids[session.rows]},
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

    def _show_rows(self, rows: Rows) -> None:
        self._session.show(rows=rows, title=self.tr("Sample"))
        self.to_grid.emit()

    def _reread(self) -> None:
        """Show the sample that was chosen last."""
        session, outcome = self._session, None
        if session.collection is None:
            self.trying.stop()
        elif len(session.items):
            try:
                outcome = read(session.results)
            except ResultMissing:
                outcome = None
        self.result.show_outcome(outcome)
        if self.isVisible() and session.collection is not None:
            self.trying.watch(known=outcome is not None)
