"""Disks that are full, read-only, or without hard links."""

import os
import shutil
import subprocess

import pytest

from embedcurate.collection import Collection
from embedcurate.collection.verify import verify
from embedcurate.errors import CollectionReadOnly, DiskFull, HardLinksUnsupported
from tests.collection.store_material import SPACE, batch, contents, filled
from tests.processes import mounted


def test_a_full_disk_loses_nothing_acknowledged_and_goes_on_when_there_is_space(tmp_path):
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=12m", "tmpfs") as disk:
        collection = Collection.create(disk / "c", SPACE)
        with collection.writer() as writer:
            writer.store(batch(0, 50))
        ballast = disk / "ballast"
        free = shutil.disk_usage(disk).free
        ballast.write_bytes(b"\0" * (free - 400_000))
        acknowledged = [50]

        def store_on() -> None:
            with collection.writer() as writer:
                for start in range(50, 20_000, 50):
                    writer.store(batch(start, start + 50))
                    acknowledged.append(start + 50)

        with pytest.raises(DiskFull, match="free some space"):
            store_on()
        stored = acknowledged[-1]
        ids = {row["id"] for row in Collection.open(disk / "c").known().to_pylist()}
        assert {one.item.id for one in batch(0, stored)} <= ids
        ballast.unlink()
        with collection.writer() as writer:
            writer.store(batch(0, stored + 50))
        assert verify(disk / "c").is_whole
        assert collection.outcomes() == {"ok": stored + 50}


def test_a_read_only_disk_can_be_read_and_says_so_when_written(tmp_path):
    path = tmp_path / "c"
    before = contents(filled(path, 9))
    with mounted(path, "--bind", str(path)):
        subprocess.run(["mount", "-o", "remount,bind,ro", path], check=True)
        collection = Collection.open(path)
        assert contents(collection) == before
        assert collection.match_text("words")
        assert verify(path).is_whole
        with pytest.raises(CollectionReadOnly, match="Searching still works"), collection.writer():
            raise AssertionError("a writer on a read-only disk")
        with pytest.raises(CollectionReadOnly):
            Collection.create(path / "lance" / "other", SPACE)


def test_a_disk_without_hard_links_is_refused_when_a_collection_is_made(tmp_path):
    image = tmp_path / "image"
    image.write_bytes(b"\0" * 4_000_000)
    if shutil.which("mkfs.vfat") is None:
        pytest.skip("needs mkfs.vfat")
    subprocess.run(["mkfs.vfat", image], check=True, capture_output=True)
    with (
        mounted(tmp_path / "stick", "-o", "loop", str(image)) as stick,
        pytest.raises(HardLinksUnsupported, match="another disk"),
    ):
        Collection.create(stick / "c", SPACE)


@pytest.mark.parametrize("number", ["EPERM", "EOPNOTSUPP", "ENOSYS", "EMLINK"])
def test_any_refusal_of_a_hard_link_is_said_in_words(tmp_path, monkeypatch, number):
    import errno

    def refuse(*_: object) -> None:
        raise OSError(getattr(errno, number), os.strerror(getattr(errno, number)))

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(HardLinksUnsupported, match="hard links"):
        Collection.create(tmp_path / "c", SPACE)
    monkeypatch.undo()
    assert Collection.create(tmp_path / "c", SPACE).outcomes() == {}
