"""A session over copies that were made on purpose."""

import shutil
from pathlib import Path

import pytest
from embedcurate_ui.session import Session
from pytestqt.qtbot import QtBot

from tests.once import once
from tests.ui.duplicates.material import FOUND, INDEXED, index_copies


@pytest.fixture(scope="package")
def copies_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files and two collections of them; not to be written to."""
    return once(tmp_path_factory, "copies", index_copies)


@pytest.fixture
def copies(qtbot: QtBot, blank_session: Session, copies_made: Path, tmp_path: Path) -> Session:
    """A session with a collection of copies of its own, in which they were found."""
    return opened(blank_session, qtbot, shutil.copytree(copies_made / FOUND, tmp_path / FOUND))


@pytest.fixture
def unsearched(qtbot: QtBot, blank_session: Session, copies_made: Path, tmp_path: Path) -> Session:
    """The same, but nobody looked for copies yet."""
    return opened(blank_session, qtbot, shutil.copytree(copies_made / INDEXED, tmp_path / INDEXED))


def opened(session: Session, qtbot: QtBot, path: Path) -> Session:
    with qtbot.waitSignal(session.shown, timeout=60_000):
        session.open(path)
    return session
