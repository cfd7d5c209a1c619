"""A collection moves to a space that is known to be a rotation of its own, all in the window."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.jobs import State
from embedcurate_ui.moving import Moving
from embedcurate_ui.moving.dialog import MoveDialog
from embedcurate_ui.moving.kept import KeptDialog
from embedcurate_ui.preferences import Settings
from embedcurate_ui.session import Session
from embedcurate_ui.window import Window
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from embedcurate.spaces.tiny import COLOURS
from embedcurate.testing import make_picture
from tests.processes import embedcurate
from tests.strangers import install

pytestmark = pytest.mark.gui
WAIT_MS = 120_000
PICTURES, ANCHORS = 246, 240  # each half has to have 100 that differ

SPACES = """
import numpy as np

from embedcurate.items import Modality
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.space import Space
from embedcurate.spaces.tiny import TinyImages

TURN = np.linalg.qr(np.random.default_rng(3).normal(size=(32, 32)))[0]


class TurnedImages(TinyImages):
    fingerprint = "turned-image-1"

    def encode(self, batch):
        rows = super().encode(batch)
        return {**rows, SHARED: (rows[SHARED] @ TURN).astype(np.float32)}


class Plain(SpacePlugin):
    name = "plain"
    summary = "Colours."
    modalities = frozenset({Modality.IMAGE})
    licence = "Apache-2.0"
    encoder = TinyImages

    def load(self, progress):
        return Space(self.full_name, {Modality.IMAGE: self.encoder()})


class Turned(Plain):
    name = "turned"
    encoder = TurnedImages
"""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "site", "ec-two", SPACES, {"plain": "Plain", "turned": "Turned"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def collection(environment: None, tmp_path: Path) -> Path:
    random, names = np.random.default_rng(0), list(COLOURS)
    for number in range(PICTURES):
        ink, ground = random.choice(len(names), 2, replace=False)
        size = (40 + number % 50, 40 + 9 * (number // 50))  # no two files are the same bytes
        make_picture(tmp_path / "in" / f"{number}.png", colour=names[ink], background=names[ground],
                     shape=("disc", "square", "stripes")[number % 3], size_px=size)  # fmt: skip
    path = tmp_path / "old"
    embedcurate("index", path, tmp_path / "in", "--space", "plain", env=os.environ)
    return path


@pytest.fixture
def window(collection: Path, qtbot: QtBot) -> Iterator[Window]:
    session, settings = Session(), Settings()
    settings["collections/folder"] = str(collection.parent)
    window = Window(session, settings)
    with qtbot.waitActive(window):
        window.show()
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        window.open(collection)
    yield window
    window.close()
    session.end()
    window.deleteLater()


def shown(window: Window) -> KeptDialog:
    [found] = window.findChildren(KeptDialog)
    return found


def test_a_move_is_tried_and_shown_then_made_and_its_items_are_encoded(
    window: Window, collection: Path, qtbot: QtBot
) -> None:
    session = window.session
    with qtbot.waitSignal(session.marked, timeout=WAIT_MS):
        session.mark([0], add=["mine"])
    window.shortcuts.actions["collection/move"].trigger()
    [dialog] = window.findChildren(MoveDialog)
    cards = dialog.spaces.cards.cards
    qtbot.waitUntil(lambda: "turned" in cards, timeout=WAIT_MS)
    qtbot.keyClick(cards["plain"], Qt.Key.Key_Space)
    assert not dialog.go.isEnabled()  # it is there
    qtbot.keyClick(cards["turned"], Qt.Key.Key_Space)
    dialog.anchors.setValue(ANCHORS)
    assert dialog.where.name.text() == "old 2"
    dialog.accept()
    [job] = session.jobs.live
    with qtbot.waitSignal(job.over, timeout=WAIT_MS):
        pass
    assert job.state is State.DONE, job.error

    kept, moved = shown(window), collection.parent / "old 2"
    rows = [kept.list.topLevelItem(at) for at in range(kept.list.topLevelItemCount())]
    told = {row.text(1): [row.text(at) for at in (0, 2, 5)] for row in rows if row is not None}
    assert set(told) == {"shared", "visual"}
    kind, similar, measured = told["shared"]
    assert (kind, measured) == ("Pictures", f"{ANCHORS} items")
    assert int(similar.removesuffix(" %")) > 30  # by chance: 5
    assert not moved.exists()

    with qtbot.waitSignal(window.moving.made, timeout=WAIT_MS) as made:
        kept.accept()
    assert made.args[:2] == [collection, moved]
    [job] = session.jobs.live
    with qtbot.waitSignal(job.over, timeout=WAIT_MS):
        pass
    assert job.result is not None
    assert (job.result["ok"], job.result["failed"]) == (PICTURES, 0)
    qtbot.waitUntil(lambda: len(session.rows) == PICTURES, timeout=WAIT_MS)
    assert session.collection == moved
    assert session.about["space"]["name"] == "turned"
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("tag:mine")
    assert len(session.rows) == 1


PLAN = {
    "space": "turned",
    "encoded": 210,
    "mapped": {"image": 1, "text": 50},
    "kept": [
        {"modality": "text", "channel": "shared", "anchors": 210, "similar": 0.874,
         "by_text": 0.5, "chance": 0.0478},
    ],
}  # fmt: skip


def test_what_a_move_keeps_is_told_in_words_and_nothing_is_made_if_it_is_left(
    qtbot: QtBot, blank_session: Session, tmp_path: Path
) -> None:
    above = QWidget()
    qtbot.addWidget(above)
    moving = Moving(blank_session, Settings(tmp_path / "window.ini"), above)
    moving._show(PLAN, tmp_path / "new", str(tmp_path / "old"))
    [kept] = above.findChildren(KeptDialog)
    said = " ".join(one.text() for one in kept.findChildren(QLabel))
    assert "210 items are encoded in the new space." in said
    assert "To be mapped now, and encoded later: 1 picture, 50 texts." in said
    row = kept.list.topLevelItem(0)
    assert row is not None
    told = [row.text(at) for at in range(6)]
    assert told == ["Texts", "shared", "87 %", "50 %", "5 %", "210 items"]
    qtbot.keyClick(kept, Qt.Key.Key_Escape)
    assert list(blank_session.jobs) == []
    assert not (tmp_path / "new").exists()


def test_a_space_that_only_makes_vectors_shorter_maps_nothing(qtbot: QtBot) -> None:
    kept = KeptDialog({**PLAN, "encoded": 0, "mapped": {}})
    qtbot.addWidget(kept)
    said = " ".join(one.text() for one in kept.findChildren(QLabel))
    assert "nothing has to be encoded again" in said
    assert said.endswith("would be found with the whole vectors.")
