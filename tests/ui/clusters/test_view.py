"""Clusters from the first click to a split that is undone, with real workers."""

from collections.abc import Iterator

import pytest
from embedcurate_ui import theme
from embedcurate_ui.clusters.model import NOISE
from embedcurate_ui.clusters.view import ClustersView
from embedcurate_ui.grid.tagging import TagDialog
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

WAIT_MS = 120_000


@pytest.fixture
def view(session: Session, qtbot: QtBot) -> Iterator[ClustersView]:
    made = ClustersView(session)
    made.resize(1000, 700)
    qtbot.addWidget(made)
    made.show()
    yield made
    qtbot.waitUntil(lambda: session.thumbnails.is_idle, timeout=WAIT_MS)


def sizes(view: ClustersView) -> dict[str, int]:
    assert view.found is not None
    return {group.name: group.size for group in view.found.clusters}


def wait_for_news(view: ClustersView, qtbot: QtBot, before: object) -> None:
    qtbot.waitUntil(lambda: view.found is not before, timeout=WAIT_MS)


def test_clusters_are_found_named_merged_split_tagged_and_undone(
    view: ClustersView, session: Session, qtbot: QtBot
) -> None:
    assert view.found is None
    empty = view.findChild(theme.EmptyState)
    assert empty is not None
    qtbot.waitUntil(empty.button.isVisible, timeout=WAIT_MS)
    qtbot.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    wait_for_news(view, qtbot, None)
    found = view.found
    assert found is not None
    clusters = found.clusters
    assert len(clusters) >= 2
    assert sum(group.size for group in found.groups) == len(found.labels)

    for place in (1, 0):
        spot = view.cards.visualRect(view.model.index(place)).center()
        qtbot.mouseClick(view.cards.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        assert session.current == clusters[place].exemplars[0]  # which the inspector shows
    session.select([])
    view.choose([clusters[0].label])
    qtbot.keyClick(view.cards, Qt.Key.Key_F2)
    field = view.cards.findChild(QLineEdit)
    assert field is not None
    field.clear()
    qtbot.keyClicks(field, "my name")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait_for_news(view, qtbot, found)
    assert "my name" in sizes(view)
    assert [group.label for group in view.chosen()] == [clusters[0].label]

    renamed = view.found
    view.choose([clusters[0].label, clusters[1].label])
    qtbot.keyClick(view.cards, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    wait_for_news(view, qtbot, renamed)
    merged = view.found
    assert merged is not None
    assert sizes(view)["my name"] == clusters[0].size + clusters[1].size

    view.choose([clusters[0].label])
    view.split(2)
    wait_for_news(view, qtbot, merged)
    split = view.found
    assert split is not None
    assert len(split.clusters) == len(merged.clusters) + 1
    session.undo()
    wait_for_news(view, qtbot, split)
    assert sizes(view)["my name"] == clusters[0].size + clusters[1].size
    undone = view.found
    session.undo()
    wait_for_news(view, qtbot, undone)
    assert sizes(view)["my name"] == clusters[0].size

    view.choose([NOISE])
    qtbot.keyClick(view.cards, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    dialog = view.findChild(TagDialog)
    assert dialog is not None
    qtbot.keyClicks(dialog.field, "rest")
    with qtbot.waitSignal(session.marked, timeout=WAIT_MS):
        dialog.accept()
    rows = found.rows_of(NOISE).tolist()
    assert all(session.items.tags[row] == ("rest",) for row in rows)
    with qtbot.waitSignals([session.shown, view.to_grid], timeout=WAIT_MS):
        view.open()
    assert sorted(session.rows.tolist()) == rows


def test_every_widget_that_takes_the_focus_has_a_name(view: ClustersView) -> None:
    for widget in view.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            inner = widget.focusProxy() or widget.objectName().startswith("qt_")
            assert widget.accessibleName() or inner, widget
    assert QApplication.activeModalWidget() is None
