import random
import shutil
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest

from embedcurate.collection import Collection
from embedcurate.collection.repair import repair
from embedcurate.collection.verify import verify
from embedcurate.errors import CollectionDamaged
from tests.collection.store_material import batch, contents, filled, renamed

TABLES = (
    "items", "marks", "decisions", "texts", "segments", "vectors_shared", "vectors_visual",
)  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Make a collection in several commits, once."""
    path = tmp_path_factory.mktemp("whole") / "c"
    filled(path, 30, commits=3)
    return path


@pytest.fixture
def path(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "c")


def newest(path: Path, table: str, kind: str, suffix: str) -> Path:
    return min((path / "lance" / f"{table}.lance" / kind).glob(f"*{suffix}"))


def flip(file: Path, rng: random.Random, count: int = 64) -> None:
    content = bytearray(file.read_bytes())
    for _ in range(count):
        content[rng.randrange(len(content))] ^= rng.randrange(1, 256)
    file.write_bytes(content)


def zero(file: Path) -> None:
    file.write_bytes(b"\0" * file.stat().st_size)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def flip_some(file: Path) -> None:
    flip(file, random.Random(1))


def spoilt(*spoils: Callable[[Path], None]) -> list[tuple[str, Callable[[Path], None]]]:
    """Pair each kind of damage with the items and with parts of them, and the other tables once."""
    others = [table for table in TABLES if table not in ("items", "segments")]
    every = [(table, spoil) for table in ("items", "segments") for spoil in spoils]
    return every + list(zip(others, cycle(spoils), strict=False))


def index_again(collection: Collection) -> None:
    """Store what indexing would encode again: what is unknown or not as its file is."""
    known = {row["id"]: row for row in collection.known().to_pylist()}
    again = [
        one
        for one in batch(0, 30)
        if one.item.id not in known or known[one.item.id]["size"] != one.item.size
    ]
    with collection.writer() as writer:
        writer.store(again)


def test_a_whole_collection_has_no_findings_and_needs_no_repair(path):
    before = contents(Collection.open(path))
    report = verify(path)
    assert report.is_whole, report.findings
    assert report.rows == sum(Collection.open(path).tables.count(name) for name in TABLES)
    done = repair(path)
    assert (done.done, done.lost, done.to_index) == ([], {}, 0)
    assert contents(Collection.open(path)) == before


@pytest.mark.parametrize("table", TABLES)
def test_flipped_bytes_are_found_in_every_data_file(path, table):
    rng = random.Random(table)
    files = sorted((path / "lance" / f"{table}.lance" / "data").iterdir())
    for file in files:
        before = file.read_bytes()
        flip(file, rng)
        report = verify(path)
        assert {finding.table for finding in report.findings} == {table}
        file.write_bytes(before)
    assert verify(path).is_whole


def test_a_flipped_bit_of_a_vector_is_found_by_its_row_when_no_digest_was_taken(path):
    collection = Collection.open(path)
    ids = [one.item.id for one in batch(0, 30)]
    (path / "log" / "files.json").unlink()
    vector = collection.vectors(ids[4:5], "shared").tobytes()
    for file in (path / "lance" / "vectors_shared.lance" / "data").iterdir():
        content = bytearray(file.read_bytes())
        place = content.find(vector)
        if place >= 0:
            content[place + 17] ^= 1
            file.write_bytes(content)
    (finding,) = verify(path).findings
    assert (finding.table, finding.rows, finding.ids) == ("vectors_shared", 1, (ids[4],))


@pytest.mark.parametrize(("table", "spoil"), spoilt(zero, truncate, empty))
def test_without_its_newest_manifest_a_table_comes_back_whole(path, table, spoil):
    before = contents(Collection.open(path))
    spoil(newest(path, table, "_versions", ".manifest"))
    assert not verify(path).is_whole
    repair(path)
    assert contents(Collection.open(path)) == before
    assert verify(path).is_whole


def test_a_torn_manifest_that_no_copy_was_made_of_gives_the_version_before(path):
    collection = Collection.open(path)
    before = contents(collection)
    shutil.copytree(path / "log", path.parent / "log")
    with collection.writer() as writer:
        writer.mark([one.item.id for one in batch(0, 1)], note="late")
    shutil.rmtree(path / "log")
    shutil.move(path.parent / "log", path / "log")
    empty(newest(path, "marks", "_versions", ".manifest"))
    with pytest.raises(CollectionDamaged, match="embedcurate repair"):
        collection.marks(["x"])
    report = repair(path)
    assert report.done == ["marks: an unreadable version was set aside"]
    assert contents(Collection.open(path)) == before


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_folder_of_versions_comes_back_from_its_copy(path, table):
    before = contents(Collection.open(path))
    shutil.rmtree(path / "lance" / f"{table}.lance" / "_versions")
    assert not verify(path).is_whole
    repair(path)
    assert contents(Collection.open(path)) == before


@pytest.mark.parametrize("table", TABLES)
def test_a_deleted_table_is_made_again_and_what_can_be_is_encoded_again(path, table):
    before = contents(Collection.open(path))
    shutil.rmtree(path / "lance" / f"{table}.lance")
    assert not verify(path).is_whole
    repair(path)
    index_again(Collection.open(path))
    assert contents(Collection.open(path)) == before
    assert verify(path).is_whole


@pytest.mark.parametrize(("table", "spoil"), spoilt(zero, truncate, Path.unlink, flip_some))
def test_a_damaged_data_file_costs_no_row_of_another_and_indexing_restores_it(path, table, spoil):
    before = contents(Collection.open(path))
    file = sorted((path / "lance" / f"{table}.lance" / "data").iterdir())[0]
    spoil(file)
    assert not verify(path).is_whole
    report = repair(path)
    collection = Collection.open(path)
    after = contents(collection)
    assert verify(path).is_whole
    assert list(report.lost) == [table]
    if table == "items":
        assert set(after["items"]) <= set(before["items"])
        assert len(after["items"]) >= 30 - 10
    assert after["marks"].items() <= before["marks"].items()
    index_again(collection)
    assert contents(collection) == before
    assert verify(path).is_whole


@pytest.mark.parametrize("what", ["transaction", "hint", "stray"])
def test_files_that_nothing_depends_on_may_be_lost_or_found(path, what):
    before = contents(Collection.open(path))
    table = path / "lance" / "items.lance"
    if what == "transaction":
        for file in (table / "_transactions").iterdir():
            file.unlink()
    elif what == "hint":
        (table / "_versions" / "latest_version_hint.json").write_bytes(b"garbage\0")
    else:
        (table / "_versions" / "notes.txt").write_bytes(b"garbage")
        (table / "data" / "stray.lance").write_bytes(b"garbage")
    assert contents(Collection.open(path)) == before
    assert verify(path).is_whole
    repair(path)
    assert contents(Collection.open(path)) == before


def test_a_lost_deletion_file_comes_back_from_its_copy(path):
    collection = Collection.open(path)
    with collection.writer() as writer:
        writer.move([(one.item.id, renamed(one.item, f"moved {one.item.path.name}"))
                     for one in batch(0, 2)])  # fmt: skip
    before = contents(collection)
    (file,) = (path / "lance" / "marks.lance" / "_deletions").iterdir()
    file.unlink()
    assert not verify(path).is_whole
    repair(path)
    assert contents(Collection.open(path)) == before


def test_a_damaged_text_index_is_found_and_made_again(path):
    collection = Collection.open(path)
    with collection.writer() as writer:
        writer.compact()
    files = [f for f in (path / "lance" / "texts.lance" / "_indices").rglob("*") if f.is_file()]
    before = {match.item for match in collection.match_text("words", limit=None)}
    assert len(before) == 10
    for file in files:
        zero(file)
    assert "texts" in {finding.table for finding in verify(path).findings}
    repair(path)
    collection = Collection.open(path)
    assert {match.item for match in collection.match_text("words", limit=None)} == before
    assert verify(path).is_whole


def test_duplicate_rows_are_found_and_removed(path):
    collection = Collection.open(path)
    before = contents(collection)
    table = collection.tables.open("vectors_shared")
    table.add(table.search().limit(3).to_arrow())
    (finding,) = verify(path).findings
    assert (finding.table, finding.rows) == ("vectors_shared", 3)
    repair(path)
    assert contents(Collection.open(path)) == before
    assert verify(path).is_whole


def test_a_broken_settings_file_is_said_and_comes_back(path):
    before = Collection.open(path).settings
    (path / "collection.toml").write_bytes(b"format = [")
    with pytest.raises(CollectionDamaged, match=r"collection\.toml"):
        Collection.open(path)
    assert verify(path).findings[0].table == "collection.toml"
    repair(path)
    assert Collection.open(path).settings == before


def test_a_repair_that_was_cut_short_while_swapping_is_finished(path):
    before = contents(Collection.open(path))
    lance = path / "lance"
    (lance / "items.lance").rename(lance / "items__rebuilt.lance")
    repair(path)
    assert contents(Collection.open(path)) == before


def test_nothing_is_deleted_by_a_repair(path):
    file = newest(path, "vectors_shared", "data", ".lance")
    flip(file, random.Random(0))
    spoilt = file.read_bytes()
    report = repair(path)
    kept = report.aside / file.relative_to(path / "lance")
    assert kept.read_bytes() == spoilt


def test_damage_to_many_files_at_once_is_repaired(path):
    rng = random.Random(7)
    files = [f for f in (path / "lance").rglob("*") if f.is_file()]
    for file in rng.sample(files, 12):
        rng.choice([flip_some(rng), zero, truncate, empty])(file)
    repair(path)
    assert verify(path).is_whole
    index_again(Collection.open(path))
    assert len(contents(Collection.open(path))["items"]) == 30


def flip_some(rng: random.Random):
    return lambda file: flip(file, rng)
