"""The search bar, with keys and mouse, and a real worker behind it."""

from collections.abc import Callable

import numpy as np
import pytest
from embedcurate_ui.search import SearchBar
from embedcurate_ui.session import Session
from embedcurate_ui.theme import Chip
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui
WAIT_MS = 60_000
Key = Qt.Key


@pytest.fixture
def bar(session: Session, qtbot: QtBot) -> SearchBar:
    made = SearchBar(session)
    qtbot.addWidget(made)
    made.resize(700, 40)
    made.show()
    made.activateWindow()
    made.focus()
    qtbot.waitUntil(made.line.hasFocus)
    return made


def shown(session: Session, qtbot: QtBot, act: Callable[[], object]) -> list[str]:
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        act()
    return [session.items.name(row) for row in session.rows.tolist()]


def test_what_is_typed_is_searched_for_after_a_pause(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    found = shown(session, qtbot, lambda: qtbot.keyClicks(bar.line, "a kingfisher"))
    assert found[0].startswith("kingfisher")
    assert session.query == "a kingfisher"
    assert bar.line.text() == "a kingfisher"


def test_the_models_are_loaded_from_the_first_letter_on(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    qtbot.keyClick(bar.line, Key.Key_K)
    assert session.query == ""
    assert session._workers["search"].is_busy


def test_a_filter_becomes_a_chip_by_a_space_and_goes_by_its_cross(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    everything = len(session.rows)
    shown(session, qtbot, lambda: qtbot.keyClicks(bar.line, "modality:audio "))
    assert bar.clauses == ["modality:audio"]
    assert bar.line.text() == ""
    assert len(session.rows) < everything
    assert str(len(session.rows)) in bar.count.text()
    chip = bar.chips.findChildren(Chip)[0]
    shown(session, qtbot, chip.removed.emit)
    assert len(session.rows) == everything
    assert bar.clauses == []


def test_backspace_in_an_empty_line_takes_the_last_filter(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    shown(session, qtbot, lambda: session.show("modality:audio stars:0"))
    assert bar.clauses == ["modality:audio", "stars:0"]
    shown(session, qtbot, lambda: qtbot.keyClick(bar.line, Key.Key_Backspace))
    assert session.query == "modality:audio"


def test_a_query_that_cannot_be_read_is_a_sentence_below_and_shows_nothing_else(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    before = session.rows.copy()
    qtbot.keyClicks(bar.line, "stars:many")
    qtbot.keyClick(bar.line, Key.Key_Return)
    assert "takes a number" in bar.error.text()
    assert bar.error.isVisible()
    np.testing.assert_array_equal(session.rows, before)
    qtbot.keyClick(bar.line, Key.Key_Backspace)
    assert not bar.error.isVisible()


def test_what_the_worker_refuses_is_said_below(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.refused, timeout=WAIT_MS):
        qtbot.keyClicks(bar.line, "is:leak")
        qtbot.keyClick(bar.line, Key.Key_Return)
    assert "leaks" in bar.error.text()


def test_what_another_view_asks_and_is_refused_stands_in_the_line_with_the_reason(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(session.refused, timeout=WAIT_MS):
        session.show("#nobody")
    assert bar.line.text() == "#nobody"
    assert "nobody" in bar.error.text()


def test_completions_come_while_typing_and_tab_takes_the_first(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    qtbot.keyClicks(bar.line, "lab")
    qtbot.waitUntil(lambda: bar.completer.is_open, timeout=WAIT_MS)
    qtbot.keyClick(bar.line, Key.Key_Tab)
    assert bar.line.text() == "label:"
    qtbot.keyClicks(bar.line, "str")
    qtbot.waitUntil(lambda: bar.completer.is_open, timeout=WAIT_MS)
    qtbot.keyClick(bar.line, Key.Key_Down)
    shown(session, qtbot, lambda: qtbot.keyClick(bar.line, Key.Key_Return))
    assert bar.clauses == ["label:strings"]
    assert {session.items.path(row).parent.name for row in session.rows.tolist()} == {"strings"}


def test_escape_closes_the_list_first_and_then_shows_everything(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    shown(session, qtbot, lambda: session.show("modality:text"))
    qtbot.keyClicks(bar.line, "lab")
    qtbot.waitUntil(lambda: bar.completer.is_open, timeout=WAIT_MS)
    qtbot.keyClick(bar.line, Key.Key_Escape)
    assert session.query == "modality:text"
    assert not bar.completer.is_open
    shown(session, qtbot, lambda: qtbot.keyClick(bar.line, Key.Key_Escape))
    assert (session.query, bar.line.text(), bar.clauses) == ("", "", [])


def test_a_file_is_dropped_and_filters_stay(bar: SearchBar, session: Session, qtbot: QtBot) -> None:
    shown(session, qtbot, lambda: session.show("modality:image words"))
    row = next(r for r in range(len(session.items)) if session.items.name(r) == "kingfisher.jpg")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(session.items.path(row)))])
    where, buttons = QPointF(20, 20), Qt.MouseButton.LeftButton
    keys, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(20, 20), copy, data, buttons, keys)
    bar.dragEnterEvent(enter)
    assert enter.isAccepted()
    drop = QDropEvent(where, copy, data, buttons, keys)
    found = shown(session, qtbot, lambda: bar.dropEvent(drop))
    assert found[0] == "kingfisher.jpg"
    assert bar.clauses == ["modality:image"]


def test_a_picture_is_pasted(bar: SearchBar, session: Session, qtbot: QtBot) -> None:
    path = next(
        session.items.path(row)
        for row in range(len(session.items))
        if session.items.name(row) == "kingfisher.jpg"
    )
    picture = QImage(str(path))
    QGuiApplication.clipboard().setImage(picture.scaled(picture.size() * 4))
    paste = lambda: qtbot.keyClick(bar.line, Key.Key_V, Qt.KeyboardModifier.ControlModifier)  # noqa: E731
    assert "kingfisher.jpg" in shown(session, qtbot, paste)[:3]
    assert str(session.folder) in session.query


def test_similar_items_are_found_and_queries_remembered(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    row = next(r for r in session.rows.tolist() if session.items.name(r) == "kingfisher.jpg")
    session.select([row])
    found = shown(session, qtbot, bar.find_similar)
    assert {session.items.path(r).parent.name for r in session.rows[:3].tolist()} == {"birds"}
    assert bar.history.queries() == [f"#{session.items.id_of(row)}"]
    shown(session, qtbot, bar.clear)
    qtbot.keyClick(bar.line, Key.Key_Down)
    assert bar.completer.is_open
    assert shown(session, qtbot, lambda: qtbot.keyClick(bar.line, Key.Key_Tab)) == found


def test_what_others_ask_for_is_seen_but_what_is_being_typed_stays(
    bar: SearchBar, session: Session, qtbot: QtBot
) -> None:
    shown(session, qtbot, lambda: session.show("a dog tag:x"))
    assert (bar.line.text(), bar.clauses) == ("a dog", ["tag:x"])
    bar.ask()
    bar.line.setText("a dog house")
    bar._shown()
    assert bar.line.text() == "a dog house"
