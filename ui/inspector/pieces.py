"""Pieces of items to search by: a rectangle of a picture, a stretch of a sound, as files."""

import re
import wave
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt

from embedcurate.filters import All, Compare
from embedcurate.query import MediumFile, Query, Term
from embedcurate.query import format as written

from .preview import Picture, Sound, Stretch
from .span import clock

__all__ = ["cut_picture", "cut_sound", "query_of"]

_LONGEST_PX = 512
_LONGEST_S = 60.0


def cut_picture(picture: Picture, region: QRect, folder: Path, name: str) -> Path:
    """Write a rectangle of a picture, in its own pixels, as a file of its own.

    A large one is written smaller: no encoder looks at more than `_LONGEST_PX`.
    """
    across = picture.image.width() / picture.width_px
    down = picture.image.height() / picture.height_px
    rect = QRect(
        int(region.x() * across),
        int(region.y() * down),
        max(round(region.width() * across), 1),
        max(round(region.height() * down), 1),
    )
    piece = picture.image.copy(rect)
    if max(piece.width(), piece.height()) > _LONGEST_PX:
        piece = piece.scaled(
            QSize(_LONGEST_PX, _LONGEST_PX),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    file = _free(folder, f"{name} {region.width()}x{region.height()}", ".png")
    if not piece.save(str(file)):
        raise OSError(f"'{file}' can't be written.")
    return file


def cut_sound(sound: Sound, stretch: Stretch, folder: Path, name: str) -> Path:
    """Write a stretch of a sound, in seconds, as a file of its own; at most a minute of it."""
    start, end = stretch[0], min(stretch[1], stretch[0] + _LONGEST_S)
    times = f"{clock(start)}-{clock(end)}".replace(":", ".")
    file = _free(folder, f"{name} {times}", ".wav")
    with wave.open(str(sound.wav), "rb") as source, wave.open(str(file), "wb") as piece:
        rate = source.getframerate()
        place = round((start - sound.wav_start_s) * rate)
        source.setpos(min(max(place, 0), source.getnframes()))
        piece.setparams(source.getparams())
        piece.writeframes(source.readframes(max(round((end - start) * rate), 1)))
    return file


def query_of(file: Path, modality: str) -> str:
    """Return the query that looks for what is like a file, among the items of its modality."""
    same = Compare("modality", "=", modality)
    return written(Query((Term(1.0, MediumFile(file)),), filter=All((same,))))


def _free(folder: Path, name: str, ending: str) -> Path:
    """Return a path that nothing has, named so that its chip can be told from others."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = re.sub(r"[^\w .-]+", "_", name).strip() or "piece"
    found, count = folder / f"{plain}{ending}", 1
    while found.exists():
        count += 1
        found = folder / f"{plain} {count}{ending}"
    return found
