"""Every command has its key, no key has two commands, and the user can change all of it."""

from collections import Counter
from pathlib import Path

import pytest
from embedcurate_ui.preferences.commands import COMMANDS, GROUPS
from embedcurate_ui.preferences.shortcuts import KeyTaken, Shortcuts
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def shortcuts(qtbot: QtBot, store: QSettings) -> Shortcuts:
    return Shortcuts(store)


def test_the_usual_keys_are_those_of_the_design_and_none_is_given_twice() -> None:
    counted = Counter(key for command in COMMANDS.values() for key in command.keys)
    assert max(counted.values()) == 1
    usual = {
        "P": "marks/pick", "X": "marks/reject", "U": "marks/unflag", "0": "marks/stars-0",
        "3": "marks/stars-3", "Space": "view/look", "C": "view/compare", "G": "view/grid",
        "/": "find/search", "?": "help/keys", "Ctrl+K": "help/palette", "Ctrl+Z": "edit/undo",
        "Ctrl+E": "collection/export", "F11": "view/full-screen",
    }  # fmt: skip
    for key, name in usual.items():
        assert key in COMMANDS[name].keys
    for key in counted:
        portable = QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
        assert key == portable
    assert {command.group for command in COMMANDS.values()} == set(GROUPS)


def test_a_key_does_its_command_but_a_field_that_is_typed_into_keeps_its_letters(
    qtbot: QtBot, shortcuts: Shortcuts
) -> None:
    done: list[str] = []
    window = QWidget()
    field = QLineEdit()
    QVBoxLayout(window).addWidget(field)
    window.addAction(shortcuts.action("marks/pick", lambda: done.append("pick")))
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_P)
    assert done == ["pick"]
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_P)
    assert (done, field.text()) == (["pick"], "p")


def test_a_key_in_use_is_refused_in_words_and_nothing_changes(shortcuts: Shortcuts) -> None:
    with pytest.raises(KeyTaken, match="X means 'Reject' already") as refused:
        shortcuts.rebind("marks/pick", ("B", "X"))
    assert refused.value.command.name == "marks/reject"
    assert shortcuts.keys("marks/pick") == ("P",)


def test_other_keys_hold_in_the_next_session_until_they_are_reset(
    shortcuts: Shortcuts, store: QSettings, qtbot: QtBot
) -> None:
    action = shortcuts.action("marks/pick")
    with qtbot.waitSignal(shortcuts.changed) as told:
        shortcuts.rebind("marks/pick", ("B", "Ctrl+B"))
    assert told.args == ["marks/pick"]
    assert [key.toString() for key in action.shortcuts()] == ["B", "Ctrl+B"]
    shortcuts.rebind("marks/unflag", ())
    store.sync()
    later = Shortcuts(store)
    assert later.keys("marks/pick") == ("B", "Ctrl+B")
    assert later.keys("marks/unflag") == ()
    shortcuts.rebind("marks/reject", ("P",))
    holder = shortcuts.holder("P")
    assert holder is not None
    assert holder.name == "marks/reject"
    shortcuts.reset()
    assert all(shortcuts.keys(name) == command.keys for name, command in COMMANDS.items())
    assert action.shortcut().toString() == "P"


def test_its_own_key_is_no_conflict(shortcuts: Shortcuts) -> None:
    shortcuts.rebind("edit/redo", ("Ctrl+Y", "Ctrl+Shift+Z", "Ctrl+Y"))
    assert shortcuts.keys("edit/redo") == ("Ctrl+Y", "Ctrl+Shift+Z")
