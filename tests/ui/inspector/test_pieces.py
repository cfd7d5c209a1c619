"""Pieces of pictures and sounds to search by."""

import wave
from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.inspector.pieces import cut_picture, cut_sound, query_of
from embedcurate_ui.inspector.preview import Picture, Sound
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage

from embedcurate.query import MediumFile, parse

NOTHING = np.empty((0, 2), np.float32)


def picture(width: int, height: int, scale: int) -> Picture:
    """Return a picture, red but for its blue right half, shown at 1/scale of its size."""
    image = QImage(width // scale, height // scale, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    for x in range(image.width() // 2, image.width()):
        for y in range(image.height()):
            image.setPixelColor(x, y, QColor("blue"))
    return Picture(0, image, width, height)


def sound(tmp_path: Path, samples: "list[int]", start_s: float = 0.0) -> Sound:
    """Return a sound of 100 samples a second, of which the file begins at `start_s`."""
    file = tmp_path / "whole.wav"
    with wave.open(str(file), "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(100)
        written.writeframes(np.array(samples, "<i2").tobytes())
    end_s = start_s + len(samples) / 100
    return Sound(0, NOTHING, np.empty((0, 0), np.uint8), end_s, file, start_s, end_s)


def samples_of(file: Path) -> list[int]:
    with wave.open(str(file), "rb") as read:
        found: list[int] = np.frombuffer(read.readframes(read.getnframes()), "<i2").tolist()
    return found


@pytest.mark.parametrize("scale", [1, 4])
def test_a_rectangle_is_cut_where_it_is_in_the_picture_however_coarse_it_is_shown(
    scale: int, tmp_path: Path
) -> None:
    file = cut_picture(picture(400, 200, scale), QRect(180, 40, 40, 80), tmp_path, "dog")
    piece = QImage(str(file))
    assert (piece.width(), piece.height()) == (40 // scale, 80 // scale)
    assert piece.pixelColor(0, 0) == QColor("red")
    assert piece.pixelColor(piece.width() - 1, 0) == QColor("blue")


def test_large_pieces_are_written_smaller_and_names_are_not_taken_twice(tmp_path: Path) -> None:
    whole = picture(2000, 1000, 1)
    first = cut_picture(whole, QRect(0, 0, 2000, 1000), tmp_path, "a/b")
    second = cut_picture(whole, QRect(0, 0, 2000, 1000), tmp_path, "a/b")
    assert first != second
    assert first.parent == second.parent == tmp_path
    assert (QImage(str(first)).width(), QImage(str(first)).height()) == (512, 256)


def test_a_stretch_has_the_samples_of_its_seconds(tmp_path: Path) -> None:
    whole = sound(tmp_path, list(range(500)))
    assert samples_of(cut_sound(whole, (1.2, 1.5), tmp_path, "bird")) == list(range(120, 150))
    assert samples_of(cut_sound(whole, (4.8, 9.0), tmp_path, "bird")) == list(range(480, 500))


def test_a_stretch_is_counted_from_the_sounds_start_not_from_the_files(tmp_path: Path) -> None:
    later = sound(tmp_path, list(range(500)), start_s=600.0)
    assert samples_of(cut_sound(later, (601.0, 601.1), tmp_path, "bird")) == list(range(100, 110))


def test_the_query_names_the_file_whatever_its_name_is(tmp_path: Path) -> None:
    file = tmp_path / 'my "best" dog 40x80.png'
    query = parse(query_of(file, "image"))
    assert [term.what for term in query.terms] == [MediumFile(file)]
    assert query.filter == parse("modality:image").filter
