"""The dialogs by real keys and clicks: preferences, keys, the palette, the history."""

from pathlib import Path

import pytest
from embedcurate_ui.preferences import (
    SETTINGS,
    CheatSheet,
    CommandPalette,
    HistoryDialog,
    PreferencesDialog,
    Settings,
    Shortcuts,
)
from embedcurate_ui.preferences.palette import CommandList
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.processes import TINY
from tests.strangers import install
from tests.ui.models import Proper

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def settings(qtbot: QtBot, tmp_path: Path) -> Settings:
    return Settings(tmp_path / "window.ini")


@pytest.fixture
def shortcuts(settings: Settings) -> Shortcuts:
    made = Shortcuts(settings.store)
    for name in ("marks/pick", "marks/reject", "edit/redo", "help/keys"):
        made.action(name)
    return made


@pytest.fixture
def dialog(
    qtbot: QtBot, settings: Settings, shortcuts: Shortcuts, blank_session: Session
) -> PreferencesDialog:
    made = PreferencesDialog(settings, shortcuts, blank_session)
    qtbot.addWidget(made)
    made.show()
    return made


def named(widget: QWidget, kind: type[QWidget], name: str) -> QWidget:
    return next(one for one in widget.findChildren(kind) if one.accessibleName() == name)


def focusable_have_names(widget: QWidget) -> None:
    for one in widget.findChildren(QWidget):
        takes_focus = one.focusPolicy() != Qt.FocusPolicy.NoFocus and not one.focusProxy()
        if takes_focus and one.isVisibleTo(widget) and not one.objectName().startswith("qt_"):
            assert one.accessibleName(), one


def test_what_is_set_in_the_dialog_is_set_and_what_is_set_elsewhere_is_seen(
    dialog: PreferencesDialog, settings: Settings, qtbot: QtBot
) -> None:
    box = named(dialog, QCheckBox, SETTINGS["grid/advance"].title)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert settings["grid/advance"] is False
    number = named(dialog, QSpinBox, SETTINGS["grid/tile_px"].title)
    qtbot.keyClick(number, Qt.Key.Key_Up)
    assert settings["grid/tile_px"] == 161
    choice = named(dialog, QComboBox, SETTINGS["appearance/scheme"].title)
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert settings["appearance/scheme"] == "light"
    settings["appearance/scheme"] = "dark"
    assert isinstance(choice, QComboBox)
    assert choice.currentText() == "Dark"
    reset = named(dialog, QPushButton, "Set this page back to its defaults")
    qtbot.mouseClick(reset, LEFT)
    assert settings["grid/tile_px"] == 160
    assert choice.currentText() == "As the system"


def test_all_that_takes_the_focus_has_a_name(
    dialog: PreferencesDialog, shortcuts: Shortcuts, qtbot: QtBot
) -> None:
    sheet, palette = CheatSheet(shortcuts), CommandPalette(list(shortcuts.actions.values()))
    for one in (dialog, sheet, palette):
        focusable_have_names(one)
    sheet.deleteLater()
    palette.deleteLater()


def test_a_command_gets_the_key_that_is_pressed_and_one_in_use_is_refused(
    dialog: PreferencesDialog, shortcuts: Shortcuts, qtbot: QtBot
) -> None:
    page = dialog.bindings
    dialog.pages.setCurrentWidget(page)
    page.choose("marks/pick")
    for key in (Qt.Key.Key_B, Qt.Key.Key_X):
        with qtbot.waitSignal(page.field.editingFinished):
            qtbot.keyClick(page.field, key)
    assert shortcuts.keys("marks/pick") == ("B",)
    assert "'Reject'" in page.banner.text
    qtbot.mouseClick(named(page, QWidget, "Take its keys away"), LEFT)
    assert shortcuts.keys("marks/pick") == ()
    qtbot.mouseClick(named(page, QWidget, "Its usual keys"), LEFT)
    assert shortcuts.keys("marks/pick") == ("P",)


def test_a_second_key_of_a_command_stays_when_its_first_changes(
    dialog: PreferencesDialog, shortcuts: Shortcuts, qtbot: QtBot
) -> None:
    page = dialog.bindings
    page.choose("edit/redo")
    with qtbot.waitSignal(page.field.editingFinished):
        qtbot.keyClick(page.field, Qt.Key.Key_R)
    assert shortcuts.keys("edit/redo") == ("R", "Ctrl+Y")


