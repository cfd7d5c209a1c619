"""A sound to look at, by mouse and keys."""

from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.inspector.preview import Sound
from embedcurate_ui.inspector.sound import SoundView
from embedcurate_ui.inspector.span import Span
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

SOUND = Sound(
    3,
    np.tile(np.float32([-0.5, 0.5]), (1000, 1)),
    np.full((128, 500), 90, np.uint8),
    10.0,
    Path("unplayed.wav"),
    0.0,
    10.0,
    (4.0, 6.0),
)


@pytest.fixture
def view(qtbot: QtBot) -> SoundView:
    """A view of 500 by 200 with ten seconds, of which the fifth and sixth were found."""
    view = SoundView()
    qtbot.addWidget(view)
    view.resize(500, 200)
    with qtbot.waitExposed(view):
        view.show()
    view.show_sound(SOUND)
    return view


def drag(view: SoundView, start: int, end: int) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(start, 50))
    QTest.mouseMove(view, QPoint((start + end) // 2, 50))
    QTest.mouseMove(view, QPoint(end, 50))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(end, 50))


def test_the_cursor_stands_where_the_hit_begins_until_a_click_moves_it(
    view: SoundView, qtbot: QtBot
) -> None:
    assert view.at_s == 4.0
    with qtbot.waitSignal(view.sought) as told:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 50))
    assert told.args == [2.0]
    assert view.at_s == 2.0
    assert view.stretch is None


def test_a_drag_marks_a_stretch_in_either_direction_and_a_click_takes_it_away(
    view: SoundView,
) -> None:
    drag(view, 300, 150)
    assert view.stretch == (3.0, 6.0)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(250, 50))
    assert view.stretch is None


def test_keys_mark_seek_and_zoom(view: SoundView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_BracketLeft)
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_BracketRight)
    assert view.stretch == (4.0, 5.0)
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.span.length == pytest.approx(10 / 1.5)
    assert view.span.start <= 5.0 <= view.span.end
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.stretch is None


def test_the_view_goes_along_with_the_cursor_while_it_is_zoomed(view: SoundView) -> None:
    view.set_span(Span(0.0, 2.0))
    view.set_cursor(3.5)
    assert view.span == Span(3.5, 5.5)
    view.set_cursor(9.5)
    assert view.span == Span(8.0, 10.0)


def test_sounds_that_share_an_axis_end_before_it_does(view: SoundView) -> None:
    view.set_longest(20.0)
    assert view.span == Span(0.0, 20.0)
    shorter = view.grab().toImage()
    wave, canvas = shorter.pixelColor(100, 30), shorter.pixelColor(400, 30)
    assert wave != canvas
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 50))
    assert view.at_s == 10.0
