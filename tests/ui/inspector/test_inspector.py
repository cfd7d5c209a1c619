"""The panel over real files, real workers and the starter space."""

from typing import Any

import numpy as np
import pytest
from embedcurate_ui.inspector import Inspector
from embedcurate_ui.inspector.preview import Picture, Reading, Sound
from embedcurate_ui.inspector.strip import Strip
from embedcurate_ui.inspector.table import FactsTable
from embedcurate_ui.items import MODALITIES
from embedcurate_ui.session import Session
from embedcurate_ui.theme import Chip, StarRating
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from embedcurate.query import MediumFile, parse
from tests.ui.inspector.material import WAIT_MS, button, named, until, workers

pytestmark = [
    pytest.mark.gui,
    pytest.mark.qt_log_ignore("propagateSizeHints", "PulseAudio", "pipewire", "FFmpeg"),
]


@pytest.fixture
def inspector(session: Session, qtbot: QtBot) -> Inspector:
    inspector = Inspector(session)
    qtbot.addWidget(inspector)
    inspector.resize(360, 1400)
    with qtbot.waitExposed(inspector):
        inspector.show()
    return inspector


def facts(inspector: Inspector) -> dict[str, str]:
    """Return all facts that are seen, as a screen reader hears them."""
    tables = inspector.findChildren(FactsTable)
    labels = [label for table in tables for label in table.findChildren(QLabel)]
    said = (label.accessibleName().partition(": ") for label in labels if label.isVisible())
    return {name: value for name, _, value in said if name}


def field(inspector: Inspector, kind: type[QWidget], name: str) -> Any:
    return next(one for one in inspector.findChildren(kind) if one.accessibleName() == name)


def chips(inspector: Inspector) -> list[Chip]:
    return [one for one in inspector.marks.findChildren(Chip) if not one.isHidden()]


def tags(inspector: Inspector) -> list[str]:
    return [one.text for one in chips(inspector)]


def test_an_item_is_shown_with_its_facts_and_what_is_like_it_in_each_modality(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    row = named(session, "kingfisher.jpg")
    session.select([row])
    until(qtbot, lambda: isinstance(inspector.medium.medium, Picture))
    until(qtbot, lambda: "Pixels" in facts(inspector))
    assert facts(inspector)["Pixels"] == "700 \N{MULTIPLICATION SIGN} 394 (0.3 MP)"
    assert facts(inspector)["Label"] == "birds"
    until(qtbot, lambda: all(inspector.similar.rows(m) for m in ("image", "text", "audio")))
    nearest = [session.items.name(near) for near in inspector.similar.rows("image")]
    assert "kingfisher.jpg" not in nearest
    assert "kingfisher-copy.jpg" in nearest[:2]
    modality = session.items.modality
    assert {int(modality[near]) for near in inspector.similar.rows("audio")} == {2}
    strip = field(inspector, Strip, "Most like it: Texts")
    wanted = strip.rows[1]
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.place(1).center())
    assert session.current == wanted
    until(qtbot, lambda: isinstance(inspector.medium.medium, Reading))


