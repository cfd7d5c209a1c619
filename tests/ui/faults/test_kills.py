"""Processes that are killed, and who writes while another does: said, and nothing is lost."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import pytest
from embedcurate_ui.jobs import State
from embedcurate_ui.window import Window
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from embedcurate.collection import Collection
from embedcurate.collection.lock import holder
from embedcurate.collection.verify import verify
from tests.processes import embedcurate
from tests.ui.faults.material import AT_GATE, BEFORE_GATE, WAIT_MS, Gate, opened

pytestmark = pytest.mark.gui

REPOSITORY = Path(__file__).parents[3]


def test_marks_that_a_worker_took_with_it_are_asked_of_a_new_one(
    window: Window, qtbot: QtBot
) -> None:
    session, row = window.session, int(window.session.rows[0])
    failed: list[str] = []
    worker = psutil.Process(session._workers["items"].pid)
    worker.suspend()
    session.mark([row], stars=3)
    session.ask("describe", {"id": session.items.id_of(row)}, print, failed=failed.append)
    worker.kill()
    qtbot.waitUntil(lambda: bool(failed), timeout=WAIT_MS)
    assert "killed or crashed" in failed[0]
    assert window.banner.text == failed[0]
    qtbot.waitUntil(lambda: not session.changes.waiting, timeout=WAIT_MS)
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        session.show("stars:3")
    assert session.rows.tolist() == [row]
    assert session._workers["items"].pid != worker.pid


def test_a_window_killed_during_a_job_leaves_no_process_and_no_lock_and_the_next_goes_on(
    qtbot: QtBot, tmp_path: Path, gate: Gate
) -> None:
    path = tmp_path / "collection"
    command = [sys.executable, "-m", "tests.ui.faults.killed_window", path, gate.folder]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == BEFORE_GATE:
                break
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        process.kill()
        assert psutil.wait_procs(children, timeout=10)[1] == []
    assert holder(path) is None
    kept = Collection.open(path).known()["id"].to_pylist()
    assert len(kept) == 1 + 2 + 4 + 8  # the batches that were encoded
    assert verify(path).is_whole

    gate.take_down()
    with opened(qtbot, path) as window:
        assert "stopped before all files were read" in window.banner.text
        qtbot.mouseClick(window.banner.button, Qt.MouseButton.LeftButton)
        [job] = window.session.jobs.live
        qtbot.waitUntil(lambda: job.state.is_over, timeout=WAIT_MS)
        assert job.state is State.DONE
        assert window.creating.unfinished() == []
        qtbot.waitUntil(lambda: len(window.session.rows) == BEFORE_GATE + AT_GATE, timeout=WAIT_MS)
    unbroken = tmp_path / "unbroken"
    embedcurate("index", unbroken, gate.folder, "--space", "tiny", env=os.environ)
    assert_same(Collection.open(path), Collection.open(unbroken))


def assert_same(collection: Collection, expected: Collection) -> None:
    ids = sorted(expected.known()["id"].to_pylist())
    assert sorted(collection.known()["id"].to_pylist()) == ids
    assert collection.outcomes() == expected.outcomes()
    vectors = collection.vectors(ids, "shared")
    np.testing.assert_array_equal(vectors, expected.vectors(ids, "shared"))


def test_a_mark_that_a_second_worker_dies_of_is_taken_back(window: Window, qtbot: QtBot) -> None:
    session, row = window.session, int(window.session.rows[0])
    worker = session._workers["items"]
    psutil.Process(worker.pid).suspend()
    session.mark([row], stars=3)

    def dies() -> bool:
        if worker.pid:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
        return not session.items.stars[row]

    assert session.items.stars[row] == 3
    qtbot.waitUntil(dies, timeout=WAIT_MS)
    assert not session.changes.waiting
    assert "killed or crashed" in window.banner.text
