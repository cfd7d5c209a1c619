"""What all tests share: the originals that ship are the same after the run as before it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from embedcurate_resources import FOLDER
from hypothesis import settings

from embedcurate.plugins import POLICY

# What a test does first may have to import or compile: nothing here is about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Spaces that tests install as a stranger would are allowed to act, here and in all processes;
# tests/plugins/test_door.py is about those that are not.
os.environ[POLICY] = "all"

LONGEST = ("tests/ui/test_story.py", "tests/test_walkthrough.py", "tests/test_house.py")
"""Files that take a minute each: what begins last keeps one worker busy while others have none."""

Snapshot = dict[str, tuple[str, int, int]]


def snapshot(folder: Path) -> Snapshot:
    """Return path -> (digest of the bytes, mtime, mode) of every file and folder."""
    found: Snapshot = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        digest = hashlib.blake2b(content).hexdigest()
        found[os.fspath(path)] = (digest, status.st_mtime_ns, status.st_mode)
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; the others stay in their order."""
    items.sort(key=lambda item: item.nodeid.partition("::")[0] not in LONGEST)


@pytest.fixture(scope="session", autouse=True)
def sample_media_stay_as_they_are() -> Iterator[None]:
    before = snapshot(FOLDER / "sample")
    yield
    assert snapshot(FOLDER / "sample") == before


@pytest.fixture
def unchanged() -> Iterator[Callable[[Path], None]]:
    """Call it with a folder: after the test its files have the bytes, times and modes of then."""
    taken: list[tuple[Path, Snapshot]] = []
    yield lambda folder: taken.append((folder, snapshot(folder)))
    for folder, before in taken:
        assert snapshot(folder) == before
