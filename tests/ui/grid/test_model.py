"""The rows as a table: to Qt's own tester, to the clipboard, to a screen reader."""

import os
from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.grid.model import COLUMNS, IDS, RowsModel, files_of, url_of
from embedcurate_ui.session import Session
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from tests.ui.grid.material import items_of, show
from tests.ui.models import Proper

pytestmark = pytest.mark.gui

TITLES = [column.title for column in COLUMNS]


def text(model: RowsModel, position: int, title: str) -> str:
    found: str = model.data(model.index(position, TITLES.index(title)))
    return found


def test_the_model_keeps_qts_rules_while_rows_come_and_go(
    blank_session: Session, proper: Proper
) -> None:
    model = RowsModel(blank_session)
    proper(model)
    show(blank_session, 7)
    blank_session.rows = np.array([5, 2])
    blank_session.shown.emit()
    assert model.rowCount() == 2
    assert model.rowCount(model.index(0, 0)) == 0
    blank_session.marked.emit(np.array([2]))
    show(blank_session, 0)
    assert model.rowCount(QModelIndex()) == 0


def test_cells_tell_what_is_known_in_the_order_shown(blank_session: Session) -> None:
    model = RowsModel(show(blank_session, ["a.jpg", "b.txt", "c.ogg"]))
    blank_session.items.stars[2] = 3
    blank_session.items.mark(np.array([2]), add=("loud", "old"))
    blank_session.hits = {2: {"score": 0.876, "segment": {"start": 61.5, "end": 64.0}}}
    blank_session.rows = np.array([2, 0, 1])
    blank_session.shown.emit()
    assert text(model, 0, "Name") == "c.ogg"
    assert text(model, 0, "Kind") == "sound"
    assert text(model, 0, "Score") == "0.88"
    assert text(model, 0, "Match") == "1:01\u20131:04"
    assert text(model, 0, "Stars") == "★★★"
    assert text(model, 0, "Tags") == "loud, old"
    assert text(model, 0, "Extent") == "1:15"
    assert text(model, 1, "Extent") == "640 \u00d7 480"
    assert text(model, 2, "Extent") == "1,200 characters"
    assert text(model, 1, "Folder") == "/media"
    assert model.data(model.index(0, 0), Qt.ItemDataRole.UserRole) == 2
    assert [text(model, 1, title) for title in ("Score", "Match", "Label")] == ["", "", ""]


def test_a_screen_reader_hears_all_that_a_tile_shows(blank_session: Session) -> None:
    model = RowsModel(show(blank_session, ["a.jpg", "b.txt"]))
    blank_session.items.pick[1], blank_session.items.stars[1] = 2, 4
    blank_session.items.mark(np.array([1]), add=("draft",))
    spoken = model.data(model.index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "b.txt, text, 1,200 characters, rejected, 4 of 5 stars, tags draft, 2 of 2"


def test_changed_marks_are_told_for_the_rows_shown_only(
    blank_session: Session, qtbot: QtBot
) -> None:
    model = RowsModel(show(blank_session, 10))
    blank_session.rows = np.array([9, 4, 6])
    blank_session.shown.emit()
    with qtbot.waitSignal(model.dataChanged) as changed:
        blank_session.marked.emit(np.array([4, 5, 6]))
    first, last = changed.args[0], changed.args[1]
    assert (first.row(), last.row()) == (1, 2)
    with qtbot.assertNotEmitted(model.dataChanged):
        blank_session.marked.emit(np.array([5]))


def test_rows_of_other_items_are_not_shown_until_they_are_found_anew(
    blank_session: Session,
) -> None:
    model = RowsModel(show(blank_session, 10))
    blank_session.items = items_of(10)
    blank_session.opened.emit()
    assert len(model.rows) == 10
    blank_session.items = items_of(4)
    blank_session.opened.emit()
    assert len(model.rows) == 0


def test_files_are_dragged_out_whatever_their_names(tmp_path: Path) -> None:
    names = ["plain.jpg", "a b#c?%.jpg", os.fsdecode(b"not-utf8-\xff.jpg"), "umläut ☂.jpg"]
    items = items_of(names, tmp_path)
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    data = files_of(items, [3, 2, 1, 0])
    back = [url.toEncoded().data() for url in data.urls()]
    assert all(url.startswith(b"file:///") for url in back)
    assert back[1].endswith(b"not-utf8-%FF.jpg")
    assert [url.toLocalFile() for url in data.urls()][2:] == [
        str(tmp_path / names[1]),
        str(tmp_path / names[0]),
    ]
    assert data.data(IDS).data().decode().split("\n") == [items.id_of(row) for row in (3, 2, 1, 0)]
    assert url_of(tmp_path).toLocalFile() == str(tmp_path)


def test_an_index_drags_its_item(blank_session: Session) -> None:
    model = RowsModel(show(blank_session, 5))
    blank_session.rows = np.array([3, 1])
    blank_session.shown.emit()
    data = model.mimeData([model.index(0, 0), model.index(0, 1)])
    assert [url.fileName() for url in data.urls()] == ["item-0000003.bin"]
    assert set(model.mimeTypes()) <= set(data.formats())
