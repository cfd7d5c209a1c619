"""Thousands of messages in one go: none is lost, and the window draws a handful of times."""

import os
from collections import Counter
from pathlib import Path

import pytest
from embedcurate_ui.jobs import State
from embedcurate_ui.processes import Worker, wait_for_all
from embedcurate_ui.window import Window
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.strangers import install
from tests.ui.faults.material import WAIT_MS

pytestmark = pytest.mark.gui

PARTS, EACH, MARKS = 3, 700, 2000
FEW = 20

_FLOOD = f"""
import os

from embedcurate.items import Modality
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.testing import tiny_space


class Flood(SpacePlugin):
    name = "flood"
    summary = "Tells of each of its many steps as if it were the last."
    modalities = frozenset(Modality)
    licence = "Apache-2.0"
    remedy = ""

    def available(self):
        return None

    def load(self, progress):
        def meet(pipe):
            with open(os.environ["FLOOD_PIPES"] + "/" + pipe, "w"):
                pass

        progress(1, 1, "x")
        for part in range({PARTS}):
            meet("before")
            for step in range({EACH}):
                done = part * {EACH} + step + 1
                progress(done, done, "x")
            meet("after")
        meet("before")
        return tiny_space()
"""


class Painted(QObject):
    """Counts how often each kind of widget is painted."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.times: Counter[str] = Counter()
        for widget in window.findChildren(QWidget):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.times[f"{type(watched).__name__} {id(watched)}"] += 1
        return False

    @property
    def most(self) -> int:
        return max(self.times.values(), default=0)


@pytest.fixture
def pipes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pipes at which the flooding space waits before and after each of its floods, and at last."""
    install(tmp_path / "site", "ec-flood", _FLOOD, {"flood": "Flood"})
    path = tmp_path / "pipes"
    path.mkdir()
    for name in ("before", "after"):
        os.mkfifo(path / name)
    monkeypatch.setenv("PYTHONPATH", os.fspath(tmp_path / "site"), prepend=os.pathsep)
    monkeypatch.setenv("FLOOD_PIPES", os.fspath(path))
    return path


def test_a_worker_that_tells_of_thousands_of_steps_at_once_is_drawn_a_few_times(
    window: Window, qtbot: QtBot, tmp_path: Path, pipes: Path
) -> None:
    told: list[int] = []
    (tmp_path / "nothing").mkdir()
    arguments = {"collection": str(tmp_path / "new"), "sources": [str(tmp_path / "nothing")]}
    job = window.session.jobs.start("index", {**arguments, "space": "flood"}, "Flood")
    job.changed.connect(lambda: told.append(job.done))
    qtbot.waitUntil(lambda: job.done == 1, timeout=WAIT_MS)
    painted = Painted(window)
    for part in range(1, PARTS + 1):
        for pipe in ("before", "after"):  # the window stands still while it all comes
            assert (pipes / pipe).read_bytes() == b""
        qtbot.waitUntil(lambda part=part: job.done == part * EACH, timeout=WAIT_MS)
    assert len(told) < FEW
    assert 0 < painted.most < FEW
    assert (pipes / "before").read_bytes() == b""
    qtbot.waitUntil(lambda: job.state.is_over, timeout=WAIT_MS)
    assert job.state is State.DONE


def test_thousands_of_questions_at_once_are_all_answered_in_their_order(qtbot: QtBot) -> None:
    worker, answers = Worker(), list[int]()
    for number in range(MARKS):
        worker.ask(
            "look",
            {"number": number},
            lambda _: None,
            lambda kind, sentence, number=number: answers.append(number),
        )
    qtbot.waitUntil(lambda: not worker.is_busy, timeout=WAIT_MS)
    assert answers == list(range(MARKS))
    worker.stop()
    wait_for_all()
    worker.deleteLater()


def test_thousands_of_marks_one_by_one_are_told_together_and_all_taken_back_when_refused(
    window: Window, qtbot: QtBot, collection: Path, tmp_path: Path
) -> None:
    session, told, turns = window.session, list[int](), list[int]()
    rows = session.rows.tolist()
    session.marked.connect(lambda rows: told.append(len(rows)))
    session.said.connect(lambda *_: turns.append(len(told)))
    collection.rename(tmp_path / "elsewhere")
    for number in range(MARKS):
        session.mark([rows[number % len(rows)]], stars=number % 5 + 1)
    assert set(session.items.stars[rows].tolist()) == {1, 2, 3, 4, 5}
    assert told == [1]
    qtbot.waitUntil(lambda: len(told) > 1, timeout=WAIT_MS)  # refusals may have come since
    assert told[:2] == [1, len(rows)]
    qtbot.waitUntil(lambda: not session.items.stars.any(), timeout=WAIT_MS)
    assert "is not a collection" in window.banner.text
    # Refusals come in as many pieces as the system makes of them: each is told of once or twice.
    assert len(told) <= 2 + 2 * len(turns)
    assert len(turns) < MARKS / 2
    (tmp_path / "elsewhere").rename(collection)
    session.mark(rows[:1], stars=3)
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("stars:>0")
    assert session.rows.tolist() == rows[:1]
