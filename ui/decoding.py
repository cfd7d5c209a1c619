"""Pictures decoded beside the GUI thread, which draws meanwhile."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QBuffer, QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

__all__ = ["Decoder", "decoded"]

Then: TypeAlias = Callable[[QImage, str], None]


def decoded(file: Path) -> tuple[QImage, str]:
    """Return the picture in a file, null if it is none, and the system's word if it can't be read.

    Through bytes, as Qt takes no names that are not UTF-8; by a reader, which leaves Python's other
    threads free, as `QImage.fromData` does not.
    """
    try:
        data = QByteArray(file.read_bytes())
    except OSError as error:
        return QImage(), error.strerror or str(error)
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    return QImageReader(buffer).read(), ""


class Decoder(QObject):
    """Decodes files one after the other in a thread, and tells of each in its turn, here."""

    _over = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[tuple[Future[tuple[QImage, str]], Then]] = []
        # Queued even where a file was decoded before anybody could wait for it.
        self._over.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def __len__(self) -> int:
        return len(self._waiting)

    def decode(self, file: Path, then: Then) -> None:
        """Decode a file, and call `then` with what `decoded` returns."""
        self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="decoder")
        future = self._thread.submit(decoded, file)
        self._waiting.append((future, then))
        future.add_done_callback(self._over.emit)

    def stop(self) -> None:
        """Forget what waits, wait for the file that is being decoded, and end the thread."""
        thread, self._thread = self._thread, None
        self._waiting = []
        if thread is not None:
            thread.shutdown(wait=True, cancel_futures=True)

    def _tell(self, _: object) -> None:
        if self._waiting and self._waiting[0][0].done():  # else it was forgotten
            future, then = self._waiting.pop(0)
            then(*future.result())
