"""A run that is killed at any moment goes on where it stopped, and ends as if nothing had been."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
from PIL import Image

from embedcurate.collection import Collection
from embedcurate.collection.verify import verify
from embedcurate.spaces.tiny import TinyTexts
from embedcurate.testing import make_text
from tests.indexing.killed_run import AT_ONCE
from tests.indexing.material import new_collection, run
from tests.processes import embedcurate, start, with_tiny, with_troubled_decoders

REPOSITORY = Path(__file__).parents[2]
PICTURES, TEXTS = 200, 200

KILLS: tuple[dict[str, object], ...] = (
    # Between two commits: of each that storing a batch takes.
    *({"before": table, "time": 2} for table in ("vectors_visual", "texts", "items")),
    {"before": "vectors_shared", "time": 3},
    # In the midst of one: when exactly is spread on purpose, and no assertion depends on it.
    *({"delay_s": delay_s} for delay_s in (0.0, 0.01, 0.03, 0.08)),
    # While the run tidies up after the last batch.
    {"before": "captions", "time": 1},
)
"""When a run is killed; those of a delay are told later at which progress it begins."""


def make_many(root: Path) -> Path:
    root.mkdir(parents=True)
    for number in range(PICTURES):
        Image.new("RGB", (8, 8), (number, 255 - number, 99)).save(root / f"{number:03}.png")
    for number in range(TEXTS):
        make_text(root / f"{number:03}.txt", f"a text, number {number}")
    return root


@contextmanager
def killed_run(root: Path, log: Path) -> "Iterator[subprocess.Popen[str]]":
    with subprocess.Popen(
        [sys.executable, "-m", "tests.indexing.killed_run", root, log],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def order(process: "subprocess.Popen[str]", kill: dict[str, object]) -> int:
    """Let a process run once it is ready; return its exit code."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.communicate(json.dumps(kill) + "\n", timeout=120)
    return process.returncode


def assert_same(collection: Collection, expected: Collection) -> None:
    ids = sorted(expected.known()["id"].to_pylist())
    assert sorted(collection.known()["id"].to_pylist()) == ids
    assert collection.outcomes() == expected.outcomes()
    for channel in expected.channels:
        table = f"vectors_{channel.name}"
        rows = expected.tables.columns(table, ["id", "vector"]).sort_by("id")
        assert collection.tables.columns(table, ["id", "vector"]).sort_by("id") == rows


def test_kills_at_every_stage_lose_nothing_store_nothing_twice_and_cost_a_batch_each(
    tmp_path: Path,
) -> None:
    sources = make_many(tmp_path / "sources")
    unbroken = new_collection(tmp_path / "unbroken")
    run(unbroken, sources)
    collection = new_collection(tmp_path / "collection")
    log = tmp_path / "log"
    log.touch()
    stored = wasted = 0
    with ExitStack() as running:
        following = running.enter_context(killed_run(tmp_path, log))
        for kill in KILLS:
            assert stored < PICTURES + TEXTS
            process, following = following, running.enter_context(killed_run(tmp_path, log))
            at = {"at": stored + AT_ONCE - 1} if "delay_s" in kill else {}
            assert order(process, {**kill, **at}) == -signal.SIGKILL
            rows = Collection.open(collection.path).known()
            stored = rows.num_rows
            assert len(set(rows["id"].to_pylist())) == stored
            if stored < PICTURES + TEXTS:  # the last one has calibrated as well, with other texts
                wasted_before, wasted = wasted, len(log.read_text().splitlines()) - stored
                assert wasted - wasted_before <= AT_ONCE + TinyTexts.batch_size
        assert stored == PICTURES + TEXTS
        assert order(following, {}) == 0
    assert_same(collection, unbroken)
    assert verify(collection.path).is_whole


def test_sigterm_ends_the_command_at_once_with_all_that_was_encoded_stored(tmp_path: Path) -> None:
    env = with_tiny(tmp_path / "site")
    with_troubled_decoders(tmp_path / "site")
    for number in range(40):
        make_text(tmp_path / "sources" / f"{number:02}.txt", f"number {number}")
    make_text(tmp_path / "sources" / "hang-99.txt")
    arguments = ("index", tmp_path / "c", tmp_path / "sources", "--space", "tiny")
    with start(*arguments, "--progress", "json", env=env) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if json.loads(line)["done"] == 40:
                break
        children = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        assert process.wait(5) == 130
        assert "Stopped" in process.stderr.read().splitlines()[-1]
    assert len(children) >= 2
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert Collection.open(tmp_path / "c").outcomes() == {"ok": 1 + 2 + 4 + 8 + 16}
    (tmp_path / "sources" / "hang-99.txt").rename(tmp_path / "sources" / "99.txt")
    report = json.loads(embedcurate(*arguments[:3], "--json", env=env).stdout)
    assert (report["ok"], report["reused"]) == (41, 31)


def test_decoders_end_when_their_parent_is_killed_even_if_they_hang(tmp_path: Path) -> None:
    env = with_tiny(tmp_path / "site")
    with_troubled_decoders(tmp_path / "site")
    make_text(tmp_path / "sources" / "hang-1.txt")
    arguments = ("index", tmp_path / "c", tmp_path / "sources", "--space", "tiny")
    with start(*arguments, "--progress", "json", env=env) as process:
        assert process.stderr is not None
        assert json.loads(process.stderr.readline())["done"] == 0
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 2
        process.kill()
        assert psutil.wait_procs(children, timeout=10)[1] == []


def test_two_runs_at_once_give_what_one_gives_or_say_who_is_at_it(tmp_path: Path) -> None:
    env = with_tiny(tmp_path / "site")
    sources = make_many(tmp_path / "sources")
    unbroken = new_collection(tmp_path / "unbroken")
    run(unbroken, sources)
    arguments = ("index", tmp_path / "c", sources, "--space", "tiny")
    with start(*arguments, env=env) as one, start(*arguments, env=env) as other:
        for process in (one, other):
            _, complaint = process.communicate(timeout=120)
            if process.returncode:
                [line] = complaint.splitlines()
                assert "is being written by embedcurate" in line
                assert process.returncode == 1
    assert 0 in (one.returncode, other.returncode)
    assert_same(Collection.open(tmp_path / "c"), unbroken)
