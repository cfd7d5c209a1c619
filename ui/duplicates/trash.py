"""Rejected files in the system's trash, and back again as soon as they are rejected no more."""

import os
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFile, QObject, QTimer, Signal

from .groups import REJECT

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Trash"]

_TURN_S = 0.02


class Trash(QObject):
    """Moves files to the trash and follows their marks: taking a reject mark back restores a file.

    Files are moved a few at a time, so that the window never waits; `moved` tells how many are
    there after each time, and how many are still to be moved. What the trash does not say the
    place of can't be restored from here.
    """

    moved = Signal(int, int)

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._there: dict[str, tuple[Path, Path | None]] = {}
        self._waiting: deque[tuple[str, Path]] = deque()
        self._refused: list[str] = []
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._go_on)
        session.marked.connect(self._restore)

    def __len__(self) -> int:
        return len(self._there)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._there

    def put(self, rows: Iterable[int]) -> None:
        """Move the files of these rows to the trash; not tables of which an item is but a row."""
        items = self._session.items
        for row in rows:
            id_ = items.id_of(row)
            if items.value("row", row) is not None:
                self._refused.append(
                    self.tr("'{}', a row of '{}'").format(items.name(row), items.path(row))
                )
            elif id_ not in self._there:
                self._waiting.append((id_, items.path(row)))
        if self._waiting or self._refused:
            self._turn.start()

    def _go_on(self) -> None:
        until = time.perf_counter() + _TURN_S
        while self._waiting and time.perf_counter() < until:
            id_, path = self._waiting.popleft()
            file = QFile(os.fspath(path))
            if not file.moveToTrash():
                self._refused.append(self.tr("'{}': {}").format(path, file.errorString()))
                continue
            place = Path(file.fileName())
            self._there[id_] = path, place if place != path and place.exists() else None
        self.moved.emit(len(self._there), len(self._waiting))
        if not self._waiting:
            self._turn.stop()
            self._tell_refused()

    def _tell_refused(self) -> None:
        refused, self._refused = self._refused, []
        if refused:
            self._session.said.emit(
                "error",
                self.tr("{} files can't be moved to the trash, such as {}.").format(
                    len(refused), refused[0]
                ),
            )

    def _restore(self, rows: Iterable[int]) -> None:
        if not self._there:
            return
        items, lost = self._session.items, []
        back = 0
        for row in rows:
            found = self._there.get(items.id_of(row))
            if found is None or items.pick[row] == REJECT:
                continue
            path, place = self._there.pop(items.id_of(row))
            if place is None or path.exists() or not _moved_back(place, path):
                lost.append(path)
            else:
                back += 1
        if lost:
            self._session.said.emit(
                "warning",
                self.tr("'{}' is still in the trash: restore it with the system's own.").format(
                    lost[0]
                ),
            )
        if back:
            self._session.said.emit("info", self.tr("{} files came back.").format(back))
        if lost or back:
            self.moved.emit(len(self._there), len(self._waiting))


def _moved_back(place: Path, path: Path) -> bool:
    """Move a file out of the trash; on Linux the trash has a note of it, which goes too."""
    if not QFile.rename(os.fspath(place), os.fspath(path)):
        return False
    note = place.parent.parent / "info" / f"{place.name}.trashinfo"
    note.unlink(missing_ok=True)
    return True
