"""Thumbnails in memory: a worker process makes them, what is looked at first comes first."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from ..decoding import Decoder
from ..processes import Worker
from .passages import Passages

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["SIZES_PX", "Thumbnail", "Thumbnails"]

SIZES_PX = (128, 256, 512, 1024)
_BATCH = 8
_UNDER_WAY = 2
_WAITING = 2048


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """One item in small: a picture, or what a sound or a text is drawn from.

    Attributes
    ----------
    size_px : one of `SIZES_PX`, the longer side that was asked for
    image : null unless the item is a picture
    peaks : (n,) float32 in [0, 1], the loudest sample of each stretch of a sound; else (0,)
    text : the beginning of a text
    reason : why there is nothing to show, a sentence
    """

    size_px: int
    image: QImage
    peaks: NDArray[np.float32]
    text: str = ""
    reason: str = ""

    @property
    def cost(self) -> int:
        """Bytes of memory, about."""
        return 500 + self.image.sizeInBytes() + self.peaks.nbytes + len(self.text)


class Thumbnails(QObject):
    """The thumbnails of a session's items, the most recently used within a budget of memory.

    `get` answers at once. What it lacks is made by a worker of its own: those asked for last
    first, in their order, a few at a time; what many newer ones overtook is forgotten. `made`
    brings the row of each as it arrives. `passages` are those of long texts; the `decoder` forgets
    what waits whenever the rows may be others.
    """

    made = Signal(int)

    def __init__(self, session: "Session", *, budget_bytes: int = 192 << 20) -> None:
        super().__init__(session)
        self._session = session
        self._budget = budget_bytes
        self._worker = Worker(self)
        self.decoder = Decoder(self)
        self.passages = Passages(session, self._worker, self)
        self.passages.made.connect(self.made)
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._go_on)
        self._kept: OrderedDict[int, Thumbnail] = OrderedDict()
        self._under_way: dict[int, dict[int, int]] = {}
        self._forget_all()
        session.opened.connect(self._forget_all)

    def _forget_all(self) -> None:
        for number in self._under_way:
            self._worker.forget(number)
        self.passages.forget_all()
        self.decoder.stop()
        self._kept.clear()
        self._bytes = 0
        self._asked: dict[int, int] = {}
        self._waiting: dict[int, int] = {}
        self._alone: deque[tuple[int, int]] = deque()
        self._under_way = {}
        self._undecoded: set[int] = set()

    def get(self, row: int, size_px: int = 256) -> Thumbnail | None:
        """Return a row's thumbnail if it is in memory; else have it made and return None.

        One that is smaller than `size_px` is returned too, and replaced once `made` comes again.
        """
        size = next((size for size in SIZES_PX if size >= size_px), SIZES_PX[-1])
        kept = self._kept.get(row)
        if kept is not None:
            self._kept.move_to_end(row)
        if kept is None or kept.size_px < size:
            self._asked[row] = size
            if not self._turn.isActive():
                self._turn.start()
        return kept

    def drop(self, rows: Iterable[int]) -> None:
        """Forget that these were asked for, as far as they are not being made already."""
        for row in rows:
            self._asked.pop(row, None)
            self._waiting.pop(row, None)

    def stop(self) -> None:
        """Forget everything and end the worker; it starts again when it is needed."""
        self._turn.stop()
        self._forget_all()
        self._worker.stop()

    @property
    def bytes(self) -> int:
        """How much memory the thumbnails take."""
        return self._bytes

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked for has come."""
        waiting = self._asked or self._waiting or self._alone or self._under_way
        return self.passages.is_idle and not (waiting or self._undecoded)

    def _go_on(self) -> None:
        if self._asked:
            coming = {row for batch in self._under_way.values() for row in batch}
            coming |= self._undecoded
            newest = {row: size for row, size in self._asked.items() if row not in coming}
            self._waiting = dict(islice({**newest, **self._waiting, **newest}.items(), _WAITING))
            self._asked = {}
        while len(self._under_way) < _UNDER_WAY and len(self.decoder) <= _BATCH and self._send():
            pass

    def _send(self) -> bool:
        if self._alone:
            row, size = self._alone.popleft()
            batch = {row: size}
        else:
            size = next(iter(self._waiting.values()), 0)
            same = (row for row, wanted in self._waiting.items() if wanted == size)
            batch = {row: self._waiting.pop(row) for row in list(islice(same, _BATCH))}
        if not batch or self._session.collection is None:
            return False
        rows = dict(zip(self._session.items.ids_of(batch), batch, strict=True))

        def answered(document: dict[str, Any]) -> None:
            if self._under_way.pop(number, None) is not None:
                for id_, row in rows.items():
                    self._take(row, size, document["made"][id_])
                self._turn.start()

        def failed(kind: str, sentence: str) -> None:
            lost = self._under_way.pop(number, None)
            if lost is None:
                return
            if kind == "Died" and len(lost) > 1:
                self._alone.extend(lost.items())
            else:
                for row in lost:
                    self._take(row, size, {"reason": sentence})
            self._turn.start()

        number = self._worker.ask(
            "thumbnails",
            {
                "collection": str(self._session.collection),
                "into": str(self._session.folder),
                "items": list(rows),
                "size_px": size,
            },
            answered,
            failed,
        )
        self._under_way[number] = batch
        return True

    def _take(self, row: int, size_px: int, made: dict[str, Any]) -> None:
        """Keep what was made, of a picture once it is decoded."""
        reason = made.get("reason", "")
        peaks = np.asarray(made.get("peaks") or (), np.float32)
        text = made.get("text") or ""

        def keep(image: QImage, trouble: str) -> None:
            told = reason
            if trouble:
                told = self.tr("The thumbnail can't be read: {}.").format(trouble)
            self._undecoded.discard(row)
            self._keep(row, Thumbnail(size_px, image, peaks, text, told))
            self.made.emit(row)
            self._turn.start()

        if file := made.get("image"):
            self._undecoded.add(row)
            self.decoder.decode(Path(file), keep)
        else:
            keep(QImage(), "")

    def _keep(self, row: int, thumbnail: Thumbnail) -> None:
        if before := self._kept.pop(row, None):
            self._bytes -= before.cost
        self._kept[row] = thumbnail
        self._bytes += thumbnail.cost
        while self._bytes > self._budget and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].cost
