"""The window as a whole: names for screen readers, closing during a job, kills."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from embedcurate_resources import FOLDER
from embedcurate_ui import theme
from embedcurate_ui.jobs import State
from embedcurate_ui.preferences import Settings
from embedcurate_ui.session import Session
from embedcurate_ui.window import Window
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui

WAIT_MS = 120_000
MANY = {"sources": [str(FOLDER / "sample" / "media" / "pictures")]}
"""What to index so that it takes a while."""


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> Iterator[Window]:
    """A window on the small collection."""
    theme.apply(QApplication.instance(), "light")
    window = Window(session, Settings())
    window.resize(1280, 800)
    with qtbot.waitActive(window):
        window.show()
    yield window
    for job in session.jobs.live:
        job.stop()
    window.close()
    window.deleteLater()


def test_each_view_is_reached_by_its_key(window: Window, qtbot: QtBot) -> None:
    for name, view in window.views.items():
        action = window.shortcuts.action(f"view/{name}")
        key = action.shortcut()[0]
        window.show_view("clusters" if name == "grid" else "grid")
        qtbot.keyClick(window, key.key(), key.keyboardModifiers())
        assert window.view is view, name


def press(label: str, pressed: list[str]) -> Callable[[], None]:
    """Return what presses a button of the message box that is open."""

    def find() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            pressed.append(box.text())
            next(one for one in box.buttons() if label in one.text()).click()

    return find


@pytest.mark.model
def test_closing_during_a_job_asks_once_stops_it_and_the_next_start_offers_to_go_on(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    session, asked = window.session, list[str]()
    path = session.collection
    assert path is not None
    job = window.creating.index(path, MANY)
    qtbot.waitUntil(lambda: job.done > 0, timeout=WAIT_MS)

    QTimer.singleShot(300, press("Keep running", asked))
    assert not window.close()
    assert job.state is State.RUNNING
    QTimer.singleShot(300, press("Stop and close", asked))
    began = time.monotonic()
    assert window.close()
    session.end()
    assert time.monotonic() - began < 5
    assert len(asked) == 2

    again = Session()
    other = Window(again, Settings())
    other.show()
    with qtbot.waitSignal(again.shown, timeout=WAIT_MS):
        other.open(path)
    assert other.banner.isVisible()
    assert "stopped before all files were read" in other.banner.text
    qtbot.mouseClick(other.banner.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not again.jobs.live, timeout=WAIT_MS)
    assert other.creating.unfinished() == []
    other.close()
    again.end()
    other.deleteLater()


@pytest.mark.model
def test_a_worker_killed_during_a_job_is_said_and_the_next_run_goes_on(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    session = window.session
    before = {process.pid for process in psutil.Process().children()}
    job = session.run("index", MANY, "Index")
    qtbot.waitUntil(lambda: job.done > 0, timeout=WAIT_MS)
    for process in psutil.Process().children():
        if process.pid not in before:
            os.kill(process.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: job.state is State.FAILED, timeout=WAIT_MS)
    assert "killed or crashed" in window.banner.text
    again = session.run("index", MANY, "Index")
    qtbot.waitUntil(lambda: again.state.is_over, timeout=WAIT_MS)
    assert again.state is State.DONE
    assert again.result is not None
    assert again.result["ok"] > 100


def test_a_collection_that_vanishes_is_said_and_the_window_lives_on(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    assert window.session.collection is not None
    window.session.collection.rename(tmp_path / "elsewhere")
    with qtbot.waitSignal(window.session.said, timeout=WAIT_MS):
        window.session.mark(window.session.rows[:1], stars=3)
    assert window.banner.isVisible()
    assert window.session.items.stars.max() == 0


def test_a_new_file_in_a_source_is_told_of_and_indexed_when_asked(
    window: Window, indexed: Path, qtbot: QtBot
) -> None:
    before = len(window.session.items)
    added = indexed.parent / "media" / "texts" / "birds" / "new.txt"
    try:
        added.write_text("A wren sings in the hedge.")
        qtbot.waitUntil(lambda: window.banner.text == "1 new file in the sources.", timeout=WAIT_MS)
        qtbot.mouseClick(window.banner.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(window.session.items) == before + 1, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: not window.session.jobs.live, timeout=WAIT_MS)
    finally:
        added.unlink()
