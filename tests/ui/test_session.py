"""The session: what is shown, selected and marked, with a real worker behind it."""

import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.session import Session
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

WAIT_MS = 60_000


def names(session: Session) -> list[str]:
    return [session.items.name(row) for row in session.rows.tolist()]


def test_all_items_are_shown_when_a_collection_is_opened(session: Session) -> None:
    assert len(session.items) == len(session.rows) > 40
    assert {kind for kind, _ in session.facets["modality"]} == {"image", "audio", "text"}
    assert session.selection.tolist() == []
    assert session.current == -1


def test_a_filter_shows_what_matches_and_a_search_its_hits(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("modality:audio label:strings")
    assert names(session)
    assert all(session.items.path(row).parent.name == "strings" for row in session.rows.tolist())
    assert session.hits == {}
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("a kingfisher modality:image")
    assert names(session)[0].startswith("kingfisher")
    scores = [session.hits[row]["score"] for row in session.rows.tolist()]
    assert scores == sorted(scores, reverse=True)


def test_marks_are_seen_at_once_stored_and_undone(session: Session, qtbot: QtBot) -> None:
    rows = session.rows[:3]
    with qtbot.waitSignals([session.marked, session.marked], timeout=WAIT_MS):
        session.mark(rows, pick="pick", stars=4, add=["seen"], note="for the talk")
        assert session.items.pick[rows].tolist() == [1, 1, 1]
    assert session.items.tags[int(rows[0])] == ("seen",)
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("is:pick tag:seen stars:4")
    assert sorted(session.rows.tolist()) == sorted(rows.tolist())
    with qtbot.waitSignal(session.marked, timeout=WAIT_MS):
        session.undo()
    assert not session.items.pick.any()
    assert session.items.tags == {}
    with qtbot.waitSignal(session.marked, timeout=WAIT_MS):
        session.redo()
    assert session.items.stars[rows].tolist() == [4, 4, 4]


def test_marks_that_cannot_be_stored_are_taken_back_and_it_is_said_why(
    session: Session, qtbot: QtBot
) -> None:
    assert session.collection is not None
    row = int(session.rows[0])
    with qtbot.waitSignal(session.said, timeout=WAIT_MS) as said:
        shutil.rmtree(session.collection / "lance")
        session.mark([row], add=["seen"])
    assert said.args is not None
    assert said.args[0] == "error"
    assert session.items.tags == {}


@pytest.mark.parametrize(
    ("query", "why"), [("stars:many", "stars"), ("is:leak", "leaks"), ("#nobody dog", "nobody")]
)
def test_a_query_that_is_refused_is_told_once_and_leaves_what_is_shown(
    session: Session, qtbot: QtBot, query: str, why: str
) -> None:
    before = session.rows.copy()
    with (
        qtbot.assertNotEmitted(session.said),
        qtbot.waitSignal(session.refused, timeout=WAIT_MS) as refused,
    ):
        session.show(query)
    assert refused.args is not None
    assert why in refused.args[0]
    np.testing.assert_array_equal(session.rows, before)


def test_a_folder_that_is_no_collection_is_said(
    blank_session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(blank_session.said, timeout=WAIT_MS) as said:
        blank_session.open(tmp_path / "nothing")
    assert said.args is not None
    assert "nothing" in said.args[1]
    assert blank_session.collection is None


def test_a_worker_that_dies_is_said_and_the_next_question_is_answered(
    session: Session, qtbot: QtBot
) -> None:
    worker = session._workers["items"]
    with qtbot.waitSignal(session.said, timeout=WAIT_MS) as said:
        os.kill(worker.pid, signal.SIGKILL)
    assert said.args is not None
    assert "killed or crashed" in said.args[1]
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("modality:text")
    assert set(session.items.modality[session.rows].tolist()) == {1}


def test_a_job_tells_its_progress_and_its_result(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.found, timeout=WAIT_MS) as found:
        job = session.run("clusters", {"min_cluster_size": 3}, "Clusters")
    assert found.args == ["clusters"]
    assert job.result is not None
    assert set(job.result) >= {"clusters", "noise"}
    assert session.results.latest("clusters") is not None
