"""What analyses kept on disk, read in a thread: of a million items it takes a quarter second."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, SignalInstance

from embedcurate.errors import ResultMissing

__all__ = ["Reader"]

_Found = TypeVar("_Found")


class Reader(QObject):
    """Reads in a thread of its own, and answers in the thread of its owner.

    Of several readings only the newest answers. One that finds its result gone answers None.
    """

    _arrived = Signal(int, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._turn = 0
        self._then: Callable[[object], None] = lambda _: None
        self._arrived.connect(self._answer)

    def read(self, look: Callable[[], _Found], then: Callable[[_Found | None], None]) -> None:
        """Have `look` called in the thread, and `then` with what it returns."""
        self._turn += 1
        self._then = then  # type: ignore[assignment]
        self._pool.start(_Reading(self._turn, look, self._arrived))

    def forget(self) -> None:
        """Let no reading answer any more."""
        self._turn += 1

    def _answer(self, turn: int, found: object) -> None:
        if turn == self._turn:
            self._then(found)


class _Reading(QRunnable):
    def __init__(self, turn: int, look: Callable[[], object], arrived: SignalInstance) -> None:
        super().__init__()
        self._turn, self._look, self._arrived = turn, look, arrived

    def run(self) -> None:
        try:
            found = self._look()
        except ResultMissing:
            found = None
        try:
            self._arrived.emit(self._turn, found)
        except RuntimeError:
            return  # the window was closed meanwhile, and the reader with it
