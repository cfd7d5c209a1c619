"""The user's changes while a job or another program writes: they arrive, and in their order."""

import pytest
from embedcurate_ui.jobs import State
from embedcurate_ui.session import Session
from embedcurate_ui.window import Window
from pytestqt.qtbot import QtBot

from embedcurate.collection import Collection
from embedcurate.collection.verify import verify
from tests.ui.faults.material import AT_GATE, BEFORE_GATE, WAIT_MS, Gate

pytestmark = pytest.mark.gui


def stored(session: Session) -> Collection:
    assert session.collection is not None
    return Collection.open(session.collection)


def test_what_the_user_says_while_a_job_indexes_is_stored_before_the_job_ends(
    window: Window, qtbot: QtBot, gate: Gate
) -> None:
    session = window.session
    first, second = session.items.ids_of(session.rows[:2])
    job = session.run("index", {"sources": [str(gate.folder)]}, "Index")
    qtbot.waitUntil(lambda: job.done == BEFORE_GATE, timeout=WAIT_MS)

    session.mark(session.rows[:2], pick="pick", add=["seen"])
    session.mark(session.rows[:1], stars=5)
    session.decide([(first, second)], "different")
    session.undo()
    told = {"do": "save", "name": "chosen", "ids": [first]}
    with qtbot.waitCallback(timeout=WAIT_MS) as saved:
        session.ask("selections", told, saved)
    marks = stored(session).marks([first, second])
    assert [(one.pick, one.stars) for one in marks.values()] == [("pick", 5), ("pick", 0)]
    assert stored(session).decisions() == {}
    assert stored(session).selections.names() == ["chosen"]
    assert job.state is State.RUNNING

    job.pause()
    with qtbot.waitCallback(timeout=WAIT_MS) as decided:
        session.decide([(first, second)], "different", then=decided)
    assert len(stored(session).decisions()) == 1
    job.resume()
    gate.let_go()
    qtbot.waitUntil(lambda: job.state.is_over, timeout=WAIT_MS)
    assert job.state is State.DONE
    qtbot.waitUntil(lambda: len(session.rows) == 15 + BEFORE_GATE + AT_GATE, timeout=WAIT_MS)
    rows = session.items.rows_of([first, second])
    assert session.items.stars[rows].tolist() == [5, 0]
    assert verify(stored(session).path).is_whole


def test_marks_wait_for_another_program_that_writes_and_arrive_in_their_order(
    window: Window, qtbot: QtBot
) -> None:
    session, row = window.session, int(window.session.rows[0])
    id_ = session.items.id_of(row)
    with (
        stored(session).writer(doing="embedcurate compact"),
        qtbot.waitSignal(session.said, timeout=WAIT_MS) as said,
    ):
        session.mark([row], stars=1, add=["early"])
    assert said.args is not None
    assert "is being written by embedcurate compact, process" in said.args[1]
    assert "Your changes are kept" in window.banner.text
    session.mark([row], stars=4)
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.reread()
    assert session.items.stars[row] == 4
    assert session.items.tags[row] == ("early",)
    qtbot.waitUntil(lambda: not session.changes.waiting, timeout=WAIT_MS)
    assert window.banner.text == "What waited is stored now."
    assert stored(session).marks([id_])[id_].stars == 4
    assert [one.kind for one in stored(session).operations()] == ["mark", "mark"]


def test_marks_that_still_wait_when_the_window_closes_are_stored_as_it_ends(
    window: Window, qtbot: QtBot
) -> None:
    session, path = window.session, window.session.collection
    assert path is not None
    row = int(session.rows[0])
    id_ = session.items.id_of(row)
    with (
        Collection.open(path).writer(doing="embedcurate compact"),
        qtbot.waitSignal(session.said, timeout=WAIT_MS),
    ):
        session.mark([row], stars=2)
    window.close()
    session.end()
    assert Collection.open(path).marks([id_])[id_].stars == 2
