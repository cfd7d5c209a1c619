"""Every view, dock and dialog without eyes or a mouse: names for all, and Tab gets everywhere."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import embedcurate_ui
import pytest
from embedcurate_ui import theme
from embedcurate_ui.duplicates import DuplicatesView
from embedcurate_ui.export.selections import keep
from embedcurate_ui.moving.kept import KeptDialog
from embedcurate_ui.preferences import Settings
from embedcurate_ui.session import Session
from embedcurate_ui.theme import EmptyState
from embedcurate_ui.window import Window
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.moving.test_moving import PLAN

pytestmark = [pytest.mark.gui, pytest.mark.model]

WAIT_MS = 120_000
ANALYSES: dict[str, dict[str, Any]] = {
    "clusters": {"min_cluster_size": 3},
    "duplicates": {},
    "map": {"method": "pca"},
    "outliers": {},
    "quality": {},
    "sample": {"sample": {"size": 5}, "save": "five"},
}


@pytest.fixture
def window(
    session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    """A window on a collection in which everything was analysed, so that no view is empty."""
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))
    theme.apply(QApplication.instance(), "light")
    window = Window(session, Settings())
    window.resize(1440, 900)
    with qtbot.waitActive(window):
        window.show()
    said: list[str] = []
    session.said.connect(lambda kind, sentence: said.append(sentence))
    for verb, arguments in ANALYSES.items():
        session.ask(verb, arguments, lambda _, verb=verb: session.found.emit(verb))
    keep(session, "two", session.items.ids_of(session.rows[:2]))
    session.mark(session.rows[:1], add=["seen"], pick="pick")
    session.select(session.rows[:2])
    qtbot.waitUntil(lambda: len(session.about["selections"]) == 2, timeout=WAIT_MS)
    settle(window, qtbot)
    assert said == []
    yield window
    window.close()
    window.deleteLater()


def settle(window: Window, qtbot: QtBot) -> None:
    """Wait until all is answered that the views asked for."""
    workers = window.session._workers.values()
    qtbot.waitUntil(lambda: not any(one.is_busy for one in workers), timeout=WAIT_MS)


def stops(parent: QWidget) -> list[QWidget]:
    """Return what can be seen and takes the focus from Tab."""
    return [
        widget
        for widget in parent.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.window() is parent.window()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not widget.objectName().startswith("qt_")
        and not (_is_one_of_several(widget) and not widget.isChecked())  # arrows go there
    ]


def _is_one_of_several(widget: QWidget) -> bool:
    if not isinstance(widget, QAbstractButton):
        return False
    group = widget.group()
    return isinstance(widget, QRadioButton) or (group is not None and group.exclusive())


def told(widget: QWidget) -> str:
    above = widget.parentWidget()
    return f"{type(widget).__name__} '{widget.accessibleName()}' in {type(above).__name__}"


def unnamed(parent: QWidget) -> list[str]:
    """Return the stops that a screen reader can't name."""
    return [
        told(widget)
        for widget in stops(parent)
        if not (widget.accessibleName() or getattr(widget, "text", str)())
    ]


def assert_seen(widget: QWidget) -> None:
    assert not widget.visibleRegion().isEmpty(), told(widget)


def missed(parent: QWidget, qtbot: QtBot) -> set[str]:
    """Return the stops that Tab does not reach; each that it reaches is scrolled into sight."""
    first = QApplication.focusWidget()
    assert first is not None
    wanted, reached = stops(parent), {first}
    one: QWidget | None = first
    for _ in range(200):
        qtbot.keyClick(one, Qt.Key.Key_Tab)
        one = QApplication.focusWidget()
        assert one is not None
        qtbot.waitUntil(partial(assert_seen, one))  # what has just come is laid out first
        if one is first:
            break
        reached.add(one)
        # To turn to a pane of the comparison empties the inspector for a moment.
        wanted = [widget for widget in wanted if widget.isVisible()]
    return {told(widget) for widget in wanted if widget not in reached}


def openers(window: Window) -> dict[str, Callable[[], object]]:
    """Return how each dialog is opened, by the names of their classes."""
    actions, duplicates = window.shortcuts.actions, window.views["duplicates"]
    assert isinstance(duplicates, DuplicatesView)
    return {
        "CheatSheet": actions["help/keys"].trigger,
        "CombineDialog": window.tray._combine,
        "CommandPalette": actions["help/palette"].trigger,
        "CreateDialog": actions["collection/new"].trigger,
        "ExportDialog": actions["collection/export"].trigger,
        "HistoryDialog": actions["edit/history"].trigger,
        "KeptDialog": lambda: KeptDialog(PLAN, window).open(),
        "MoveDialog": actions["collection/move"].trigger,
        "NameDialog": actions["select/save"].trigger,
        "PreferencesDialog": actions["help/preferences"].trigger,
        "ResolveDialog": duplicates._resolve_all,
        "TagDialog": lambda: window.grid.do("marks/tag"),
    }


def dialogs() -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(embedcurate_ui.__path__, "embedcurate_ui."):
        for name, one in vars(importlib.import_module(module.name)).items():
            if isinstance(one, type) and issubclass(one, QDialog):
                found |= {name} if one.__module__.startswith("embedcurate_ui") else set()
    return found


def test_every_view_and_dialog_has_names_and_is_walked_through_by_tab(
    window: Window, qtbot: QtBot
) -> None:
    for name, view in window.views.items():
        if name == "compare":
            window.session.select(window.session.rows[:2])
        window.show_view(name)
        settle(window, qtbot)
        nothing = view.findChildren(EmptyState)
        if name != "leaks":  # for which there would have to be splits
            qtbot.waitUntil(lambda n=nothing: not any(one.isVisible() for one in n))
        focus = QApplication.focusWidget()
        assert focus is not None
        assert view is focus or view.isAncestorOf(focus), name
        assert unnamed(window) == [], name
        assert missed(window, qtbot) == set(), name

    opened_by = openers(window)
    assert set(opened_by) == dialogs()
    for name, opened in opened_by.items():
        opened()
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
        dialog = QApplication.activeModalWidget()
        assert type(dialog).__name__ == name
        qtbot.waitUntil(lambda dialog=dialog: QApplication.activeWindow() is dialog)
        settle(window, qtbot)
        assert unnamed(dialog) == [], name
        assert missed(dialog, qtbot) == set(), name
        dialog.reject()
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
