"""Orders by menu, by button and by the table's header, made by a real worker."""

import pytest
from embedcurate_ui.grid.menus import ORDERS, order_menu
from embedcurate_ui.grid.model import COLUMNS
from embedcurate_ui.grid.view import GridView
from embedcurate_ui.session import Session
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from embedcurate.browsing.sorting import SORTS

pytestmark = pytest.mark.gui

WAIT_MS = 60_000


def test_every_order_of_the_menu_and_of_the_table_is_one_that_the_worker_knows() -> None:
    offered = {key for key, _ in ORDERS} | {column.sort for column in COLUMNS}
    assert offered - {""} <= set(SORTS)


def test_orders_that_an_analysis_gives_wait_for_it(session: Session, opened_view: GridView) -> None:
    menu = order_menu(session, opened_view)
    menu.aboutToShow.emit()
    actions = {action.data(): action for action in menu.findChildren(QAction) if action.data()}
    offered = {key for key, action in actions.items() if action.isEnabled()}
    assert {"name", "size", "sharpness"} <= offered
    assert not {"cluster", "outlier", "blurred", "silent"} & offered


def test_items_are_sorted_by_menu_button_and_header(
    qtbot: QtBot, session: Session, opened_view: GridView
) -> None:
    def sizes() -> list[int]:
        return [session.items.value("size", row) for row in session.rows.tolist()]

    def names() -> list[str]:
        return [session.items.name(row).lower() for row in session.rows.tolist()]

    actions = opened_view.findChildren(QAction)
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        next(action for action in actions if action.data() == "size").trigger()
    assert sizes() == sorted(sizes())
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        opened_view._direction.click()
    assert sizes() == sorted(sizes(), reverse=True)
    opened_view.show_details(True)
    header = opened_view.grid.lines.header
    for falling in (False, True):
        with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
            header.sectionClicked.emit(0)
        assert names() == sorted(names(), reverse=falling)
    assert header.isSortIndicatorShown()
