"""A session over copies that were made on purpose."""

import shutil
from pathlib import Path

import pytest
from embedcurate_ui.session import Session
from pytestqt.qtbot import QtBot

from tests.ui.duplicates.material import index_copies


@pytest.fixture(scope="package")
def copies_indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files and their collection beside them; not to be written to."""
    return index_copies(tmp_path_factory.mktemp("copies"))


@pytest.fixture
def copies(qtbot: QtBot, blank_session: Session, copies_indexed: Path, tmp_path: Path) -> Session:
    """A session with a collection of copies of its own."""
    path = tmp_path / "collection"
    shutil.copytree(copies_indexed, path)
    with qtbot.waitSignal(blank_session.shown, timeout=60_000):
        blank_session.open(path)
    return blank_session
