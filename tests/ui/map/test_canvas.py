"""The canvas with real events, over points whose places are known."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.map.canvas import MapCanvas, Tool
from embedcurate_ui.map.layers import DIM, GHOST
from embedcurate_ui.map.model import MapModel
from embedcurate_ui.session import Session
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.ui.map.material import clusters_of, items_of, map_of, show

pytestmark = pytest.mark.gui

SIDE = 10
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Seen:
    """A canvas that shows a square of ten by ten points: row 10 * y + x lies at (x, y)."""

    def __init__(self, qtbot: QtBot, session: Session, folder: Path) -> None:
        self.qtbot, self.session = qtbot, session
        across, up = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
        xy = np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)
        map_of(folder, xy)
        clusters_of(folder, np.repeat([0, 1], 50).astype(np.int32))
        self.canvas = MapCanvas(session)
        self.model = MapModel(session, self.canvas)
        self.model.changed.connect(lambda: self.canvas.show_points(self.model.shown))
        self.canvas.resize(500, 500)
        self.canvas.show()
        show(session, folder, items_of(SIDE * SIDE))
        self.settle()

    def settle(self) -> None:
        """Wait until what is seen is what was asked for."""
        self.qtbot.waitUntil(
            lambda: (
                not self.model.background.is_busy
                and self.model.shown is not None
                and self.canvas.is_drawn
            )
        )

    def pixel(self, x: float, y: float) -> QPoint:
        return QPointF(*self.canvas.view.pixel(x, y)).toPoint()

    def drag(self, *places: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
        pixels = [self.pixel(*place) for place in places]
        self.qtbot.mousePress(self.canvas, LEFT, keys, pixels[0])
        for pixel in pixels[1:]:
            self.qtbot.mouseMove(self.canvas, pixel)
        self.qtbot.mouseRelease(self.canvas, LEFT, keys, pixels[-1])

    def click(self, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mouseClick(self.canvas, LEFT, keys, self.pixel(x, y))

    def colour(self, x: float, y: float) -> str:
        return self.canvas.grab().toImage().pixelColor(self.pixel(x, y)).name()

    @property
    def selected(self) -> list[int]:
        return self.session.selection.tolist()


@pytest.fixture
def seen(qtbot: QtBot, blank_session: Session, tmp_path: Path) -> Iterator[Seen]:
    made = Seen(qtbot, blank_session, tmp_path)
    yield made
    if isValid(made.canvas):
        made.canvas.close()
        made.canvas.deleteLater()
    blank_session.collection = None


def test_points_are_painted_in_the_colours_of_their_kinds(seen: Seen) -> None:
    seen.canvas.show_names(False)
    colours = [seen.colour(x, 0) for x in range(4)]
    assert len(set(colours[:3])) == 3
    assert colours[3] == colours[0]
    assert seen.colour(0.5, 0.5) not in colours


def test_dragging_takes_the_points_along_with_the_pointer(seen: Seen) -> None:
    grabbed = seen.pixel(5, 5)
    target = grabbed + QPoint(30, -20)
    seen.drag((5, 5), seen.canvas.view.place(target.x(), target.y()))
    assert (seen.pixel(5, 5) - target).manhattanLength() <= 1
    assert seen.selected == []
    seen.settle()


def test_a_lasso_selects_what_it_goes_around_and_the_others_turn_grey(seen: Seen) -> None:
    seen.drag((0.5, 0.5), (3.5, 0.5), (3.5, 2.5), (2.0, 3.5), (0.5, 2.5), keys=SHIFT)
    assert seen.selected == [11, 12, 13, 21, 22, 23, 32]
    seen.settle()
    shown = seen.model.shown
    assert shown is not None
    grey = shown.points.rows[shown.shades == DIM]
    assert sorted([*grey.tolist(), *seen.selected]) == list(range(100))


def test_a_box_selects_with_ctrl_in_addition_and_with_alt_takes_away(seen: Seen) -> None:
    seen.canvas.use(Tool.BOX)
    seen.drag((-0.5, -0.5), (1.0, 0.2), (2.5, 0.5))
    assert seen.selected == [0, 1, 2]
    seen.drag((7.5, 8.5), (9.5, 9.5), keys=CTRL)
    assert seen.selected == [0, 1, 2, 98, 99]
    seen.drag((0.5, -0.5), (1.5, 0.5), keys=ALT)
    assert seen.selected == [0, 2, 98, 99]
    seen.settle()


def test_what_is_filtered_out_can_be_neither_selected_nor_clicked(seen: Seen) -> None:
    seen.session.rows = np.arange(0, 100, 2)
    seen.session.shown.emit()
    seen.settle()
    assert seen.model.shown is not None
    assert int((seen.model.shown.shades == GHOST).sum()) == 50
    seen.canvas.use(Tool.BOX)
    seen.drag((-0.5, -0.5), (3.5, 0.5))
    assert seen.selected == [0, 2]
    seen.click(1, 1)
    assert seen.selected == []


def test_a_click_selects_the_point_under_it_ctrl_turns_it_round_and_beside_it_none(
    seen: Seen,
) -> None:
    seen.click(4, 3)
    assert (seen.selected, seen.session.current) == ([34], 34)
    seen.click(5, 3, CTRL)
    assert (seen.selected, seen.session.current) == ([34, 35], 35)
    seen.click(4, 3, CTRL)
    assert seen.selected == [35]
    seen.click(4.5, 3.5)
    assert seen.selected == []


def test_two_clicks_on_a_point_ask_for_a_close_look_and_beside_it_come_closer(
    seen: Seen, qtbot: QtBot
) -> None:
    scale = seen.canvas.view.scale
    with qtbot.waitSignal(seen.canvas.looked) as told:
        qtbot.mouseDClick(seen.canvas, LEFT, NONE, seen.pixel(2, 2))
    assert told.args == [22]
    assert seen.canvas.view.scale == scale
    qtbot.mouseDClick(seen.canvas, LEFT, NONE, seen.pixel(2.5, 2.5))
    assert seen.canvas.view.scale == 2 * scale
    seen.settle()


def test_the_other_button_selects_what_lies_under_it_unless_it_is_selected(
    seen: Seen, qtbot: QtBot
) -> None:
    for row, selected in ((33, [33]), (34, [34])):
        place = seen.pixel(row % SIDE, row // SIDE)
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, place, seen.canvas.mapToGlobal(place)
        )
        with qtbot.waitSignal(seen.canvas.asked):
            QApplication.sendEvent(seen.canvas, event)
        assert seen.selected == selected
    seen.session.select([33, 34])
    with qtbot.waitSignal(seen.canvas.asked):
        QApplication.sendEvent(seen.canvas, event)
    assert seen.selected == [33, 34]
    seen.settle()


def test_the_wheel_enlarges_around_the_pointer(seen: Seen) -> None:
    before, place = seen.canvas.view, QPointF(seen.pixel(2, 7))
    event = QWheelEvent(
        place, seen.canvas.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        NONE, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(seen.canvas, event)
    assert seen.canvas.view.scale == pytest.approx(before.scale * 1.25**2)
    assert QPointF(seen.pixel(2, 7)) == place
    seen.settle()


def test_every_movement_can_be_made_by_keys(seen: Seen, qtbot: QtBot) -> None:
    whole = seen.canvas.view
    qtbot.keyClick(seen.canvas, Qt.Key.Key_Plus)
    near = seen.canvas.view
    assert near.scale > whole.scale
    qtbot.keyClick(seen.canvas, Qt.Key.Key_Right)
    assert seen.canvas.view.x > near.x
    qtbot.keyClick(seen.canvas, Qt.Key.Key_Up)
    assert seen.canvas.view.y > near.y
    qtbot.keyClick(seen.canvas, Qt.Key.Key_Minus)
    assert seen.canvas.view.scale == pytest.approx(whole.scale)
    qtbot.keyClick(seen.canvas, Qt.Key.Key_Home)
    assert seen.canvas.view == whole
    seen.session.select([0, 1, 10, 11])
    seen.settle()
    qtbot.keyClick(seen.canvas, Qt.Key.Key_End)
    assert (seen.canvas.view.x, seen.canvas.view.y) == (0.5, 0.5)
    assert seen.canvas.view.scale > 4 * whole.scale
    seen.settle()


def test_ctrl_and_an_arrow_go_from_point_to_point(seen: Seen, qtbot: QtBot) -> None:
    seen.session.select([44])
    went = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down):
        qtbot.keyClick(seen.canvas, key, CTRL)
        went.append(seen.session.current)
    assert went == [45, 55, 54, 44]
    qtbot.keyClick(seen.canvas, Qt.Key.Key_Right, CTRL | SHIFT)
    assert (seen.selected, seen.session.current) == ([44, 45], 45)
    qtbot.keyClick(seen.canvas, Qt.Key.Key_Escape)
    assert (seen.selected, seen.session.current) == ([], -1)
    qtbot.keyClick(seen.canvas, Qt.Key.Key_Left, CTRL)
    assert seen.session.current in (44, 45, 54, 55)


def test_the_card_says_what_lies_under_the_pointer(seen: Seen, qtbot: QtBot) -> None:
    with qtbot.waitSignal(seen.canvas.hovered) as told:
        qtbot.mouseMove(seen.canvas, seen.pixel(3, 3))
    assert told.args == [33]
    card = seen.canvas.findChild(type(seen.canvas._card))
    qtbot.waitUntil(card.isVisible)
    assert card.accessibleName() == "file.jpg"
    assert card.accessibleDescription() == "Picture"
    assert seen.canvas.rect().contains(card.geometry())
    qtbot.mouseMove(seen.canvas, seen.pixel(3.5, 3.5))
    assert not card.isVisible()


def test_escape_drops_a_lasso_that_is_being_drawn(seen: Seen, qtbot: QtBot) -> None:
    seen.session.select([7])
    qtbot.mousePress(seen.canvas, LEFT, SHIFT, seen.pixel(0.5, 0.5))
    for place in ((5, 0.5), (5, 5)):
        qtbot.mouseMove(seen.canvas, seen.pixel(*place))
    qtbot.keyClick(seen.canvas, Qt.Key.Key_Escape)
    qtbot.mouseRelease(seen.canvas, LEFT, SHIFT, seen.pixel(0.5, 5))
    assert seen.selected == [7]


def test_a_window_that_grows_still_shows_all_points(seen: Seen) -> None:
    seen.canvas.resize(800, 300)
    seen.settle()
    for corner in ((0, 0), (9, 9)):
        assert seen.canvas.rect().contains(seen.pixel(*corner))
    seen.canvas.zoom(3.0)
    scale = seen.canvas.view.scale
    seen.canvas.resize(600, 400)
    assert seen.canvas.view.scale == scale
    seen.settle()


def test_points_of_items_that_were_read_anew_wait_for_the_new_ones(seen: Seen) -> None:
    seen.session.items = items_of(50)
    seen.click(9, 9)
    assert seen.selected == []
    seen.session.opened.emit()
    seen.settle()
    seen.click(9, 4)
    assert seen.selected == [49]
    seen.settle()


def test_nothing_is_drawn_while_nobody_looks(seen: Seen) -> None:
    seen.canvas.hide()
    seen.model.wake(False)
    seen.session.select([3, 4])
    seen.canvas.zoom(1.5)
    assert not seen.model.background.is_busy
    assert not seen.canvas.is_drawn
    seen.canvas.show()
    seen.model.wake(True)
    seen.settle()
    assert seen.model.shown is not None
    assert int((seen.model.shown.shades != DIM).sum()) == 2


def test_it_can_be_taken_away_while_it_draws(seen: Seen, qtbot: QtBot) -> None:
    seen.canvas.zoom(1.1)
    seen.model.refresh()
    seen.canvas.close()
    seen.canvas.deleteLater()
    with qtbot.waitSignal(seen.canvas.destroyed):
        pass
