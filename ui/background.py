"""Work on arrays that is done beside the GUI thread: numpy and Arrow leave it free meanwhile."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

__all__ = ["Background"]

_T = TypeVar("_T")


class Background(QObject):
    """A thread that does one thing at a time; of what waits, only the newest is ever done.

    It has no parent: whoever owns it calls `stop`, and nothing is told after that.
    """

    idle = Signal()
    _over = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="window")
        # Queued even where the work was over before anybody could wait for it.
        self._over.connect(self._end, Qt.ConnectionType.QueuedConnection)
        self._then: Callable[[Any], None] | None = None
        self._waiting: tuple[Callable[[], Any], Callable[[Any], None]] | None = None
        self._stopped = False

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self._then is not None

    def do(self, work: Callable[[], _T], then: Callable[[_T], None]) -> None:
        """Do `work` in the thread, and `then` with what it returns, here.

        What waited before is forgotten; what is being done already is still told.
        """
        if self._stopped:
            return
        if self.is_busy:
            self._waiting = work, then
            return
        self._then = then
        # The closure keeps this object while the thread may tell it something.
        self._thread.submit(work).add_done_callback(lambda future: self._over.emit(future))

    def _end(self, future: "Future[Any]") -> None:
        then, self._then = self._then, None
        if self._stopped or then is None:
            return
        waiting, self._waiting = self._waiting, None
        then(future.result())
        if waiting is not None and not self.is_busy:
            self.do(*waiting)
        if not self.is_busy:
            self.idle.emit()

    def stop(self) -> None:
        """Wait for what is being done, forget it, and end the thread."""
        self._stopped, self._waiting = True, None
        self._thread.shutdown(wait=True, cancel_futures=True)