def test_marks_are_given_by_mouse_and_keys_and_undone(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    row = named(session, "kingfisher.jpg")
    other = named(session, "seagull.png")
    session.select([row])
    qtbot.mouseClick(button(inspector.marks, "Pick"), Qt.MouseButton.LeftButton)
    stars = inspector.marks.findChild(StarRating)
    assert isinstance(stars, StarRating)
    stars.setFocus()
    qtbot.keyClick(stars, Qt.Key.Key_4)
    tag = field(inspector, QLineEdit, "Add a tag")
    qtbot.keyClicks(tag, "blue, small")
    qtbot.keyClick(tag, Qt.Key.Key_Return)
    note = field(inspector, QPlainTextEdit, "Note")
    note.setFocus()
    qtbot.keyClicks(note, "by the river")
    session.select([other])
    assert session.items.notes == {row: "by the river"}
    assert note.toPlainText() == ""
    assert session.items.tags == {row: ("blue", "small")}
    assert (session.items.pick[row], session.items.stars[row]) == (1, 4)
    session.select([row])
    assert tags(inspector) == ["blue", "small"]
    assert note.toPlainText() == "by the river"
    qtbot.keyClicks(tag, "lu")
    known = tag.completer().model()
    until(qtbot, lambda: known.data(known.index(0, 0)) == "blue")
    tag.clear()
    chip = next(one for one in chips(inspector) if one.text == "blue")
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    until(qtbot, lambda: tags(inspector) == ["small"])
    for _ in range(2):
        with qtbot.waitSignal(session.marked, timeout=WAIT_MS):
            session.undo()
    until(qtbot, lambda: session.items.notes == {})
    assert tags(inspector) == ["blue", "small"]
    assert note.toPlainText() == ""


def test_duplicates_are_shown_once_they_are_found_and_which_of_them_stays(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    row = named(session, "kingfisher.jpg")
    session.select([row])
    until(qtbot, lambda: "Id" in facts(inspector))
    assert inspector.copies.rows == ()
    with qtbot.waitSignal(session.found, timeout=WAIT_MS):
        session.run("duplicates", {"level": "near"}, "Find duplicates")
    until(qtbot, lambda: bool(inspector.copies.rows))
    copies = {session.items.name(copy) for copy in inspector.copies.rows}
    assert copies == {"kingfisher-copy.jpg", "kingfisher-small.webp"}
    words = [one.text() for one in inspector.copies.findChildren(QLabel)]
    assert any(one.startswith("This one would stay") for one in words)


def test_several_items_are_summed_up_and_marked_as_one(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    rows = np.sort(session.rows[:3])
    session.mark(rows[:1], add=["seen"])
    session.select(rows)
    assert tags(inspector) == ["seen · 1"]
    qtbot.keyClick(chips(inspector)[0], Qt.Key.Key_Return)
    assert all(session.items.tags[row] == ("seen",) for row in rows.tolist())
    until(qtbot, lambda: tags(inspector) == ["seen"])
    qtbot.mouseClick(button(inspector.marks, "Reject"), Qt.MouseButton.LeftButton)
    assert session.items.pick[rows].tolist() == [2, 2, 2]
    assert facts(inspector)["Rejected"] == "3"


def test_a_part_of_a_picture_is_searched_by(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    row = named(session, "kingfisher.jpg")
    session.select([row])
    until(qtbot, lambda: isinstance(inspector.medium.medium, Picture))
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        inspector.medium.search_region(QRect(150, 20, 400, 350))
    [term] = parse(session.query).terms
    assert isinstance(term.what, MediumFile)
    assert term.what.path.is_file()
    names = [session.items.name(found) for found in session.rows[:5].tolist()]
    assert any(name.startswith("kingfisher") for name in names)
    until(qtbot, lambda: "Score" in facts(inspector))


def test_a_stretch_of_a_sound_is_searched_by_and_without_an_output_it_is_said(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    row = named(session, "ode-to-joy-violin.ogg")
    session.select([row])
    medium = inspector.medium
    until(qtbot, lambda: isinstance(medium.medium, Sound))
    assert not button(medium, "Search by this stretch").isEnabled()
    qtbot.mouseClick(button(medium, "Play"), Qt.MouseButton.LeftButton)
    assert medium.playback.is_playing == (not medium.playback.trouble)
    assert medium.playback.trouble in {"", "No audio output"}
    medium.sound.mark((1.0, 9.0))
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        qtbot.mouseClick(button(medium, "Search by this stretch"), Qt.MouseButton.LeftButton)
    assert max(session.hits, key=lambda found: session.hits[found]["cosine"]) == row
    assert set(session.items.modality[session.rows].tolist()) == {MODALITIES.index("audio")}


def test_items_that_are_passed_quickly_are_not_asked_for(
    inspector: Inspector, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    verbs: list[str] = []
    ask = session.ask

    def noted(verb: str, arguments: dict[str, Any], *rest: Any, **more: Any) -> int:
        verbs.append(verb)
        return ask(verb, arguments, *rest, **more)

    monkeypatch.setattr(session, "ask", noted)
    for row in session.rows.tolist():
        session.select([row])
    until(qtbot, lambda: verbs.count("search") == 3)
    assert sorted(set(verbs)) == ["describe", "preview", "search"]
    assert verbs.count("describe") == verbs.count("preview") == 1
    inspector.hide()
    session.select([int(session.rows[0])])
    inspector.show()
    until(qtbot, lambda: verbs.count("describe") == 2)


def test_every_widget_that_takes_the_focus_has_a_name(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.mark(session.rows[:1], add=["named"])
    session.select(session.rows[:2])
    until(qtbot, lambda: "Id" in facts(inspector))
    nameless = [
        one
        for one in inspector.findChildren(QWidget)
        if one.focusPolicy() != Qt.FocusPolicy.NoFocus and not one.accessibleName()
    ]
    assert nameless == []


def test_nothing_selected_is_said_and_a_closed_collection_is_forgotten(
    inspector: Inspector, session: Session, qtbot: QtBot
) -> None:
    session.select([named(session, "kingfisher.jpg")])
    until(qtbot, lambda: "Pixels" in facts(inspector))
    session.close()
    until(qtbot, lambda: not workers())
    assert inspector.medium.row == -1
    assert inspector.medium.medium is None
    assert facts(inspector) == {}
