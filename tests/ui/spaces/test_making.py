"""A collection is made in a model of the user's own, and searched by it: real word vectors."""

from pathlib import Path

import pytest
from embedcurate_ui.jobs import State
from embedcurate_ui.session import Session
from embedcurate_ui.welcome import CreateDialog
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from embedcurate.testing import make_text

pytestmark = pytest.mark.gui
WAIT_MS = 120_000
WORDS = {"red": (1, 0, 0), "scarlet": (9, 1, 0), "blue": (0, 1, 0), "seven": (0, 0, 1)}


def test_a_collection_is_made_in_a_model_from_a_file_with_an_option_and_searched(
    blank_session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "glove.txt"
    file.write_text("".join(f"{word} {x} {y} {z}\n" for word, (x, y, z) in WORDS.items()))
    for word in ("scarlet", "blue", "seven"):
        make_text(tmp_path / "in" / f"{word}.txt", word)
    (tmp_path / "place").mkdir()
    dialog = CreateDialog(blank_session, tmp_path / "place", [tmp_path / "in"])
    qtbot.addWidget(dialog)
    dialog.show()
    cards = dialog.spaces.cards
    qtbot.waitUntil(lambda: "word_vectors" in cards.cards, timeout=WAIT_MS)
    qtbot.keyClick(cards.cards["word_vectors"], Qt.Key.Key_Space)
    assert not dialog.go.isEnabled()
    assert cards.form is not None
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    cards.form._choose_file()
    qtbot.keyClicks(cards.form.fields["common"], "keep")
    qtbot.waitUntil(dialog.go.isEnabled, timeout=WAIT_MS)
    told = dialog.creation.arguments()
    assert told["space"] == f"word_vectors:{file}?common=keep"
    dialog.accept()
    job = blank_session.run("index", told, "Index")
    with qtbot.waitSignal(job.over, timeout=WAIT_MS):
        pass
    assert job.state is State.DONE, job.error
    with qtbot.waitSignal(blank_session.shown, timeout=WAIT_MS):
        blank_session.open(Path(told["collection"]))
    assert blank_session.about["space"]["name"] == told["space"]
    with qtbot.waitSignal(blank_session.shown, timeout=WAIT_MS):
        blank_session.show("red")
    assert blank_session.items.name(int(blank_session.rows[0])) == "scarlet.txt"
