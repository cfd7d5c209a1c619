"""A session over a small collection of real files, made once by the program itself."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from embedcurate_resources import FOLDER

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from embedcurate_ui.session import Session
from pytestqt.qtbot import QtBot

MEDIA = FOLDER / "sample" / "media"
FOLDERS = ("pictures/birds", "pictures/vehicles", "sounds/birds", "sounds/strings", "texts/birds")


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of five folders of the sample, labelled by them; not to be written to."""
    root = tmp_path_factory.mktemp("sample")
    for folder in FOLDERS:
        shutil.copytree(MEDIA / folder, root / "media" / folder)
    command = [sys.executable, "-m", "embedcurate", "index", str(root / "collection")]
    options = ["--captions", str(FOLDER / "sample" / "captions.csv"), "--labels", "folder"]
    subprocess.run([*command, str(root / "media"), *options], check=True, capture_output=True)
    return root / "collection"


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """After each test no process that it started is left."""
    before = set(psutil.Process().children(recursive=True))
    yield
    _, left = psutil.wait_procs(set(psutil.Process().children(recursive=True)) - before, 10)
    assert not left


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