def test_commands_are_found_by_letters_on_the_page_of_keys(
    dialog: PreferencesDialog, qtbot: QtBot
) -> None:
    page = dialog.bindings
    dialog.pages.setCurrentWidget(page)
    qtbot.keyClicks(named(page, QLineEdit, "Find a command"), "rej")
    headings = [page.list.topLevelItem(number) for number in range(page.list.topLevelItemCount())]
    seen = [
        heading.child(place).text(0)
        for heading in headings
        if heading is not None and not heading.isHidden()
        for place in range(heading.childCount())
        if not heading.child(place).isHidden()
    ]
    assert seen == ["Reject"]


def test_the_cheat_sheet_shows_the_keys_of_now(shortcuts: Shortcuts, qtbot: QtBot) -> None:
    shortcuts.rebind("marks/pick", ("B",))
    sheet = CheatSheet(shortcuts)
    qtbot.addWidget(sheet)
    texts = [one.text() for one in sheet.findChildren(QLabel)]
    assert texts[texts.index("Pick") + 1] == "B" or texts[texts.index("Pick") - 1] == "B"
    assert "P" not in texts
    assert "Undo" not in texts  # the window gave it nothing to do
    sheet.show()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_the_palette_does_what_is_found_by_a_few_letters(qtbot: QtBot) -> None:
    done: list[str] = []
    actions = []
    for text in ("Pick", "Reject", "Preferences", "Export"):
        action = QAction(text)
        action.triggered.connect(lambda _=False, text=text: done.append(text))
        actions.append(action)
    actions[3].setEnabled(False)
    palette = CommandPalette(actions)
    qtbot.addWidget(palette)
    palette.show()
    qtbot.keyClicks(palette.field, "pr")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert done == ["Preferences"]
    assert not palette.isVisible()
    again = CommandPalette(actions)
    qtbot.addWidget(again)
    again.show()
    qtbot.keyClick(again.field, Qt.Key.Key_Down)
    qtbot.keyClick(again.field, Qt.Key.Key_Return)
    assert done == ["Preferences", "Reject"]


def test_the_list_of_commands_is_a_sound_model_and_leaves_out_what_can_not_be_done(
    qtbot: QtBot,
    proper: Proper,
) -> None:
    actions = [QAction("Pick"), QAction("&Reject"), QAction("Export")]
    actions[2].setEnabled(False)
    model = CommandList(actions)
    proper(model)
    texts = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert texts == ["Pick", "Reject"]
    model.narrow("rj")
    assert model.rowCount() == 1
    assert model.action(0) is actions[1]
    model.narrow("zzz")
    assert model.rowCount() == 0
    model.narrow("")
    assert model.rowCount() == 2


@pytest.mark.model
def test_the_history_lists_what_was_done_and_takes_it_back(session: Session, qtbot: QtBot) -> None:
    dialog = HistoryDialog(session)
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignals([session.marked, session.marked]):
        session.mark([0, 1], pick="pick")
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 1)
    row = dialog.list.topLevelItem(0)
    assert row is not None
    assert "pick" in row.text(1)
    qtbot.waitUntil(dialog.back.isEnabled)
    assert not dialog.forth.isEnabled()
    qtbot.mouseClick(dialog.back, LEFT)
    qtbot.waitUntil(lambda: dialog.list.topLevelItemCount() == 2)
    qtbot.waitUntil(dialog.forth.isEnabled)
    assert session.items.pick[0] == 0


def test_a_plugin_of_a_stranger_is_allowed_and_forbidden_on_its_page(
    dialog: PreferencesDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "site", "ec-tiny", TINY, {"tiny": "Tiny"}, metadata="Summary: Colours.\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))
    monkeypatch.delenv("EMBEDCURATE_PLUGINS")
    page = dialog.plugins
    dialog.pages.setCurrentWidget(page)

    def becomes(state: str) -> None:
        qtbot.waitUntil(lambda: state in shown(), timeout=30_000)

    def shown() -> list[str]:
        rows = page.list.findItems("tiny", Qt.MatchFlag.MatchExactly)
        return [row.text(2) for row in rows if row.text(1) == "ec-tiny 1.0"]

    becomes("Not allowed yet")
    page.list.setCurrentItem(page.list.findItems("starter", Qt.MatchFlag.MatchExactly)[0])
    assert not page.button.isVisible()
    page.list.setCurrentItem(page.list.findItems("tiny", Qt.MatchFlag.MatchExactly)[0])
    assert page.about.text().startswith("Colours. Its package 'ec-tiny' 1.0 has not been allowed")
    focusable_have_names(page)
    qtbot.mouseClick(page.button, LEFT)
    becomes("Ready")
    assert page.button.accessibleName() == "Forbid ec-tiny 1.0"
    qtbot.mouseClick(page.button, LEFT)
    becomes("Not allowed yet")
