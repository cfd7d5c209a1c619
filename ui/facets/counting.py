"""Counts of each facet's values, so that a choice within a facet does not hide its other values."""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from embedcurate.errors import QueryError
from embedcurate.filters import Filter

from ..search.model import is_filter
from ..session import Document, Session
from .model import FACETS, RANGES, bounds, of_clauses, ranged, said, without

__all__ = ["Counts"]

_PAUSE_MS = 400
_MOST_ROWS = 50_000
"""More than that are not counted again before something else is shown."""


class Counts(QObject):
    """What the session counts of the rows shown.

    `changed` comes with other counts: with the name of a facet, or "" for all of them.
    Of a facet of which the query names values, the counts are those without that part of the
    query: what would be there if another value were chosen. Of hits of a search they are of the
    hits alone.
    """

    changed = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._others: dict[str, Any] = {}
        self._before: dict[str, Any] = {}
        self._questions: list[int] = []
        self.clauses: list[Filter] = []
        self._again = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._again.timeout.connect(self._ask_anew)
        session.shown.connect(self._shown)

    def count_anew(self) -> None:
        """Count again in a moment, as marks or results have changed; what is shown stays."""
        if self._session.collection is not None:
            self._again.start()

    def _ask_anew(self) -> None:
        session = self._session
        if session.collection is None:
            return
        rows = session.rows
        arguments: Document = {"where": session.query, "into": str(session.folder)}
        if session.title or not is_filter(session.query):
            if len(rows) > _MOST_ROWS:
                return
            arguments |= {"where": "", "ids": session.items.ids[rows]}

        def counted(document: Document) -> None:
            if rows is session.rows:
                session.facets = document["facets"]
                self._shown()

        self._questions.append(session.ask("narrow", arguments, counted))

    def of(self, name: str) -> Any:
        """Return the counts of a facet, None if there are none."""
        return self._others.get(name, self._session.facets.get(name))

    def _tell(self, name: str = "") -> None:
        self._before = {**self._session.facets, **self._others}
        self.changed.emit(name)

    def _shown(self) -> None:
        session = self._session
        for number in self._questions:
            session.forget(number)
        self._questions, self._others, before = [], {}, self._before
        try:
            self.clauses = [] if session.title else of_clauses(session.query)
        except QueryError:
            self.clauses = []
        if self.clauses and session.collection is not None and is_filter(session.query):
            for name, query in self._wider(session.query).items():
                arguments = {"where": query, "into": str(session.folder)}
                then = partial(self._counted, name)
                if name in before:  # what was shown stays until there is an answer
                    self._others[name] = before[name]
                self._questions.append(session.ask("narrow", arguments, then))
        self._tell()

    def _wider(self, query: str) -> dict[str, str]:
        """Return facet -> the query without what it says of it, where it says something."""
        chosen = {
            name: without(query, facet)
            for name, facet in FACETS.items()
            if facet.single and said(self.clauses, facet)
        }
        return chosen | {
            column: ranged(query, column, None) for column in RANGES if bounds(self.clauses, column)
        }

    def _counted(self, name: str, document: Document) -> None:
        self._others[name] = document["facets"][name]
        self._tell(name)
