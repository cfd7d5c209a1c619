"""A picture that is looked at closely, by mouse and keys."""

import pytest
from embedcurate_ui.inspector.frame import Frame
from embedcurate_ui.inspector.picture import PictureView
from embedcurate_ui.inspector.preview import Picture
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    """A view of 400 by 300 with a picture of 1600 by 800, shown at a quarter of its size."""
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    with qtbot.waitExposed(view):
        view.show()
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    view.show_picture(Picture(7, image, 1600, 800))
    return view


def turn(view: PictureView, place: QPoint, delta: int) -> None:
    """Turn the wheel at a place of the view."""
    event = QWheelEvent(
        QPointF(place),
        QPointF(view.mapToGlobal(place)),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    view.wheelEvent(event)


def drag(view: PictureView, start: QPoint, end: QPoint) -> None:
    """Press at `start`, move and release at `end`."""
    button = Qt.MouseButton.LeftButton
    QTest.mousePress(view, button, Qt.KeyboardModifier.NoModifier, start)
    moved = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(end),
        QPointF(view.mapToGlobal(end)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    view.mouseMoveEvent(moved)
    QTest.mouseRelease(view, button, Qt.KeyboardModifier.NoModifier, end)


def test_the_wheel_zooms_at_the_cursor_and_says_so(view: PictureView, qtbot: QtBot) -> None:
    at = (300.0, 120.0)
    sizes = ((400, 300), (1600, 800))
    before = view.frame.at(at, *sizes)
    with qtbot.waitSignal(view.framed):
        turn(view, QPoint(300, 120), 1200)
    assert view.frame.zoom > 3
    assert view.frame.at(at, *sizes) == pytest.approx(before)
    turn(view, QPoint(300, 120), -12000)
    assert view.frame.zoom == 1


def test_a_pinch_on_a_touchpad_zooms(view: PictureView) -> None:
    place = QPointF(200, 150)
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        place,
        place,
        place,
        0.5,
        QPointF(),
    )
    assert view.event(pinch)
    assert view.frame.zoom == pytest.approx(1.5)


def test_a_frame_that_is_set_is_not_said_again(view: PictureView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.framed):
        view.set_frame(Frame(2.0, 0.4, 0.5))
    assert view.frame == Frame(2.0, 0.4, 0.5)


def test_a_drag_moves_what_is_near_and_crops_only_with_the_tool(
    view: PictureView, qtbot: QtBot
) -> None:
    view.zoom(4.0)
    middle = view.frame.x
    with qtbot.assertNotEmitted(view.region):
        drag(view, QPoint(200, 150), QPoint(260, 150))
    assert view.frame.x < middle
    view.fit()
    view.crops = True
    with qtbot.waitSignal(view.region) as told:
        drag(view, QPoint(100, 100), QPoint(200, 150))
    assert told.args == [QRect(400, 200, 400, 200)]
    assert view.frame == Frame()


def test_a_crop_ends_at_the_pictures_edge_and_a_slip_of_the_hand_is_none(
    view: PictureView, qtbot: QtBot
) -> None:
    view.crops = True
    with qtbot.waitSignal(view.region) as told:
        drag(view, QPoint(300, 200), QPoint(500, 400))
    assert told.args == [QRect(1200, 600, 400, 200)]
    with qtbot.assertNotEmitted(view.region):
        drag(view, QPoint(100, 100), QPoint(102, 103))


def test_a_sharper_picture_is_wanted_once_it_can_be_seen_to_be_coarse(
    view: PictureView, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.wanted) as told:
        view.zoom(2.0)
    assert told.args == [800]
    view.zoom(1.4)
    sharp = QImage(1600, 800, QImage.Format.Format_RGB32)
    with qtbot.assertNotEmitted(view.wanted):
        view.show_picture(Picture(7, sharp, 1600, 800, is_final=True))
        view.zoom(2.0)


def test_a_sharper_picture_keeps_the_frame_and_another_item_begins_anew(view: PictureView) -> None:
    view.zoom(2.0)
    frame = view.frame
    image = QImage(800, 400, QImage.Format.Format_RGB32)
    view.show_picture(Picture(7, image, 1600, 800))
    assert view.frame == frame
    view.show_picture(Picture(8, image, 1600, 800))
    assert view.frame == Frame()


def test_keys_zoom_pan_and_show_the_pixels(view: PictureView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.frame.zoom == pytest.approx(1.25**2)
    left = view.frame.x
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.frame.x > left
    qtbot.keyClick(view, Qt.Key.Key_Z)
    assert view.frame == Frame()
    qtbot.keyClick(view, Qt.Key.Key_Z)
    assert view.percent == pytest.approx(100)
    assert view.seen() == QRect(600, 250, 400, 300)


def test_the_picture_is_painted_where_the_frame_says(view: PictureView) -> None:
    drawn = view.grab().toImage()
    assert drawn.pixelColor(200, 150) == QColor("red")
    assert drawn.pixelColor(200, 20) != QColor("red")
    view.zoom(3.0)
    assert view.grab().toImage().pixelColor(200, 20) == QColor("red")
