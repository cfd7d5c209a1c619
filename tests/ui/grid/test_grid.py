"""The grid under mouse and keys: real events on a thousand items that no worker knows."""

from collections.abc import Callable

import numpy as np
import pytest
from embedcurate_ui.grid.grid import Grid
from embedcurate_ui.grid.model import COLUMNS
from embedcurate_ui.grid.view import GridView
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QGuiApplication, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.grid.material import show

pytestmark = pytest.mark.gui

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@pytest.fixture
def grid(view: GridView) -> Grid:
    return view.grid


@pytest.fixture
def press(qtbot: QtBot, grid: Grid) -> Callable[..., None]:
    def pressed(*keys: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        for key in keys:
            qtbot.keyClick(grid, key, modifier)

    return pressed


def click(qtbot: QtBot, grid: Grid, position: int, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    qtbot.mouseClick(grid.viewport(), LEFT, modifier, grid.tile(position).center())


def move(grid: Grid, point: QPoint) -> None:
    viewport = grid.viewport()
    where = QPointF(point)
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove, where, viewport.mapToGlobal(where), LEFT, LEFT, PLAIN
    )
    QApplication.sendEvent(viewport, event)


def selected(grid: Grid) -> list[int]:
    return grid.session.selection.tolist()


def test_clicks_select_one_some_and_what_lies_between(qtbot: QtBot, grid: Grid) -> None:
    click(qtbot, grid, 3)
    assert (selected(grid), grid.session.current) == ([3], 3)
    click(qtbot, grid, 6, CTRL)
    assert selected(grid) == [3, 6]
    click(qtbot, grid, 3, CTRL)
    assert selected(grid) == [6]
    click(qtbot, grid, 2)
    click(qtbot, grid, 5, SHIFT)
    assert (selected(grid), grid.session.current) == ([2, 3, 4, 5], 5)
    click(qtbot, grid, 4)
    assert selected(grid) == [4]


def test_a_click_on_empty_ground_selects_nothing(qtbot: QtBot, grid: Grid) -> None:
    click(qtbot, grid, 3)
    qtbot.mouseClick(grid.viewport(), LEFT, PLAIN, QPoint(2, 2))
    assert selected(grid) == []
    assert grid.session.current == 3


def test_positions_are_those_of_the_order_shown(qtbot: QtBot, grid: Grid) -> None:
    grid.session.rows = np.arange(999, -1, -1)
    grid.session.shown.emit()
    click(qtbot, grid, 0)
    click(qtbot, grid, 2, SHIFT)
    assert selected(grid) == [997, 998, 999]
    assert grid.accessibleName().endswith("3 of 1,000")


def test_a_rectangle_selects_what_it_touches(qtbot: QtBot, grid: Grid) -> None:
    start, end = QPoint(2, 2), grid.tile(grid.plan.columns + 1).center()
    qtbot.mousePress(grid.viewport(), LEFT, PLAIN, start)
    move(grid, QPoint(60, 60))
    move(grid, end)
    assert selected(grid) == []
    qtbot.mouseRelease(grid.viewport(), LEFT, PLAIN, end)
    columns = grid.plan.columns
    assert selected(grid) == [0, 1, columns, columns + 1]


def test_a_rectangle_drawn_beyond_the_edge_scrolls_on(qtbot: QtBot, grid: Grid) -> None:
    qtbot.mousePress(grid.viewport(), LEFT, PLAIN, QPoint(2, 2))
    move(grid, QPoint(60, 60))
    below = QPoint(grid.tile(0).right(), grid.viewport().height() + 150)
    move(grid, below)
    qtbot.waitUntil(lambda: grid.top_px > 2000)
    qtbot.mouseRelease(grid.viewport(), LEFT, PLAIN, below)
    reached = grid.at(QPoint(20, grid.viewport().height() - 30))
    columns = grid.plan.columns
    assert selected(grid)[:3] == [0, columns, 2 * columns]
    assert len(selected(grid)) * columns >= reached
    assert not grid._auto_scroll.isActive()


def test_arrows_move_select_and_scroll(grid: Grid, press: Callable[..., None]) -> None:
    press(Key.Key_Right, Key.Key_Right, Key.Key_Down)
    columns = grid.plan.columns
    assert selected(grid) == [columns + 1]
    press(Key.Key_Right, Key.Key_Right, modifier=SHIFT)
    assert selected(grid) == [columns + 1, columns + 2, columns + 3]
    press(Key.Key_End)
    assert selected(grid) == [999]
    assert grid.viewport().rect().contains(grid.tile(999))
    press(Key.Key_Home)
    assert (selected(grid), grid.top_px) == ([0], 0)
    press(Key.Key_PageDown)
    assert grid.session.current >= columns
    assert grid.viewport().rect().contains(grid.tile(grid.session.current))


def test_ctrl_and_arrows_move_without_selecting(
    qtbot: QtBot, grid: Grid, press: Callable[..., None]
) -> None:
    click(qtbot, grid, 0)
    press(Key.Key_Right, Key.Key_Right, modifier=CTRL)
    assert (selected(grid), grid.session.current) == ([0], 2)
    press(Key.Key_Space, modifier=CTRL)
    assert selected(grid) == [0, 2]


def test_all_none_and_the_others_are_selected_by_key(
    qtbot: QtBot, grid: Grid, press: Callable[..., None]
) -> None:
    grid.session.rows = np.array([7, 3, 11])
    grid.session.shown.emit()
    press(Key.Key_A, modifier=CTRL)
    assert selected(grid) == [3, 7, 11]
    press(Key.Key_Escape)
    assert selected(grid) == []
    click(qtbot, grid, 1)
    press(Key.Key_A, modifier=CTRL | SHIFT)
    assert selected(grid) == [7, 11]


def test_space_and_c_ask_for_a_close_look_and_for_comparison(
    qtbot: QtBot, view: GridView, press: Callable[..., None]
) -> None:
    click(qtbot, view.grid, 4)
    with qtbot.waitSignal(view.look) as looked:
        press(Key.Key_Space)
    assert looked.args == [4]
    with qtbot.waitSignal(view.look):
        press(Key.Key_Return)
    with qtbot.waitSignal(view.compare):
        press(Key.Key_C)
    with qtbot.waitSignal(view.look) as looked:
        qtbot.mouseDClick(view.grid.viewport(), LEFT, PLAIN, view.grid.tile(2).center())
    assert looked.args == [2]


def test_larger_tiles_keep_the_place(qtbot: QtBot, grid: Grid) -> None:
    grid.go(500)
    for size in (90, 300, 168):
        grid.resize_tiles(size)
        assert grid.plan.tile_width_px >= size
        assert grid.tile(500).intersects(grid.viewport().rect())
    grid.show_details(True)
    assert grid.viewport().rect().intersects(grid.tile(500))
    assert grid.plan.columns == 1


def test_tiles_are_as_wide_with_a_scroll_bar_as_without(qtbot: QtBot, grid: Grid) -> None:
    wide = grid.plan.tile_width_px
    assert grid.verticalScrollBar().isVisible()
    show(grid.session, 3)
    qtbot.waitUntil(lambda: not grid.verticalScrollBar().isVisible())
    assert grid.plan.tile_width_px == wide


def test_the_table_has_columns_of_hits_while_there_are_hits(grid: Grid) -> None:
    grid.show_details(True)

    def shown() -> set[str]:
        hidden = grid.lines.header.isSectionHidden
        return {column.title for number, column in enumerate(COLUMNS) if not hidden(number)}

    assert shown() == {column.title for column in COLUMNS} - {"Score", "Match"}
    grid.session.hits = {3: {"score": 0.9, "segment": None}}
    grid.session.shown.emit()
    assert shown() == {column.title for column in COLUMNS}


def test_ctrl_and_the_wheel_make_tiles_larger(grid: Grid, view: GridView) -> None:
    before = grid.size_px
    event = QWheelEvent(
        QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        CTRL, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(grid.viewport(), event)
    assert grid.size_px > before


def test_another_query_starts_at_the_top_and_the_same_one_stays(grid: Grid) -> None:
    grid.go(700)
    top = grid.top_px
    assert top > 0
    grid.session.shown.emit()
    assert grid.top_px == top
    grid.session.query = "something else"
    grid.session.shown.emit()
    assert grid.top_px == 0


def test_only_what_is_seen_is_painted(
    grid: Grid, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(grid.session, 100_000)
    painted: list[int] = []
    paint = grid.tiles.paint
    monkeypatch.setattr(grid.tiles, "paint", lambda *of: (painted.append(of[2]), paint(*of))[1])
    grid.go(99_999)
    grid.viewport().repaint()
    assert 99_999 in painted
    assert len(set(painted)) < 60


def test_selected_items_are_dragged_out_as_files(
    qtbot: QtBot, grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[QMimeData] = []
    # Qt's own loop of a drag can't run without a real pointer.
    monkeypatch.setattr(QDrag, "exec", lambda drag, actions: carried.append(drag.mimeData()))
    click(qtbot, grid, 1)
    click(qtbot, grid, 2, CTRL)
    start = grid.tile(1).center()
    qtbot.mousePress(grid.viewport(), LEFT, PLAIN, start)
    move(grid, start + QPoint(40, 10))
    assert [url.fileName() for url in carried[0].urls()] == ["item-0000001.bin", "item-0000002.bin"]
    assert selected(grid) == [1, 2]


def test_too_many_files_are_refused_in_words(qtbot: QtBot, grid: Grid) -> None:
    show(grid.session, 2001)
    grid.acts.do("select/all")
    with qtbot.waitSignal(grid.session.said) as said:
        grid.acts.do("edit/copy-paths")
    assert "2,000" in said.args[1]


def test_paths_are_copied(qtbot: QtBot, grid: Grid, press: Callable[..., None]) -> None:
    click(qtbot, grid, 5)
    press(Key.Key_C, modifier=CTRL)
    assert QGuiApplication.clipboard().text() == "/media/item-0000005.bin"


def test_a_right_click_selects_and_asks_for_the_menu(qtbot: QtBot, grid: Grid) -> None:
    click(qtbot, grid, 0)
    qtbot.mousePress(grid.viewport(), RIGHT, PLAIN, grid.tile(3).center())
    assert selected(grid) == [3]
    with qtbot.waitSignal(grid.menu):
        qtbot.keyClick(grid, Key.Key_Menu)


def test_a_tooltip_tells_the_whole_path_as_it_is(qtbot: QtBot, grid: Grid) -> None:
    show(grid.session, ["<b>bold</b>.jpg"])
    point = grid.tile(0).center()
    event = QHelpEvent(QHelpEvent.Type.ToolTip, point, grid.viewport().mapToGlobal(point))
    QApplication.sendEvent(grid.viewport(), event)
    assert "/media/&lt;b&gt;bold&lt;/b&gt;.jpg" in QToolTip.text()
    QToolTip.hideText()


def test_an_empty_view_says_why_and_shows_the_way_on(qtbot: QtBot, view: GridView) -> None:
    session = view.grid.session
    assert view.grid.isVisible()
    session.query, session.rows = "unicorns", session.rows[:0]
    session.shown.emit()
    assert not view.grid.isVisible()
    assert "Show all items" in {button.text() for button in view.findChildren(QPushButton)}
    session.query = ""
    show(session, 0)
    with qtbot.waitSignal(view.add_sources):
        next(b for b in view.findChildren(QPushButton) if b.text() == "Add a folder").click()


def test_every_control_has_a_name(view: GridView) -> None:
    for widget in view.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.accessibleName(), widget
