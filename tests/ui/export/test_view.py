"""The tray and the export dialog, with real workers and real files."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from embedcurate_ui.export import ExportDialog, SelectionsTray, ask_for_selection
from embedcurate_ui.export.naming import CombineDialog, NameDialog
from embedcurate_ui.export.tray import ChipRow
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QWidget
from pytestqt.qtbot import QtBot

from tests.strangers import install

pytestmark = pytest.mark.gui
WAIT_MS = 120_000
LEFT = Qt.MouseButton.LeftButton
SAVE = QDialogButtonBox.StandardButton.Ok
PAGE = """
from embedcurate.export import ExporterPlugin

class Page(ExporterPlugin):
    name = "page"
    summary = "A page of names."
    suffix = ".html"

    def write(self, job, out):
        with out.open("x", encoding="utf-8") as file:
            for entry in job.entries():
                file.write(f"<p>{entry.item.path.name}</p>\\n")
                job.done(entry)
"""


@pytest.fixture
def tray(session: Session, qtbot: QtBot) -> SelectionsTray:
    made = SelectionsTray(session)
    qtbot.addWidget(made)
    made.resize(1000, 40)
    made.show()
    return made


def changed(tray: SelectionsTray, qtbot: QtBot, act: Callable[[], object]) -> dict[str, int]:
    with qtbot.waitSignal(tray.selections.changed, timeout=WAIT_MS):
        act()
    return {one["name"]: one["count"] for one in tray.selections.listed}


def answer(qtbot: QtBot, dialog: NameDialog, name: str) -> None:
    qtbot.waitUntil(dialog.isVisible)
    dialog.name.selectAll()
    qtbot.keyClicks(dialog.name, name)
    qtbot.mouseClick(dialog.buttons.button(SAVE), LEFT)


def test_what_is_picked_is_counted_by_kind_and_shown_by_a_click(
    tray: SelectionsTray, session: Session, qtbot: QtBot
) -> None:
    assert not tray.picked.isEnabled()
    kinds = session.items.modality[session.rows]
    rows = [*session.rows[kinds == 0][:3], *session.rows[kinds == 2][:2]]
    with qtbot.waitSignals([session.marked, session.marked], timeout=WAIT_MS):
        session.mark(rows, pick="pick")
    assert tray.picked.text() == "5 picked"
    shown = {name: said.text() for name, said in tray._counts.items() if said.isVisible()}
    assert shown == {"image": "3", "audio": "2"}
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        qtbot.mouseClick(tray.picked, LEFT)
    assert sorted(session.rows.tolist()) == sorted(int(row) for row in rows)


def test_selections_are_kept_combined_renamed_deleted_and_brought_back(
    tray: SelectionsTray, session: Session, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    everything = len(session.rows)
    session.select(session.rows[:4])
    ask_for_selection(session, window)
    found = changed(tray, qtbot, lambda: answer(qtbot, window.findChildren(NameDialog)[-1], "mine"))
    assert found == {"mine": 4}
    session.select([])
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("modality:image")
    ask_for_selection(session, window)
    found = changed(
        tray, qtbot, lambda: answer(qtbot, window.findChildren(NameDialog)[-1], "pictures")
    )
    assert found["pictures"] == len(session.rows) < everything
    dialog = CombineDialog(["mine", "pictures"], tray.selections.combine, parent=window)
    dialog.open()
    dialog.how.setCurrentIndex(1)
    assert dialog.name.text() == "mine or pictures"
    found = changed(tray, qtbot, lambda: answer(qtbot, dialog, "both"))
    assert found["both"] >= found["pictures"]
    assert [chip.text.split("  ")[0] for chip in tray.chips.chips] == ["both", "mine", "pictures"]
    found = changed(tray, qtbot, lambda: tray.selections.rename("both", "union"))
    assert "union" in found
    with qtbot.waitSignal(tray.selections.deleted, timeout=WAIT_MS):
        tray.selections.delete("mine")
    assert tray.banner.isVisible()
    found = changed(tray, qtbot, lambda: qtbot.mouseClick(tray.banner.button, LEFT))
    assert found["mine"] == 4
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        tray.selections.show("mine")
    assert (len(session.rows), session.query) == (4, "selection:mine")


def test_a_name_that_cannot_be_is_refused_while_it_is_typed(qtbot: QtBot) -> None:
    named: list[str] = []
    dialog = NameDialog("Rename", "Another", named.append, taken=["old"], replaces=False)
    dialog.show()
    button = dialog.buttons.button(SAVE)
    for name, right in (("", False), ("a/b", False), ("-a", False), ("old", False), ("new", True)):
        dialog.name.setText(name)
        assert button.isEnabled() == right, name
    qtbot.mouseClick(button, LEFT)
    assert named == ["new"]


def test_selections_that_do_not_fit_are_in_a_menu(qtbot: QtBot) -> None:
    pressed: list[str] = []
    row = ChipRow(lambda name, at: pressed.append(name))
    qtbot.addWidget(row)
    row.resize(300, 40)
    row.show()
    row.show_names([(f"number {n}", n) for n in range(9)])
    fit = [chip for chip in row.chips if chip.isVisible()]
    assert 1 <= len(fit) < 9
    assert all(chip.geometry().right() < row.width() for chip in fit)
    qtbot.keyClick(fit[0], Qt.Key.Key_Return)
    row._menu.actions()[-1].trigger()
    assert len(row._menu.actions()) == 9 - len(fit)
    assert pressed == ["number 0", "number 8"]
    row.resize(2000, 40)
    assert all(chip.isVisible() for chip in row.chips)


def test_a_recipe_is_saved_and_replayed(
    tray: SelectionsTray, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    session.ask("sample", {"where": "label:strings", "save": "strings"}, lambda _: None)
    path = tmp_path / "of strings.toml"
    with qtbot.waitSignal(session.said, timeout=WAIT_MS):
        tray.recipes.save("strings", path)
    assert "label:strings" in path.read_text()
    with qtbot.waitSignal(session.said, timeout=WAIT_MS) as said:
        tray.recipes.replay(path)
    assert said.args is not None
    assert "kept as the selection “of strings”" in said.args[1]
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        pass
    assert {session.items.path(row).parent.name for row in session.rows.tolist()} == {"strings"}
    with qtbot.waitSignal(session.said, timeout=WAIT_MS) as said:
        tray.recipes.replay(tmp_path / "nothing.toml")
    assert said.args is not None
    assert said.args[0] == "error"


def test_an_export_is_tried_first_then_written(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    kinds = session.items.modality[session.rows]
    with qtbot.waitSignals([session.marked, session.marked], timeout=WAIT_MS):
        session.mark(session.rows[kinds == 0][:6], pick="pick")
    dialog = ExportDialog(session)
    dialog.open()
    assert dialog.what.currentText() == "What is picked (6)"
    qtbot.waitUntil(lambda: dialog.preview.rows.rowCount() == 6, timeout=WAIT_MS)
    out = tmp_path / "picked.csv"
    dialog.out.setText(str(out))
    qtbot.waitUntil(dialog.write.isEnabled, timeout=WAIT_MS)
    assert dialog.sum.text().startswith("6 items")
    assert not out.exists()
    dialog.formats.choose("jsonl")
    assert dialog.out.text() == str(tmp_path / "picked.jsonl")
    dialog.options.splits.setText("a 1")
    assert not dialog.options.is_right
    dialog.options.splits.setText("train 50, test 50")
    qtbot.waitUntil(lambda: "train" in dialog.sum.text(), timeout=WAIT_MS)
    with qtbot.waitSignal(session.jobs.ended, timeout=WAIT_MS):
        qtbot.mouseClick(dialog.write, LEFT)
    lines = [json.loads(line) for line in (tmp_path / "picked.jsonl").read_text().splitlines()]
    assert {line["split"] for line in lines} <= {"train", "test"}
    told = [dialog.preview.rows.index(row, 0).data() for row in range(6)]
    assert [Path(line["path"]).name for line in lines] == told
    assert "6 items are in" in dialog.banner.text
    assert dialog.banner.button.text() == "Open folder"
    dialog.reject()


def test_what_is_there_is_not_replaced_before_it_is_asked_for(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    out = tmp_path / "list.csv"
    out.write_text("mine")
    dialog = ExportDialog(session)
    dialog.open()
    dialog.out.setText(str(out))
    qtbot.waitUntil(dialog.overwrite.isVisible, timeout=WAIT_MS)
    assert not dialog.write.isEnabled()
    assert str(out) in dialog.banner.text
    dialog.reject()
    assert out.read_text() == "mine"


def test_an_empty_collection_has_nothing_to_export(blank_session: Session, qtbot: QtBot) -> None:
    dialog = ExportDialog(blank_session)
    dialog.show()
    assert dialog.source is None
    assert not dialog.write.isEnabled()
    assert "nothing" in dialog.sum.text()
    for widget in dialog.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName() or not widget.isEnabled(), widget
    dialog.reject()


def test_a_csv_of_what_is_shown_keeps_its_order(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("modality:audio", sort="size", descending=True)
    dialog = ExportDialog(session)
    dialog.open()
    dialog.out.setText(str(tmp_path / "sounds.csv"))
    qtbot.waitUntil(dialog.write.isEnabled, timeout=WAIT_MS)
    with qtbot.waitSignal(session.jobs.ended, timeout=WAIT_MS):
        dialog.export()
    with (tmp_path / "sounds.csv").open(newline="") as file:
        written = [row["path"] for row in csv.DictReader(file)]
    assert written == [str(session.items.path(row)) for row in session.rows.tolist()]
    dialog.reject()


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A format that a plugin brings."""
    install(tmp_path / "site", "ec-page", PAGE, {"page": "Page"}, group="embedcurate.exporters")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))


def test_a_format_of_a_plugin_is_offered_beside_the_others(
    page: None, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = ExportDialog(session)
    dialog.open()
    names = [one.name for one in dialog.formats.known]
    assert "page" not in names
    qtbot.waitUntil(lambda: dialog.formats.known[-1].name == "page", timeout=WAIT_MS)
    dialog.out.setText(str(tmp_path / "list.csv"))
    dialog.formats.choose("page")
    assert dialog.out.text() == str(tmp_path / "list.html")
    assert dialog.about.text() == "A page of names."
    qtbot.waitUntil(dialog.write.isEnabled, timeout=WAIT_MS)
    with qtbot.waitSignal(session.jobs.ended, timeout=WAIT_MS):
        qtbot.mouseClick(dialog.write, LEFT)
    assert len((tmp_path / "list.html").read_text().splitlines()) == len(session.items)
    dialog.formats.choose("csv")
    assert dialog.out.text() == str(tmp_path / "list.csv")
    dialog.reject()
