"""Faces as they are drawn: pixels of the colours that are meant, and memory within bounds."""

from collections import Counter

import numpy as np
import pytest
from embedcurate_ui import theme
from embedcurate_ui.grid.faces import Faces
from embedcurate_ui.grid.passages import Passage
from embedcurate_ui.grid.thumbnails import Thumbnail
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

pytestmark = [pytest.mark.gui, pytest.mark.usefixtures("qtbot")]

NO_IMAGE, NO_PEAKS = QImage(), np.empty(0, np.float32)
SIZE = QSize(120, 120)


def picture(width: int, height: int, colour: str = "#336699") -> Thumbnail:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return Thumbnail(256, image, NO_PEAKS)


def colours(pixmap: QPixmap) -> Counter[str]:
    image = pixmap.toImage()
    return Counter(
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    )


def test_a_picture_keeps_its_proportions_and_is_not_blown_up() -> None:
    faces = Faces()
    wide = faces.get(0, picture(256, 128), SIZE, 1.0)
    assert (wide.width(), wide.height()) == (120, 60)
    assert colours(wide).keys() == {"#336699"}
    small = faces.get(1, picture(40, 30), SIZE, 1.0)
    assert (small.width(), small.height()) == (40, 30)


def test_a_screen_of_more_pixels_gets_more_of_them() -> None:
    face = Faces().get(0, picture(256, 256), SIZE, 2.0)
    assert (face.width(), face.devicePixelRatio()) == (240, 2.0)


def test_the_stretch_of_a_sound_that_was_found_stands_out() -> None:
    sound = Thumbnail(128, NO_IMAGE, np.ones(96, np.float32))
    plain = Faces().get(0, sound, SIZE, 1.0)
    accent = theme.colours().accent
    assert accent not in colours(plain)
    part = {"start": 0.0, "end": 5.0}
    found = Faces().get(0, sound, SIZE, 1.0, segment=part, duration_s=10.0)
    left = colours(found.copy(0, 0, 60, 120))[accent]
    assert left > 500
    assert colours(found.copy(62, 0, 58, 120))[accent] == 0


def test_a_silent_sound_still_shows_a_line() -> None:
    sound = Thumbnail(128, NO_IMAGE, np.zeros(96, np.float32))
    middle = colours(Faces().get(0, sound, SIZE, 1.0).copy(10, 55, 100, 10))
    assert middle.total() - middle[theme.colours().field] > 50


def test_the_passage_of_a_text_that_was_found_stands_out() -> None:
    words = "the cat sat on the mat " * 10
    text = Thumbnail(128, NO_IMAGE, NO_PEAKS, text=words)
    segment = {"start": 4.0, "end": 60.0}
    plain = Faces().get(0, text, SIZE, 1.0)
    found = Faces().get(0, text, SIZE, 1.0, segment=segment, passage=Passage.cut(words, segment))
    chosen = theme.colours().chosen
    assert colours(plain)[chosen] == 0
    assert colours(found)[chosen] > 200


def test_a_face_is_drawn_once_and_anew_for_another_thumbnail() -> None:
    faces, one, two = Faces(), picture(10, 10), picture(10, 10, "#ff0000")
    first = faces.get(0, one, SIZE, 1.0)
    assert faces.get(0, one, SIZE, 1.0).cacheKey() == first.cacheKey()
    assert colours(faces.get(0, two, SIZE, 1.0)).keys() == {"#ff0000"}


def test_memory_is_bounded_and_the_last_used_stay(qtbot: QtBot) -> None:
    faces = Faces(budget_bytes=5 * 120 * 120 * 4)
    thumbnails = [picture(200, 200) for _ in range(8)]
    kept = faces.get(0, thumbnails[0], SIZE, 1.0).cacheKey()
    dropped = faces.get(1, thumbnails[1], SIZE, 1.0).cacheKey()
    for row in range(2, 8):
        faces.get(row, thumbnails[row], SIZE, 1.0)
        faces.get(0, thumbnails[0], SIZE, 1.0)
    assert faces.get(0, thumbnails[0], SIZE, 1.0).cacheKey() == kept
    assert faces.get(1, thumbnails[1], SIZE, 1.0).cacheKey() != dropped
