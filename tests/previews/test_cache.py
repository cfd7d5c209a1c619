"""Files that can be made again: found by name, whole, within a size, and wherever there is room."""

import os
from pathlib import Path

import pytest

from embedcurate.previews import DiskCache


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def age(path: Path, seconds: float) -> None:
    status = path.stat()
    os.utime(path, (status.st_atime - seconds, status.st_mtime - seconds))


def test_what_is_stored_is_found_and_nothing_else_lies_about(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "made" / "here")
    path = cache.store("ab12-256.jpg", b"picture")
    assert path == tmp_path / "made" / "here" / "ab" / "ab12-256.jpg"
    assert cache.find("ab12-256.jpg") == DiskCache(tmp_path / "made" / "here").find("ab12-256.jpg")
    assert path.read_bytes() == b"picture"
    assert cache.find("ab12-128.jpg") is None
    assert names(tmp_path) == {"ab12-256.jpg"}


@pytest.mark.parametrize("flat", [False, True])
def test_what_was_not_asked_for_the_longest_goes(tmp_path: Path, flat: bool) -> None:
    limit = 10_000 if flat else 256 * 10_000
    cache = DiskCache(tmp_path, limit_bytes=limit, flat=flat)
    for number in range(9):
        age(cache.store(f"ab{number}", bytes(1000)), 1000 - number)
    assert cache.find("ab0") is not None  # asked for now
    for number in range(9, 12):
        cache.store(f"ab{number}", bytes(1000))
    left = names(tmp_path)
    assert {"ab0", "ab9", "ab10", "ab11"} <= left
    assert not left & {"ab1", "ab2"}
    assert sum(path.stat().st_size for path in tmp_path.rglob("ab*") if path.is_file()) <= 10_000


def test_one_file_larger_than_the_limit_stays_until_the_next(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, limit_bytes=1000, flat=True)
    age(cache.store("large", bytes(5000)), 10)
    assert names(tmp_path) == {"large"}
    cache.store("small", bytes(100))
    assert names(tmp_path) == {"small"}


def test_where_the_folder_can_not_be_written_the_other_one_does(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"a file where the folder would be")
    cache = DiskCache(tmp_path / "broken", tmp_path / "instead")
    path = cache.store("ab", b"x")
    assert path == tmp_path / "instead" / "ab" / "ab"
    assert cache.find("ab") == path
    alone = DiskCache(tmp_path / "broken")
    assert alone.find("ab") is None
    with pytest.raises(OSError, match=r"exists|directory"):
        alone.store("ab", b"x")
