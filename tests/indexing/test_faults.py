"""Files that kill, hang, change or hide, names that are odd, disks that are full or read-only."""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest
from blake3 import blake3

from embedcurate.collection import Collection
from embedcurate.export import export
from embedcurate.indexing import index
from embedcurate.items import Outcome, item_id
from embedcurate.query import parse_filter
from embedcurate.search import Searcher
from embedcurate.sources import Annotations
from embedcurate.testing import make_text, tiny_space
from tests.commands import complaint, document, said, tiny_here
from tests.indexing.material import make_sources, new_collection, outcomes, run
from tests.processes import mounted, with_tiny, with_troubled_decoders
from tests.test_sources import ODD_NAMES


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[None]:
    """Commands of this process know the tiny space."""
    with tiny_here(tmp_path / "site"):
        yield


@pytest.fixture
def troubled_decoders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of this test may be named poison-*, hang-* and gate-*."""
    with_troubled_decoders(tmp_path / "site")
    monkeypatch.setenv("PYTHONPATH", os.fspath(tmp_path / "site"))


@pytest.mark.usefixtures("troubled_decoders")
def test_files_that_kill_or_hang_their_decoder_fail_alone_and_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = make_sources(tmp_path / "sources")
    make_text(sources / "poison-1.txt", "a poison")
    make_text(sources / "hang-1.txt", "a rope")
    collection = new_collection(tmp_path / "collection")
    report = index(collection, tiny_space(), [sources], decode_timeout_s=5)
    assert outcomes(report) == (15, 0, 2, 0, 0)
    reasons = {failure.path.name: failure.reason for failure in report.failures}
    assert "ended its decoder process 2 times" in reasons["poison-1.txt"]
    assert "longer than 5 s" in reasons["hang-1.txt"]
    [item] = collection.items([item_id(sources / "poison-1.txt")])
    assert (item.outcome, item.reason) == (Outcome.FAILED, reasons["poison-1.txt"])

    # The next run would hang here if it touched them: its time-out is that of the test, and more.
    assert outcomes(index(collection, tiny_space(), [sources], decode_timeout_s=3600)) == (
        *(15, 0, 2, 0),
        15,
    )
    monkeypatch.delenv("PYTHONPATH")
    report = index(collection, tiny_space(), [sources], retry_failed=True)
    assert outcomes(report) == (17, 0, 0, 0, 15)


@pytest.mark.usefixtures("troubled_decoders")
def test_files_that_change_before_they_are_read_have_the_vector_of_what_was_read(
    tmp_path: Path,
) -> None:
    sources = tmp_path / "sources"
    names = ("deleted", "grown", "replaced", "same")
    paths = {name: make_text(sources / f"{name}.txt", f"{name} red") for name in names}
    gates = [make_text(sources / f"gate-{number}.txt", f"gate {number}") for number in range(2)]
    for gate in gates:  # both decoders wait at them, so that nothing else is read yet
        os.mkfifo(f"{gate}.pipe")
    collection = new_collection(tmp_path / "collection")
    changed = False

    def change(done: int, total: int | None, doing: str) -> None:
        nonlocal changed
        if changed:
            return
        changed = True
        paths["deleted"].unlink()
        with paths["grown"].open("a") as file:
            file.write(" and blue")
        make_text(sources / "other", "something green")
        (sources / "other").replace(paths["replaced"])
        for gate in gates:
            with Path(f"{gate}.pipe").open("w"):
                pass

    # Sources one by one: folders come in the order of names, and the gates have to be first.
    report = index(collection, tiny_space(), [*gates, *paths.values()], progress=change)
    assert changed
    assert (report.ok, report.failed, report.missing) == (5, 0, 1)
    assert_vectors_are_those_of_the_bytes(collection, paths["grown"], paths["replaced"])
    report = run(collection, sources)
    assert (report.ok, report.reused) == (5, 5)
    assert_vectors_are_those_of_the_bytes(collection, paths["grown"], paths["replaced"])
    assert item_id(paths["deleted"]) not in collection.known()["id"].to_pylist()


def assert_vectors_are_those_of_the_bytes(collection: Collection, *paths: Path) -> None:
    ids = [item_id(path) for path in paths]
    contents = [item.content for item in collection.items(ids)]
    assert contents == [blake3(path.read_bytes()).hexdigest() for path in paths]
    text = tiny_space().text
    assert text is not None
    expected = text.encode([path.read_text() for path in paths])["shared"]
    assert (collection.vectors(ids, "shared") == expected).all()


@pytest.fixture(scope="module")
def oddly_named(tmp_path_factory: pytest.TempPathFactory) -> tuple[Collection, set[bytes]]:
    """A collection of files with odd names, in a folder whose name is odd, and their paths."""
    root = tmp_path_factory.mktemp("odd")
    folder = os.fsencode(root) + b"/sources/caf\xe9"
    paths = {folder + b"/" + name for name in ODD_NAMES}
    for number, path in enumerate(sorted(paths)):
        make_text(Path(os.fsdecode(path)), f"text number {number}")
    collection = new_collection(root / "collection")
    report = run(collection, root / "sources", annotations=Annotations(labels="folder"))
    assert outcomes(report) == (18, 0, 0, 0, 0)
    return collection, paths


def test_eighteen_odd_names_come_back_byte_for_byte_from_every_list(
    tmp_path: Path, oddly_named: tuple[Collection, set[bytes]]
) -> None:
    collection, paths = oddly_named
    for name in ("list.jsonl", "list.csv", "list.parquet"):
        assert export(collection, tmp_path / name).items == 18
    lines = (tmp_path / "list.jsonl").read_text().splitlines()
    assert {os.fsencode(json.loads(line)["path"]) for line in lines} == paths
    with (tmp_path / "list.csv").open(errors="surrogateescape", newline="") as file:
        assert {os.fsencode(row["path"]) for row in csv.DictReader(file)} == paths
    table = pyarrow.parquet.read_table(tmp_path / "list.parquet")
    assert set(table["path_bytes"].to_pylist()) == paths


@pytest.mark.parametrize("name", ["list.jsonl", "list.csv"])
def test_a_list_of_odd_names_is_a_source_of_the_same_files(
    tmp_path: Path, oddly_named: tuple[Collection, set[bytes]], name: str
) -> None:
    collection, paths = oddly_named
    export(collection, tmp_path / name)
    again = new_collection(tmp_path / "again")
    assert outcomes(run(again, tmp_path / name)) == (18, 0, 0, 0, 0)
    assert set(again.known()["path_bytes"].to_pylist()) == paths


def test_odd_names_are_found_by_search_and_unchanged_by_the_next_run(
    oddly_named: tuple[Collection, set[bytes]],
) -> None:
    collection, paths = oddly_named
    hits = Searcher(collection, tiny_space()).find("text", k=99).hits
    assert {os.fsencode(hit.path) for hit in hits} == paths
    assert outcomes(run(collection, collection.path.parent / "sources")) == (18, 0, 0, 0, 18)


def test_loops_pipes_and_closed_folders_are_passed_by_and_told(tmp_path: Path) -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs to be root without its privileges")
    env = with_tiny(tmp_path / "site")
    sources = tmp_path / "sources"
    for name in ("open/a.txt", "closed/b.txt"):
        make_text(sources / name, f"the text {name}")
    (sources / "open" / "loop").symlink_to(sources, target_is_directory=True)
    os.mkfifo(sources / "pipe.txt")
    make_text(sources / "secret.txt")
    (sources / "secret.txt").chmod(0)
    (sources / "closed").chmod(0)
    command = [sys.executable, "-m", "embedcurate", "index", tmp_path / "c", sources]
    command += ["--space", "tiny", "--json"]
    # Permissions hold for root, too, without the capabilities that get it past them.
    done = subprocess.run(
        ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command],
        env=env,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    report = json.loads(done.stdout)
    assert (report["ok"], report["failed"]) == (1, 2)
    reasons = {Path(failure["path"]).name: failure["reason"] for failure in report["failures"]}
    assert reasons["closed"] == "Permission denied"
    assert "no permission" in reasons["secret.txt"]


def test_a_full_disk_is_told_in_a_sentence_and_the_run_goes_on_when_there_is_space(
    tmp_path: Path, tiny: None
) -> None:
    sources = tmp_path / "sources"
    make_text(sources / "first.txt")
    with mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=12m", "tmpfs") as disk:
        arguments = ("index", disk / "c", sources, "--space", "tiny")
        said(*arguments)
        for number in range(100):
            make_text(sources / f"{number}.txt", f"text number {number} " * 50)
        ballast = disk / "ballast"
        ballast.write_bytes(b"\0" * (shutil.disk_usage(disk).free - 20_000))
        assert "is full. What was stored before is safe" in complaint(*arguments)
        found = document("search", disk / "c", "red")
        assert [Path(hit["path"]).name for hit in found["hits"]][:1] == ["first.txt"]
        ballast.unlink()
        report = document(*arguments)
        assert (report["ok"], report["failed"]) == (101, 0)
        assert Collection.open(disk / "c").outcomes() == {"ok": 101}


def test_a_read_only_collection_can_be_searched_and_says_that_it_can_not_be_written(
    tmp_path: Path, tiny: None
) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = tmp_path / "c"
    run(new_collection(collection), sources)
    with mounted(collection, "--bind", str(collection)):
        subprocess.run(["mount", "-o", "remount,bind,ro", collection], check=True)
        found = document("search", collection, "red")
        assert len(found["hits"]) == 15
        for verb in (("index", collection, sources), ("tag", collection, "", "--add", "x")):
            assert "read-only. Searching still works." in complaint(*verb)


HOSTILE = (
    "x' OR '1'='1", 'x" OR ""="', "x'; DROP TABLE items; --", "x\\", "%", "_", "x%' --", "[x]",
    "(?i).*", "^", "$(x)", "x OR true", "name:=x", "-x", "{x}", "x|y",
)  # fmt: skip


def test_filters_on_hostile_names_and_tags_match_no_row_too_many(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    paths = {name: make_text(sources / f"{name}.txt", f"text {name}") for name in HOSTILE}
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    with collection.writer() as writer:
        for name, path in paths.items():
            writer.mark([item_id(path)], add=[name])
    for name, path in paths.items():
        quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        named = quoted[:-1].replace("?", "\\?") + '.txt"'
        if "*" not in name and "?" not in name:  # which stand for anything
            assert matching(collection, f"name:={named}") == [item_id(path)]
        assert matching(collection, f"tag:{quoted}") == [item_id(path)]
    assert matching(collection, "tag:\"x' OR 'x'='x\"") == []
    with collection.writer() as writer:
        only = matching(collection, "tag:\"x' OR '1'='1\"")
        assert writer.mark(only, remove=["x' OR '1'='1"]) == 1
    assert matching(collection, "is:tagged") == sorted(set(map(item_id, paths.values())) - {*only})


def matching(collection: Collection, text: str) -> list[str]:
    collection.catalogue.refresh()
    return collection.catalogue.ids_where(parse_filter(text))
