"""Several processes on one collection: writers, a writer that is killed, readers beside them."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from embedcurate.collection import Collection
from embedcurate.collection.lock import HOLDER_NAME, LOCK_NAME, holder
from embedcurate.collection.verify import verify
from embedcurate.errors import CollectionLocked
from tests.collection.store_material import SPACE, batch, contents, encoded, filled

HERE = Path(__file__).parent


def start(code: str, *args: object) -> subprocess.Popen[str]:
    """Start a Python process in which this folder's modules can be imported."""
    prelude = f"import sys; sys.path.insert(0, {str(HERE)!r})\n"
    prelude += "from pathlib import Path\nfrom store_material import *\n"
    prelude += "path = Path(sys.argv[1])\n"
    return subprocess.Popen(
        [sys.executable, "-c", prelude + code, *map(str, args)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert err == ""
    return out


def test_processes_that_write_the_same_items_leave_each_once(tmp_path):
    path = tmp_path / "c"
    Collection.create(path, SPACE)
    code = """
for start in range(0, 60, 20):
    with Collection.open(path).writer(wait_s=100) as writer:
        writer.store(batch(start, start + 20))
"""
    for process in [start(code, path) for _ in range(3)]:
        finish(process)
    collection = Collection.open(path)
    assert collection.outcomes() == {"ok": 60}
    assert verify(path).is_whole


@pytest.mark.parametrize("count", [2, 4])
def test_upserts_that_get_past_the_lock_leave_no_duplicate_either(tmp_path, count):
    path = tmp_path / "c"
    Collection.create(path, SPACE)
    code = """
from embedcurate.collection.parts import vector_rows
from embedcurate.collection.upsert import upsert
tables = Collection.open(path).tables
rows = vector_rows(batch(0, 300), SPACE.channels[0])
print("ready", flush=True)
sys.stdin.readline()
upsert(tables, "vectors_shared", rows)
"""
    processes = [start(code, path) for _ in range(count)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        finish(process)
    ids = Collection.open(path).tables.columns("vectors_shared", ["id"])["id"].to_pylist()
    assert len(ids) == len(set(ids)) == 300


def test_a_writer_killed_at_any_moment_loses_no_acknowledged_batch(tmp_path):
    path = tmp_path / "c"
    Collection.create(path, SPACE)
    code = """
import itertools
collection = Collection.open(path)
start = int(sys.argv[2])
with collection.writer() as writer:
    for at in itertools.count(start, 6):
        print("storing", flush=True)
        writer.store(batch(at, at + 6))
        print(at + 6, flush=True)
        moved = [one.item for one in batch(at, at + 3)]
        writer.move([(item.id, renamed(item, "moved " + item.path.name)) for item in moved])
"""
    acknowledged = 0
    for round_, delay_s in enumerate((0.0, 0.005, 0.015, 0.03, 0.06, 0.1)):
        process = start(code, path, acknowledged)
        for _ in range(1 + round_ % 3):
            line = process.stdout.readline()
            if line.strip().isdigit():
                acknowledged = int(line)
        # The moment is spread over the commits on purpose: none of the asserts depends on it.
        timer = threading.Timer(delay_s, process.send_signal, [signal.SIGKILL])
        timer.start()
        for line in process.stdout:
            if line.strip().isdigit():
                acknowledged = int(line)
        assert process.wait(60) == -signal.SIGKILL
        timer.join()
        for stream in (process.stdin, process.stdout, process.stderr):
            stream.close()

        collection = Collection.open(path)
        rows = collection.known().to_pylist()
        ids = [row["id"] for row in rows]
        assert len(ids) == len(set(ids))
        names = {
            os.fsdecode(row["path_bytes"]).rpartition("/")[2].removeprefix("moved ") for row in rows
        }
        assert {one.item.path.name for one in batch(0, acknowledged)} <= names
        ok = [row["id"] for row in rows if row["outcome"] == "ok"]
        vectors = collection.vectors(ok, "shared")
        expected = {one.item.content: one.vectors["shared"] for one in batch(0, acknowledged + 12)}
        contents_of = {row["id"]: row["content"] for row in rows}
        for id_, vector in zip(ok, vectors, strict=True):
            assert (vector == expected[contents_of[id_]]).all()
    with collection.writer():
        pass
    assert verify(path).is_whole


def test_the_lock_of_a_dead_process_is_free_and_its_name_is_forgotten(tmp_path):
    path = tmp_path / "c"
    collection = Collection.create(path, SPACE)
    code = """
with Collection.open(path).writer(doing="embedcurate index"):
    print("holding", flush=True)
    sys.stdin.readline()
"""
    process = start(code, path)
    assert process.stdout.readline() == "holding\n"
    words = f"embedcurate index, process {process.pid} on "
    with pytest.raises(CollectionLocked, match=words), collection.writer():
        raise AssertionError("two writers")
    assert holder(path).startswith(words)
    process.kill()
    process.communicate()
    assert holder(path) is None
    with collection.writer() as writer:
        writer.store(batch(0, 1))


@pytest.mark.parametrize("change", [{"pid": 2**22 + 1}, {"started": "another boot:1"}])
def test_a_lock_file_left_held_by_no_living_process_is_replaced(tmp_path, change):
    from filelock import FileLock

    collection = Collection.create(tmp_path / "c", SPACE)
    lock = FileLock(collection.path / LOCK_NAME)
    with collection.writer():
        left = json.loads((collection.path / HOLDER_NAME).read_text())
    with lock:
        (collection.path / HOLDER_NAME).write_text(json.dumps(left | change))
        with collection.writer() as writer:
            writer.store(batch(0, 1))
        (collection.path / HOLDER_NAME).write_text(json.dumps(left | {"host": "elsewhere"}))
    assert holder(collection.path) is not None
    assert collection.outcomes() == {"ok": 1}


def test_readers_meet_no_error_while_another_process_writes_and_compacts(tmp_path):
    path = tmp_path / "c"
    collection = filled(path, 30, commits=5)
    expected = contents(collection)
    code = """
from datetime import timedelta
import embedcurate.collection.compaction as compaction
compaction._KEPT_FOR = timedelta(milliseconds=1)  # the worst case: what readers use is removed
with Collection.open(path).writer() as writer:
    for round in range(12):
        writer.record([item("odd.png", outcome="skipped", content=str(round))])
        writer.mark([batch(0, 1)[0].item.id], note=str(round))
        writer.mark([batch(0, 1)[0].item.id], note="good")
        writer.compact()
print("done", flush=True)
"""
    process = start(code, path)
    rounds = 0
    while process.poll() is None:
        seen = contents(collection)
        for name in ("vectors", "segments"):
            assert seen[name] == expected[name]
        assert set(expected["items"]) <= set(seen["items"])
        assert collection.match_text("words", limit=None)
        rounds += 1
    assert finish(process) == "done\n"
    assert rounds > 3


def test_a_program_that_uses_a_collection_writes_nothing_to_stderr(tmp_path):
    filled(tmp_path / "c", 6)
    code = """
collection = Collection.open(path)
with collection.writer() as writer:
    writer.store(batch(0, 9))
    writer.compact()
print(collection.outcomes())
"""
    assert finish(start(code, tmp_path / "c")) == "{'ok': 9}\n"


def test_a_writer_that_failed_is_no_longer_named_and_the_next_one_cleans_up(tmp_path):
    collection = Collection.create(tmp_path / "c", SPACE)

    def interrupted_while_storing() -> None:
        def interrupt(_: object) -> None:
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch, collection.writer() as writer:
            patch.setattr("embedcurate.collection.writer.items_from", interrupt)
            writer.store(batch(0, 3))

    with pytest.raises(KeyboardInterrupt):
        interrupted_while_storing()
    assert holder(collection.path) is None
    assert not verify(collection.path).is_whole
    with collection.writer():
        pass
    assert verify(collection.path).is_whole
    assert collection.tables.count("vectors_shared") == 0


def test_importing_the_room_does_not_import_lancedb():
    code = "import sys, embedcurate.collection.repair; print('lancedb' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_encoding_again_after_a_crash_between_vectors_and_row_never_vouches_for_old_bytes(tmp_path):
    collection = Collection.create(tmp_path / "c", SPACE)
    old = encoded("a.png")
    new = encoded("a.png", salt="new", content="new bytes")
    with collection.writer() as writer:
        writer.store([old])
        writer._retire([new.item])
    assert collection.with_content([old.item.content]) == {}
    assert collection.outcomes() == {}
