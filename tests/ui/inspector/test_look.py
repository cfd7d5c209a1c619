"""The quick look, by keys."""

import pytest
from embedcurate_ui.inspector import LookView
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.inspector.material import until

pytestmark = pytest.mark.gui


def press(view: LookView, qtbot: QtBot, key: Qt.Key) -> None:
    """Press a key where the focus is."""
    focused = QApplication.focusWidget()
    assert focused is view or (focused is not None and view.isAncestorOf(focused))
    qtbot.keyClick(focused, key)


def test_the_keys_go_on_mark_and_close(session: Session, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    behind = QPushButton("behind")
    QVBoxLayout(window).addWidget(behind)
    window.resize(700, 500)
    look = LookView(session, window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    behind.setFocus()
    first, second, third = session.rows[:3].tolist()
    session.select([first])
    look.look(first)
    assert look.geometry() == window.rect()
    until(qtbot, lambda: look.medium.medium is not None)
    press(look, qtbot, Qt.Key.Key_Right)
    assert (session.current, look.row) == (second, second)
    press(look, qtbot, Qt.Key.Key_3)
    press(look, qtbot, Qt.Key.Key_P)
    assert (session.items.stars[second], session.items.pick[second]) == (3, 1)
    assert look.row == third
    press(look, qtbot, Qt.Key.Key_X)
    press(look, qtbot, Qt.Key.Key_Left)
    press(look, qtbot, Qt.Key.Key_U)
    assert session.items.pick[third] == 0
    window.resize(800, 600)
    until(qtbot, lambda: look.geometry() == window.rect())
    press(look, qtbot, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert look.isAncestorOf(focused)
    opened: list[bool] = []
    again = QAction("Look closely", window)
    again.setObjectName("view/look")
    again.setShortcut("K")
    again.triggered.connect(opened.append)
    window.addAction(again)
    look.setFocus()
    press(look, qtbot, Qt.Key.Key_Space)
    assert not look.isHidden()
    with qtbot.waitSignal(look.left):
        press(look, qtbot, Qt.Key.Key_K)
    assert look.isHidden()
    assert opened == []
    assert QApplication.focusWidget() is behind
