"""One item large, asked of a worker: of many that are asked for quickly only the last is made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal
from PySide6.QtGui import QImage

from ..items import MODALITIES
from ..session import Session

__all__ = [
    "LONGEST_S",
    "SIZES_PX",
    "Medium",
    "Picture",
    "Preview",
    "Reading",
    "Sound",
    "Stretch",
    "Unshown",
]

SIZES_PX = (1024, 2048, 4096, 8192)
LONGEST_S = 600.0
"""Seconds of a sound that a preview has to play."""
_WAIT_MS = 60
_LEAD_S = 30.0

Stretch: TypeAlias = tuple[float, float]
"""Start and end of a segment: seconds of a sound, characters of a text."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of `width_px` by `height_px`, at the size of `image` or coarser."""

    row: int
    image: QImage
    width_px: int
    height_px: int
    is_final: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A sound as it is drawn and played.

    Attributes
    ----------
    peaks : (n, 2) float32, lowest and highest sample of each stretch
    spectrogram : (f, t) uint8, the highest frequency first
    wav : a file to play, which has the seconds from `wav_start_s` to `wav_end_s`
    hit : the stretch that a search found
    """

    row: int
    peaks: NDArray[np.float32]
    spectrogram: NDArray[np.uint8]
    duration_s: float
    wav: Path
    wav_start_s: float
    wav_end_s: float
    hit: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, the characters of the passage that a search found, and if it was cut."""

    row: int
    text: str
    is_cut: bool = False
    hit: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Unshown:
    """Nothing to see, and why, in a sentence."""

    row: int
    reason: str


Medium: TypeAlias = Picture | Sound | Reading | Unshown


class Preview(QObject):
    """Has items shown large. `arrived` brings what was asked for last, a coarse picture first."""

    arrived = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._decoder = session.findChild(_Decoder) or _Decoder(session)
        self._decoder.decoded.connect(self._take_image)
        self._timer = QTimer(self, interval=_WAIT_MS, singleShot=True)
        self._timer.timeout.connect(self._ask)
        session.opened.connect(self.stop)
        session.thumbnails.made.connect(self._take_thumbnail)
        self.row = -1
        self.hit: Stretch | None = None
        self._size_px = SIZES_PX[0]
        self._has_px = 0
        self._heard_from = 0.0
        self._number = 0
        self._turn = 0

    def show(self, row: int, *, size_px: int = SIZES_PX[0]) -> None:
        """Have the item at `row` shown, a picture with at least `size_px` on its longer side."""
        self.stop()
        self.row = row
        if row < 0:
            return
        self.hit = self.found(row)
        self._size_px = next((size for size in SIZES_PX if size >= size_px), SIZES_PX[-1])
        duration_s = self._session.items.value("duration_s", row) or 0.0
        far = self.hit is not None and duration_s > LONGEST_S
        self._heard_from = max(self.hit[0] - _LEAD_S, 0.0) if self.hit and far else 0.0
        self._timer.start()
        self._take_thumbnail(row)

    def found(self, row: int) -> Stretch | None:
        """Return the part of an item that the search of now found."""
        segment = self._session.hits.get(row, {}).get("segment")
        return (float(segment["start"]), float(segment["end"])) if segment else None

    def sharpen(self, size_px: int) -> None:
        """Have the picture made again, if it is coarser than `size_px` on its longer side."""
        size = next((size for size in SIZES_PX if size >= size_px), SIZES_PX[-1])
        if self.row >= 0 and self._has_px and size > self._size_px:
            self._size_px = size
            self._timer.start()

    def hear(self, second: float) -> None:
        """Have a sound's file made anew, to begin at a second that the one of now lacks."""
        if self.row >= 0:
            self._heard_from = second
            self._timer.start()

    def stop(self) -> None:
        """Ask no more and forget what was asked."""
        self._timer.stop()
        self._forget()
        self.row, self._has_px = -1, 0
        self._turn += 1

    def _forget(self) -> None:
        if self._number:
            self._session.forget(self._number)
            self._number = 0

    def _ask(self) -> None:
        row, turn = self.row, self._turn
        self._forget()
        if self._session.collection is None:  # it is being closed
            return

        def answered(document: dict[str, Any]) -> None:
            self._number = 0
            if turn == self._turn:
                self._take(row, document)

        def failed(sentence: str) -> None:
            self._number = 0
            if turn == self._turn:
                self.arrived.emit(Unshown(row, self.tr("Not to be shown: {}").format(sentence)))

        arguments: dict[str, Any] = {
            "id": self._session.items.id_of(row),
            "into": str(self._session.folder),
            "size_px": self._size_px,
        }
        if self._heard_from:
            arguments["segment"] = [self._heard_from, self._heard_from + LONGEST_S]
        self._number = self._session.ask("preview", arguments, answered, failed=failed)

    def _take(self, row: int, document: dict[str, Any]) -> None:
        if "image" in document:
            width, height = int(document["width_px"]), int(document["height_px"])
            final = self._size_px >= max(width, height) or self._size_px == SIZES_PX[-1]
            self._decoder.decode(document["image"], _Asked(self, self._turn, width, height, final))
        elif "peaks" in document:
            self.arrived.emit(
                Sound(
                    row,
                    np.load(document["peaks"]).reshape(-1, 2),
                    np.load(document["spectrogram"]),
                    float(document["duration_s"]),
                    Path(document["wav"]),
                    float(document["wav_start_s"]),
                    float(document["wav_end_s"]),
                    self.hit,
                )
            )
        else:
            self.arrived.emit(Reading(row, document["text"], document["cut"], self.hit))

    def _take_image(self, asked: "_Asked", image: QImage) -> None:
        if asked.by is not self or asked.turn != self._turn:
            return
        if image.isNull():
            self.arrived.emit(Unshown(self.row, self.tr("The preview of this picture is damaged.")))
            return
        self._has_px = max(image.width(), image.height())
        self.arrived.emit(Picture(self.row, image, asked.width_px, asked.height_px, asked.is_final))

    def _take_thumbnail(self, row: int) -> None:
        """Show a picture's thumbnail until its preview is there."""
        if (
            row != self.row
            or self._has_px
            or MODALITIES[self._session.items.modality[row]] != ("image")
        ):
            return
        thumbnail = self._session.thumbnails.get(row)
        items = self._session.items
        width, height = items.value("width_px", row), items.value("height_px", row)
        if thumbnail is not None and not thumbnail.image.isNull() and width and height:
            self.arrived.emit(Picture(row, thumbnail.image, width, height))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who wants an image, and what it is."""

    by: Preview
    turn: int
    width_px: int
    height_px: int
    is_final: bool


class _Decoder(QObject):
    """Decodes images in threads of Qt's pool, for all previews of a session.

    It goes with the session: a thread that is done finds it although the view that asked is gone.
    """

    decoded = Signal(object, QImage)

    def decode(self, file: str, asked: _Asked) -> None:
        """Decode a file; `decoded` brings the image, a null one if it can't be read."""
        decoded = self.decoded

        def decode() -> None:
            image = QImage(file)
            try:
                decoded.emit(asked, image)
            except RuntimeError:  # the session ended meanwhile
                return

        QThreadPool.globalInstance().start(decode)
