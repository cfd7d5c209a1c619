"""All that is left settled by rule, with the trash behind it, and the threshold that regroups."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from embedcurate_ui.duplicates.bulk import PlanModel, planned
from embedcurate_ui.duplicates.copies import LEVELS, RULES
from embedcurate_ui.duplicates.resolving import ResolveDialog
from embedcurate_ui.duplicates.rules import RulesEditor
from embedcurate_ui.duplicates.trash import Trash
from embedcurate_ui.duplicates.view import DuplicatesView
from embedcurate_ui.items import PICKS, Items
from embedcurate_ui.session import Session
from embedcurate_ui.theme import Histogram
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QListWidget, QMessageBox, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from embedcurate.duplicates import RULES as LIBRARY_RULES
from embedcurate.duplicates import Level
from tests.ui.duplicates.material import GROUPS
from tests.ui.duplicates.reviewing import WAIT_MS, listed, names
from tests.ui.models import Proper

pytestmark = pytest.mark.gui

REJECT = PICKS.index("reject")
SPARE = {"a-small.jpg", "a-again.jpg", "b-poor.jpg", "c-copy.jpg", "river.txt", "bird-late.flac"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A trash of its own, on the file system of the files."""
    monkeypatch.setenv("HOME", os.fspath(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", os.fspath(tmp_path / "home" / "data"))
    (tmp_path / "home" / "data").mkdir(parents=True)
    return tmp_path / "home"


def test_rules_and_levels_are_those_of_the_library() -> None:
    assert tuple(map(str, LIBRARY_RULES)) == RULES
    assert tuple(map(str, Level)) == LEVELS


def test_rules_are_moved_by_keys_and_left_out_by_space_but_for_the_last(qtbot: QtBot) -> None:
    editor = RulesEditor()
    qtbot.addWidget(editor)
    editor.set_rules(("older", "name"), ("/a", "/b"))
    with qtbot.waitExposed(editor):
        editor.show()
    rules = editor.findChildren(QListWidget)[0]
    rules.setFocus()
    rules.setCurrentRow(0)
    with qtbot.waitSignal(editor.changed):
        qtbot.keyClick(rules, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert editor.rules == ("name", "older")
    qtbot.keyClick(rules, Qt.Key.Key_Space)
    assert editor.rules == ("name",)
    rules.setCurrentRow(0)
    qtbot.keyClick(rules, Qt.Key.Key_Space)
    assert editor.rules == ("name",)
    assert editor.folders == ("/a", "/b")


def test_a_dry_run_says_what_settling_all_would_change_and_then_does_it(
    copies: Session, qtbot: QtBot, home: Path
) -> None:
    view = listed(DuplicatesView(copies), qtbot)
    picked = next(row for row in range(len(copies.items)) if copies.items.name(row) == "b-poor.jpg")
    with qtbot.waitSignal(copies.marked, timeout=WAIT_MS):
        copies.mark([picked], pick="pick")
    view._resolve_all()
    dialog = view.findChild(ResolveDialog)
    assert dialog is not None
    plan = dialog.plan
    assert names(copies, plan.rows.tolist()) == SPARE - {"b-poor.jpg"}
    sizes = [copies.items.value("size", row) for row in plan.rows.tolist()]
    assert (plan.bytes, plan.picked, plan.count) == (sum(sizes), 1, len(GROUPS) - 1)
    same = next(one for one in dialog.findChildren(QRadioButton) if "bytes" in one.text())
    qtbot.mouseClick(same, Qt.MouseButton.LeftButton)
    assert names(copies, dialog.plan.rows.tolist()) == {"c-copy.jpg"}
    go = next(
        one
        for one in dialog.findChild(QDialogButtonBox).findChildren(QPushButton)
        if one.text().startswith("Reject")
    )
    assert go.text() == "Reject 1"
    assert not copies.items.pick[copies.items.pick == REJECT].any()
    qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
    assert names(copies, np.flatnonzero(copies.items.pick == REJECT).tolist()) == {"c-copy.jpg"}
    assert view.review.listed.rowCount() == len(GROUPS) - 1
    qtbot.waitUntil(lambda: copies.about["undo"]["undo"] is not None, timeout=WAIT_MS)

    spare = next(row for row in plan.rows.tolist() if copies.items.name(row) == "c-copy.jpg")
    path = copies.items.path(spare)
    view._empty_out()
    asked = view.findChild(QMessageBox)
    assert "1 rejected" in asked.text()
    move = next(one for one in asked.buttons() if "trash" in one.text())
    with qtbot.waitSignal(view.trash.moved, timeout=WAIT_MS):
        qtbot.mouseClick(move, Qt.MouseButton.LeftButton)
    assert not path.exists()
    copies.undo()
    qtbot.waitUntil(path.exists, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: view.review.listed.rowCount() == len(GROUPS), timeout=WAIT_MS)


def test_the_table_of_a_plan_is_a_proper_model(
    copies: Session, qtbot: QtBot, proper: Proper
) -> None:
    view = listed(DuplicatesView(copies), qtbot)
    model = PlanModel()
    proper(model)
    model.show(planned(view.review))
    lines = [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]
    assert {line[0] for line in lines} == SPARE
    assert ["c-copy.jpg", "c.jpg"] in [line[:2] for line in lines]
    model.show(planned(view.review, least=0.999))
    assert {model.index(row, 0).data() for row in range(model.rowCount())} == {"c-copy.jpg"}


def test_the_threshold_regroups_the_pairs_that_were_found(copies: Session, qtbot: QtBot) -> None:
    view = listed(DuplicatesView(copies), qtbot)
    kinds = view._kinds
    kinds.setCurrentIndex(kinds.findData("image"))
    kinds.activated.emit(kinds.currentIndex())
    assert view.review.listed.rowCount() == 3
    histogram = view.findChild(Histogram)
    assert histogram.isVisible()
    pairs = copies.results.latest("pairs")
    histogram.setFocus()
    with qtbot.waitSignal(copies.found, timeout=WAIT_MS):
        qtbot.keyClick(histogram, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: view.copies.threshold == 1.0, timeout=WAIT_MS)
    assert view.review.listed.rowCount() == 1  # what has the same bytes
    assert copies.results.latest("pairs") == pairs
    kinds.setCurrentIndex(kinds.findData(""))
    kinds.activated.emit(kinds.currentIndex())
    qtbot.waitUntil(lambda: view.review.listed.rowCount() == len(GROUPS), timeout=WAIT_MS)


def test_a_rejected_file_goes_to_the_trash_and_comes_back_with_its_mark_taken_off(
    copies: Session, qtbot: QtBot, home: Path
) -> None:
    trash = Trash(copies)
    row = next(row for row in range(len(copies.items)) if copies.items.name(row) == "h.jpg")
    path = copies.items.path(row)
    before = path.read_bytes()
    with qtbot.waitSignal(copies.marked, timeout=WAIT_MS):
        copies.mark([row], pick="reject")
    with qtbot.waitSignal(trash.moved, timeout=WAIT_MS):
        trash.put([row])
    assert not path.exists()
    assert len(trash) == 1
    assert [one.read_bytes() for one in (home / "data/Trash/files").iterdir()] == [before]
    copies.undo()
    qtbot.waitUntil(lambda: len(trash) == 0, timeout=WAIT_MS)
    assert path.read_bytes() == before
    assert not list((home / "data/Trash").rglob("*.jpg*"))


def test_a_file_that_cannot_be_moved_is_named(copies: Session, qtbot: QtBot, home: Path) -> None:
    trash = Trash(copies)
    row = next(row for row in range(len(copies.items)) if copies.items.name(row) == "h.jpg")
    path = copies.items.path(row)
    kept = path.rename(path.with_name("elsewhere.jpg"))
    with qtbot.waitSignal(copies.said, timeout=WAIT_MS) as said:
        trash.put([row])
    assert said.args is not None
    assert said.args[0] == "error"
    assert "h.jpg" in said.args[1]
    assert len(trash) == 0
    kept.rename(path)


def test_a_table_is_never_moved_for_the_sake_of_one_of_its_rows(
    blank_session: Session, qtbot: QtBot, home: Path, tmp_path: Path
) -> None:
    table = tmp_path / "texts.csv"
    table.write_text("text\none\ntwo\n")
    blank_session.items = Items(
        pa.table(
            {
                "id": [f"{row:032x}" for row in range(2)],
                "modality": ["text", "text"],
                "path": [str(table)] * 2,
                "path_bytes": [os.fsencode(table)] * 2,
                "row": pa.array([0, 1], pa.int32()),
            }
        )
    )
    trash = Trash(blank_session)
    with qtbot.waitSignal(blank_session.said, timeout=WAIT_MS) as said:
        trash.put([1])
    assert said.args is not None
    assert "texts.csv" in said.args[1]
    assert table.exists()
    assert len(trash) == 0
