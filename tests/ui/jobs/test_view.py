"""The jobs panel and the line of the status bar, over jobs in real processes."""

import time
from pathlib import Path

import pytest
from embedcurate_ui.jobs.failures import Failures
from embedcurate_ui.jobs.model import Job, Jobs, State
from embedcurate_ui.jobs.telling import Notifier
from embedcurate_ui.jobs.view import JobsPanel, StatusStrip
from embedcurate_ui.jobs.wording import outcome, progress, time_left
from embedcurate_ui.session import Session
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests.ui.models import Proper

pytestmark = pytest.mark.gui
WAIT_MS = 120_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))


def a_job(**parts: object) -> Job:
    job = Job(QObject(), 1, "index", {}, "Index 1 folder")
    for name, value in parts.items():
        setattr(job, name, value)
    return job


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(3, "a few seconds left"), (42, "about 40 s left"), (600, "about 10 min left"),
     (9000, "about 2.5 h left")],
)  # fmt: skip
def test_the_time_left_promises_no_more_than_is_known(seconds: float, said: str) -> None:
    assert time_left(seconds) == said


def test_a_job_says_how_far_it_is_and_what_became_of_it() -> None:
    assert progress(a_job(state=State.RUNNING)) == "Starting"
    running = a_job(done=1200, total=5000, doing="decoding", _began=time.monotonic())
    running.state = State.RUNNING
    assert progress(running) == "decoding · 1,200 / 5,000"
    assert progress(a_job(state=State.PAUSED, done=3, total=4)) == "Paused · 3 / 4"
    assert outcome(a_job(state=State.FAILED, error="The disk is full.")) == "The disk is full."
    done = a_job(state=State.DONE, result={"seen": 9, "ok": 7, "failed": 2, "failures": []})
    assert outcome(done) == "9 files seen · 7 indexed · 2 failed · 0.0 s"


def test_the_list_of_failures_is_a_proper_model_and_forgets_what_is_ignored(
    proper: Proper,
) -> None:
    model = Failures([{"path": f"/m/{n}.jpg", "reason": "no picture"} for n in range(4)])
    proper(model)
    model.ignore([0, 2])
    assert [model.path(row).name for row in range(model.rowCount())] == ["1.jpg", "3.jpg"]


def test_failures_of_an_index_job_are_listed_tried_again_and_ignored(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    panel, strip = JobsPanel(session), StatusStrip(session)
    for widget in (panel, strip):
        qtbot.addWidget(widget)
        widget.show()
    assert not strip.said.isVisible()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    arguments = {"sources": [str(tmp_path / "new")]}
    job = session.run("index", arguments, "Index 1 folder")
    assert strip.said.isVisible()
    assert strip.said.text().startswith("Index 1 folder")
    row = panel.row_of(job)
    assert row.bar.isVisible()
    assert row.pause.isVisible()
    with qtbot.waitSignal(session.jobs.ended, timeout=WAIT_MS):
        pass
    assert not strip.said.isVisible()
    assert row.failures is not None
    assert "1 failed" in row.said.text()
    assert row.failures.failures.path(0).name == "torn.jpg"
    with qtbot.waitSignal(session.jobs.ended, timeout=WAIT_MS):
        qtbot.mouseClick(row.failures.retry_button, LEFT)
        again = list(session.jobs)[-1]
        assert again.arguments == {**job.arguments, "retry": True}
    qtbot.mouseClick(row.failures.ignore_button, LEFT)
    assert not row.failures.isVisible()
    qtbot.mouseClick(row.dismiss, LEFT)
    assert [one.job for one in panel.rows] == [again]


def test_a_job_is_paused_resumed_and_cancelled_by_its_buttons(
    session: Session, qtbot: QtBot, proper: Proper
) -> None:
    jobs: Jobs = session.jobs
    proper(jobs)
    panel = JobsPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    job = session.run("quality", {"thresholds": {}}, "Check the quality")
    waiting = session.run("quality", {"thresholds": {}}, "Once more")
    row = panel.row_of(job)
    qtbot.mouseClick(row.pause, LEFT)
    assert job.state is State.PAUSED
    assert not row.pause.isVisible()
    qtbot.mouseClick(row.resume, LEFT)
    assert job.state is State.RUNNING
    qtbot.mouseClick(panel.row_of(waiting).cancel, LEFT)
    assert waiting.state is State.CANCELLED
    with qtbot.waitSignal(session.jobs.ended, timeout=WAIT_MS):
        qtbot.mouseClick(row.cancel, LEFT)
        assert not row.cancel.isEnabled()
    assert job.state in {State.CANCELLED, State.DONE}
    for button in panel.findChildren(QAbstractButton):
        assert button.accessibleName()
    assert jobs.rowCount() == 2
    jobs.clear()
    assert jobs.rowCount() == 0


def test_the_desktop_is_told_of_long_jobs_that_nobody_sees_end(
    session: Session, qtbot: QtBot
) -> None:
    told: list[str] = []
    seen, least = [True], [0.0]
    jobs: Jobs = session.jobs
    Notifier(
        jobs,
        after_s=lambda: least[0],
        tell=lambda title, sentence: told.append(title),
        is_seen=lambda: seen[0],
    )
    for is_seen, after_s in ((True, 0.0), (False, 3600.0), (False, 0.0)):
        seen[0], least[0] = is_seen, after_s
        with qtbot.waitSignal(jobs.ended, timeout=WAIT_MS):
            session.run("status", {}, f"Count {is_seen} {after_s}")
    assert told == ["Count False 0.0: done"]
