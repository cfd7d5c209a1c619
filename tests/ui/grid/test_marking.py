"""Marks by key, stored by a real worker."""

from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.grid.menus import item_menu
from embedcurate_ui.grid.tagging import TagDialog
from embedcurate_ui.grid.view import GridView
from embedcurate_ui.preferences.shortcuts import Shortcuts
from embedcurate_ui.session import Session
from embedcurate_ui.theme import Chip
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialog, QMainWindow
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

WAIT_MS = 60_000
Key = Qt.Key


def test_picking_rejecting_and_stars_by_key_go_on_to_the_next_item_and_last(
    qtbot: QtBot, session: Session, opened_view: GridView
) -> None:
    rows = session.rows.tolist()
    opened_view.grid.go(0)
    for key in (Key.Key_P, Key.Key_X, Key.Key_P, Key.Key_4):
        qtbot.keyClick(opened_view.grid, key)
    assert session.items.pick[rows[:3]].tolist() == [1, 2, 1]
    assert session.current == rows[3]
    assert session.items.stars[rows[3]] == 4
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("is:pick")
    assert sorted(session.rows.tolist()) == sorted([rows[0], rows[2]])


def test_a_mark_of_many_moves_nothing_and_u_takes_it_away(
    qtbot: QtBot, session: Session, opened_view: GridView
) -> None:
    chosen = sorted(session.rows.tolist()[:3])
    session.select(chosen)
    qtbot.keyClick(opened_view.grid, Key.Key_X)
    assert session.items.pick[chosen].tolist() == [2, 2, 2]
    assert session.selection.tolist() == chosen
    with qtbot.waitSignals([session.marked, session.marked], timeout=WAIT_MS):
        qtbot.keyClick(opened_view.grid, Key.Key_U)
    assert session.items.pick[chosen].tolist() == [0, 0, 0]


def test_tags_are_given_and_taken_in_a_dialog(
    qtbot: QtBot, session: Session, opened_view: GridView
) -> None:
    row = int(session.rows[0])
    session.items.mark(np.array([row]), add=("old", "kept"))
    opened_view.grid.go(0)
    qtbot.keyClick(opened_view.grid, Key.Key_T)
    dialog = opened_view.grid.findChild(TagDialog)
    qtbot.keyClicks(dialog.field, "dog, wild cat ,")
    next(chip for chip in dialog.findChildren(Chip) if "old" in chip.text).removed.emit()
    with qtbot.waitSignal(session.marked, timeout=WAIT_MS):
        dialog.accept()
    assert session.items.tags[row] == ("kept", "dog", "wild cat")
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_keys_are_those_that_the_user_wants(
    qtbot: QtBot, session: Session, opened_view: GridView, tmp_path: Path
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    shortcuts = Shortcuts(QSettings(str(tmp_path / "keys.ini"), QSettings.Format.IniFormat))
    window.addAction(shortcuts.action("marks/pick", lambda: opened_view.do("marks/pick")))
    window.setCentralWidget(opened_view)
    with qtbot.waitExposed(window):
        window.show()
    opened_view.grid.setFocus()
    shortcuts.rebind("marks/pick", ["F"])
    opened_view.grid.go(0)
    row = session.current
    qtbot.keyClick(opened_view.grid, Key.Key_P)
    assert session.items.pick[row] == 0
    with qtbot.waitSignal(session.marked, timeout=WAIT_MS):
        qtbot.keyClick(opened_view.grid, Key.Key_F)
    assert session.items.pick[row] == 1
    assert "F" in next(
        a.text() for a in item_menu(opened_view.grid).actions() if "Pick" in a.text()
    )
    window.takeCentralWidget()
