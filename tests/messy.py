"""A messy folder made of the sample media: what the walk-through of the README starts from.

messy/train/<theme>/   pieces of pictures, passages of texts, stretches of sounds; among them
                       re-encoded and resized copies, blurred and dark pictures, silent sounds
messy/test/<theme>/    other pieces, edited copies of which lie in `train` too: leaks
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from embedcurate_resources import FOLDER
from PIL import Image, ImageEnhance, ImageFilter

__all__ = ["Messy", "make_messy"]

_MEDIA = FOLDER / "sample" / "media"
_SIDE_PX = 288
_WORDS = 30


@dataclass(slots=True)
class Messy:
    """What was planted, as paths relative to the folder."""

    files: int = 0
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    leaks: list[tuple[str, str]] = field(default_factory=list)
    poor: list[str] = field(default_factory=list)


def make_messy(root: Path) -> Messy:
    """Make the folder; the same one each time."""
    made = Messy()
    _pictures(root, made)
    _texts(root, made)
    _sounds(root, made)
    made.files = sum(path.is_file() for path in root.rglob("*"))
    return made


def _pictures(root: Path, made: Messy) -> None:
    for number, (theme, name, tile) in enumerate(_tiles()):
        split = "test" if number % 10 == 9 else "train"
        path = _save(tile, root / split / theme / f"{name}.jpg", quality=90)
        here = str(path.relative_to(root))
        if number % 12 == 3:
            copy = tile.resize((tile.width * 3 // 4, tile.height * 3 // 4))
            other = _save(copy, root / "train" / theme / f"copy of {name}.jpg", quality=70)
            pair = (str(other.relative_to(root)), here)
            (made.duplicates if split == "train" else made.leaks).append(pair)
        if number % 40 == 9:  # these lie in `test`
            brighter = ImageEnhance.Brightness(tile).enhance(1.1)
            other = _save(brighter, root / "train" / theme / f"{name} (1).png")
            made.leaks.append((str(other.relative_to(root)), here))
        if number % 30 == 7:
            spoilt = (
                tile.filter(ImageFilter.GaussianBlur(9))
                if number % 60 == 7
                else ImageEnhance.Brightness(tile).enhance(0.05)
            )
            made.poor.append(here)
            _save(spoilt, path, quality=90)


def _tiles() -> Iterator[tuple[str, str, Image.Image]]:
    """Yield theme, name and picture: the ninths of each sample picture that is large enough."""
    for path in sorted((_MEDIA / "pictures").rglob("*.jpg")):
        with Image.open(path) as picture:
            whole = picture.convert("RGB")
        width, height = whole.width // 3, whole.height // 3
        if min(width, height) < 130:
            continue
        for place in range(9):
            left, top = place % 3 * width, place // 3 * height
            tile = whole.crop((left, top, left + width, top + height))
            tile.thumbnail((_SIDE_PX * 2, _SIDE_PX * 2))
            if np.asarray(tile.convert("L")).std() > 25:  # a part that is all sky is no picture
                yield path.parent.name, f"{path.stem}-{place}", tile


def _save(picture: Image.Image, path: Path, **options: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **options)
    return path


def _texts(root: Path, made: Messy) -> None:
    number = 0
    for source in sorted((_MEDIA / "texts").rglob("*")):
        if source.suffix not in {".txt", ".md"}:
            continue
        whole = source.read_bytes().decode(errors="replace")
        if "\0" in whole:  # in an encoding that this does not bother with
            continue
        words = re.sub(r"\s+", " ", whole).split(" ")
        for at in range(0, len(words) - _WORDS, _WORDS):
            text = " ".join(words[at : at + _WORDS]).strip()
            split = "test" if number % 10 == 9 else "train"
            theme = source.parent.name
            path = root / split / theme / f"{source.stem}-{at // _WORDS}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            number += 1
            if number % 9 == 0:
                copy = root / "train" / theme / f"{path.stem}-upper.txt"
                copy.write_text(text.upper().replace(" ", "\n", 3))
                pair = (str(copy.relative_to(root)), str(path.relative_to(root)))
                (made.duplicates if split == "train" else made.leaks).append(pair)


def _sounds(root: Path, made: Messy) -> None:
    for number, source in enumerate(sorted((_MEDIA / "sounds").rglob("*.ogg"))):
        samples, rate_hz = soundfile.read(source, frames=4 * 44_100, dtype="float32")
        split = "test" if number % 10 == 9 else "train"
        path = root / split / source.parent.name / f"{source.stem}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples, rate_hz)
        if number % 7 == 2:
            copy = path.with_name(f"{source.stem} quiet.flac")
            soundfile.write(copy, samples * 0.6, rate_hz)
            made.duplicates.append((str(copy.relative_to(root)), str(path.relative_to(root))))
        if number % 20 == 5:
            soundfile.write(path, samples * 0, rate_hz)
            made.poor.append(str(path.relative_to(root)))
