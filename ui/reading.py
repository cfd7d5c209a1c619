"""What an analysis kept on disk, read beside the GUI thread whenever there is something newer."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject

from embedcurate.collection.results import Results
from embedcurate.errors import ResultMissing

from .background import Background
from .items import Items

if TYPE_CHECKING:
    from .session import Session

__all__ = ["Reader"]

_Found = TypeVar("_Found")


class Reader(QObject, Generic[_Found]):
    """Reads what a verb found last, anew with each collection and each run of it.

    Parameters
    ----------
    look : returns what is on disk, None if there is no run; called in a thread, where it may take
        a second of a million items
    show : hears what `look` returned, and None where there are no items or where a run just gave
        way to another; of several readings only the newest is told
    """

    def __init__(
        self,
        session: "Session",
        verb: str,
        look: Callable[[Results, Items], _Found | None],
        show: Callable[[_Found | None], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._verb, self._look, self._show = session, verb, look, show
        self._turn = 0
        self._background = Background()
        self.destroyed.connect(self._background.stop)
        session.opened.connect(self.read)
        session.found.connect(self._found)

    def read(self) -> None:
        """Read what there is now."""
        self._turn += 1
        session = self._session
        if session.collection is None or not len(session.items):
            self._show(None)
            return
        look = partial(self._looked, session.results, session.items)
        self._background.do(look, partial(self._answer, self._turn))

    def _looked(self, results: Results, items: Items) -> _Found | None:
        try:
            return self._look(results, items)
        except ResultMissing:
            return None

    def _answer(self, turn: int, found: _Found | None) -> None:
        if turn == self._turn:
            self._show(found)

    def _found(self, verb: str) -> None:
        if verb == self._verb:
            self.read()
