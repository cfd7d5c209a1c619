"""A session over a small collection of real files, made once by the program itself."""

import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
from embedcurate_resources import FOLDER

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from embedcurate_ui.session import Session
from PySide6.QtCore import QEvent, QObject, QThread, QThreadPool, QTimer
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from tests.once import once
from tests.ui.models import Proper

Kind = TypeVar("Kind", bound=QObject)

MEDIA = FOLDER / "sample" / "media"
FOLDERS = ("pictures/birds", "pictures/vehicles", "sounds/birds", "sounds/strings", "texts/birds")


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of five folders of the sample, labelled by them; not to be written to."""
    return once(tmp_path_factory, "sample", index_sample) / "collection"


def index_sample(root: Path) -> None:
    for folder in FOLDERS:
        shutil.copytree(MEDIA / folder, root / "media" / folder)
    command = [sys.executable, "-m", "embedcurate", "index", str(root / "collection")]
    options = ["--captions", str(FOLDER / "sample" / "captions.csv"), "--labels", "folder"]
    subprocess.run([*command, str(root / "media"), *options], check=True, capture_output=True)


@pytest.fixture(scope="session", autouse=True)
def seen_before() -> Iterator[None]:
    """What there is before the first test is no longer looked through for what tests leave."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """After each test no process, thread or timer that it started is left."""
    before = set(psutil.Process().children(recursive=True)), threads()
    yield
    _, left = psutil.wait_procs(set(psutil.Process().children(recursive=True)) - before[0], 10)
    assert not left
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert QThreadPool.globalInstance().waitForDone(10_000)
    for thread in threads() - before[1]:  # one that was told to end may be at it
        thread.join(10)
    assert threads() - before[1] == set()
    assert [timer.parent() for timer in alive(QTimer) if timer.isActive()] == []
    assert [thread for thread in alive(QThread) if thread.isRunning()] == []


def threads() -> set[threading.Thread]:
    """Return Python's own threads, but for those that stay as long as the process.

    That is one of LanceDB's, once a test itself reads a collection, and threads of Qt's pool, which
    Python lists once they have run Python.
    """
    return {
        one
        for one in threading.enumerate()
        if not isinstance(one, threading._DummyThread) and not one.name.startswith("LanceDB")
    }


def alive(kind: type[Kind]) -> list[Kind]:
    """Return the objects of a kind of Qt's that tests made and that are not deleted."""
    found = (one for one in gc.get_objects() if issubclass(type(one), kind))
    return [one for one in found if isValid(one)]


@pytest.fixture
def proper() -> Iterator[Proper]:
    """Call it with a model: Qt holds it to the rules of item models until the test ends."""
    held: list[QAbstractItemModelTester] = []
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    yield lambda model: held.append(QAbstractItemModelTester(model, fatal))
    assert held
    for tester in held:
        if isValid(tester):
            delete(tester)


@pytest.fixture
def blank_session(qtbot: QtBot) -> Iterator[Session]:
    """A session without a collection."""
    session = Session()
    yield session
    session.end()
    session.deleteLater()


@pytest.fixture
def session(qtbot: QtBot, blank_session: Session, indexed: Path, tmp_path: Path) -> Session:
    """A session with a collection of its own, all items shown."""
    path = tmp_path / "collection"
    shutil.copytree(indexed, path)
    with qtbot.waitSignal(blank_session.shown, timeout=60_000):
        blank_session.open(path)
    return blank_session
