import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lancedb.expr import col

from embedcurate.collection.nearest import Nearest
from embedcurate.collection.pool import ResidentPool
from embedcurate.collection.resident import Resident
from embedcurate.collection.tables import Tables
from embedcurate.collection.upkeep import open_resident
from embedcurate.errors import Cancelled
from tests.collection.tables_of_vectors import brute_force, rows, table, unit

D = 6


def opened(made: Any, folder: Path, **options: Any) -> Resident:
    return open_resident(made, folder / "resident" / "vectors_shared", **options)


def upsert(made: Any, content: Any) -> None:
    (
        made.merge_insert("id")
        .when_matched_update_all()
        .when_not_matched_insert_all()
        .execute(content)
    )


def held(copy: Resident) -> dict[str, tuple[str, bytes]]:
    """Return id -> (modality, vector) of the rows that are alive."""
    alive = np.arange(len(copy)) if copy.alive is None else np.flatnonzero(copy.alive)
    listing = copy.listing()
    return {
        id_: (str(listing.modalities[row]), copy.vectors(np.array([row])).tobytes())
        for id_, row in zip(copy.ids_of(alive), alive, strict=True)
    }


def stored(made: Any) -> dict[str, tuple[str, bytes]]:
    content = made.search().select(["id", "modality", "vector"]).to_arrow().to_pylist()
    return {
        row["id"]: (row["modality"], np.array(row["vector"], np.float32).tobytes())
        for row in content
    }


def generations(folder: Path) -> dict[str, str | None]:
    """Return what the copy's state names: base, tail and dead."""
    state = json.loads((folder / "resident/vectors_shared/copy.json").read_text())
    return {name: state[name] for name in ("base", "tail", "dead")}


def test_modalities_lie_in_one_block_each(tmp_path: Path) -> None:
    made = table(tmp_path, unit(np.random.default_rng(0), 20, D))
    copy = opened(made, tmp_path)
    assert held(copy) == stored(made)
    assert copy.base.blocks == {"audio": (0, 7), "image": (7, 14), "text": (14, 20)}
    assert copy.base.modalities.tolist() == ["audio"] * 7 + ["image"] * 7 + ["text"] * 6


@pytest.mark.parametrize("n", [0, 1])
def test_a_table_of_hardly_any_rows_has_a_copy(tmp_path: Path, n: int) -> None:
    made = table(tmp_path, unit(np.random.default_rng(0), n, D))
    assert held(opened(made, tmp_path)) == held(opened(made, tmp_path)) == stored(made)


def test_a_copy_of_the_same_version_is_only_opened(tmp_path: Path) -> None:
    made = table(tmp_path, unit(np.random.default_rng(0), 20, D))
    first = opened(made, tmp_path)
    before = generations(tmp_path)

    def refuse(done: int, total: int | None, doing: str) -> None:
        raise AssertionError(f"nothing was to be done, but: {doing}")

    assert opened(made, tmp_path, progress=refuse).version == first.version
    assert generations(tmp_path) == before


def test_an_addition_only_writes_a_tail(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    made = table(tmp_path, unit(rng, 100, D))
    opened(made, tmp_path)
    base = generations(tmp_path)["base"]
    made.add(rows(np.arange(100, 110), unit(rng, 10, D)))
    copy = opened(made, tmp_path)
    after = generations(tmp_path)
    assert after["base"] == base
    assert after["tail"] is not None
    assert after["dead"] is None
    assert copy.tail is not None
    assert len(copy.tail) == 10
    assert held(copy) == stored(made)


def test_compacting_a_table_leaves_its_copy_as_it_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    made = table(tmp_path, unit(rng, 100, D))
    for i in range(100, 104):
        made.add(rows(np.array([i]), unit(rng, 1, D)))
    first = opened(made, tmp_path)
    base = generations(tmp_path)["base"]
    made.optimize()
    second = opened(made, tmp_path)
    assert second.version != first.version
    assert generations(tmp_path) == {"base": base, "tail": None, "dead": None}
    assert held(second) == stored(made)


def test_many_changes_lay_the_copy_out_anew(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    made = table(tmp_path, unit(rng, 100, D))
    opened(made, tmp_path)
    base = generations(tmp_path)["base"]
    upsert(made, rows(np.arange(40), unit(rng, 40, D)))
    copy = opened(made, tmp_path)
    assert generations(tmp_path)["base"] != base
    assert copy.tail is None
    assert copy.alive is None
    assert held(copy) == stored(made)


_step = st.tuples(
    st.sampled_from(["add", "upsert", "delete", "nothing"]),
    st.integers(0, 2**16),
    st.integers(1, 9),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(_step, min_size=1, max_size=5), seed=st.integers(0, 2**16))
def test_a_copy_kept_up_equals_one_made_anew(
    tmp_path: Path, steps: list[tuple[str, int, int]], seed: int
) -> None:
    shutil.rmtree(tmp_path / "resident", ignore_errors=True)
    rng = np.random.default_rng(seed)
    made = table(tmp_path, unit(rng, 120, D))
    opened(made, tmp_path)
    for what, chosen, count in steps:
        some = np.random.default_rng(chosen).choice(140, count, replace=False)
        if what == "delete":
            made.delete(col("id").isin([f"item{i:06d}" for i in some]))
        elif what == "upsert":
            upsert(made, rows(some, unit(rng, count, D)))
        elif what == "add":
            start = 1000 + made.version * 10
            made.add(rows(np.arange(start, start + count), unit(rng, count, D)))
        kept_up = opened(made, tmp_path)
        anew = open_resident(made, tmp_path / "fresh" / "resident" / "v")
        assert held(kept_up) == held(anew) == stored(made)
        everything = sorted(stored(made))
        places = kept_up.row_of(everything)
        assert kept_up.ids_of(places) == everything
        query = unit(rng, 1, D)[0]
        mine, theirs = Nearest(kept_up), Nearest(anew)
        ours, oracle = mine.top(query, 15), theirs.top(query, 15)
        assert mine.ids_of(ours.rows) == theirs.ids_of(oracle.rows)
        assert ours.products.tolist() == oracle.products.tolist()


def test_a_deleted_row_is_found_no_more(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(0), 50, D)
    made = table(tmp_path, vectors)
    opened(made, tmp_path)
    made.delete(col("id").isin(["item000007"]))
    nearest = Nearest(opened(made, tmp_path))
    assert nearest.resident.alive is not None
    assert nearest.row_of(["item000007", "item000008"])[0] == -1
    left = [i for i in range(50) if i != 7]
    expected = brute_force(vectors[left], [f"item{i:06d}" for i in left], vectors[7], 49)
    found = nearest.top(vectors[7], 50)
    assert nearest.ids_of(found.rows) == [id_ for id_, _ in expected]
    assert np.isfinite(nearest.all_products(vectors[7])).sum() == 49


def test_a_repaired_table_with_an_old_version_number_gets_a_new_copy(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    first = table(tmp_path, unit(rng, 20, D))
    before = opened(first, tmp_path)
    shutil.rmtree(tmp_path / "lance")
    second = table(tmp_path, unit(rng, 20, D))
    assert first.version == second.version
    after = opened(second, tmp_path)
    assert before.version != after.version
    assert held(after) == stored(second)


def test_removing_the_cache_costs_nothing_but_time(tmp_path: Path) -> None:
    made = table(tmp_path, unit(np.random.default_rng(0), 20, D))
    opened(made, tmp_path)
    base = tmp_path / "resident/vectors_shared" / str(generations(tmp_path)["base"])
    shutil.rmtree(base)
    assert held(opened(made, tmp_path)) == stored(made)
    shutil.rmtree(tmp_path / "resident")
    assert held(opened(made, tmp_path)) == stored(made)


def test_cancelling_keeps_the_copy_before_and_leaves_nothing_behind(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    made = table(tmp_path, unit(rng, 20, D))
    opened(made, tmp_path)
    before = generations(tmp_path)
    upsert(made, rows(np.arange(20), unit(rng, 20, D)))

    def cancel(done: int, total: int | None, doing: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        opened(made, tmp_path, progress=cancel)
    assert generations(tmp_path) == before
    left = {entry.name for entry in (tmp_path / "resident/vectors_shared").iterdir()}
    assert left == {"lock", "copy.json", before["base"]}


_OPEN_IT = """
import sys, lancedb
from pathlib import Path
from embedcurate.collection.upkeep import open_resident
folder = Path(sys.argv[1])
table = lancedb.connect(folder / "lance").open_table("vectors_shared")
"""


def test_a_process_killed_while_it_writes_leaves_no_half_copy(tmp_path: Path) -> None:
    made = table(tmp_path, unit(np.random.default_rng(0), 200, D))
    program = _OPEN_IT + (
        "def die(*of): import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
        "open_resident(table, folder / 'resident' / 'vectors_shared', progress=die)\n"
    )
    program = program.replace(
        "def die(*of): import os, signal; ", "import os, signal\ndef die(*of): "
    )
    died = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert died.returncode == -signal.SIGKILL
    left = list((tmp_path / "resident/vectors_shared").glob("base.*"))
    assert len(left) == 1
    assert held(opened(made, tmp_path)) == stored(made)
    assert not left[0].exists()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="limits of file sizes are Linux's")
@pytest.mark.parametrize(("budget", "outcome"), [(2**30, "copied"), (1000, "DiskFull")])
def test_a_disk_that_takes_no_more_gives_a_copy_in_memory_within_the_budget(
    tmp_path: Path, budget: int, outcome: str
) -> None:
    table(tmp_path, unit(np.random.default_rng(0), 2000, D))
    program = _OPEN_IT + (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from embedcurate.errors import DiskFull\n"
        "try:\n"
        "    to = folder / 'resident' / 'v'\n"
        "    copy = open_resident(table, to, budget_bytes=int(sys.argv[2]))\n"
        "    assert copy.base.mapping is None and len(copy) == 2000\n"
        "    print('copied')\n"
        "except DiskFull:\n"
        "    print('DiskFull')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(budget)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == outcome
    assert not list((tmp_path / "resident/v").glob("base.*"))


def _open_and_answer(folder: str, start: Any, answers: Any) -> None:
    import lancedb

    made = lancedb.connect(Path(folder) / "lance").open_table("vectors_shared")
    start.wait()
    nearest = Nearest(opened(made, Path(folder)))
    answers.put(nearest.ids_of(nearest.top(np.ones(D, np.float32), 5).rows))


def test_two_processes_that_make_the_copy_at_once_both_end_well(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(0), 3000, D)
    table(tmp_path, vectors)
    spawn = multiprocessing.get_context("spawn")
    start, answers = spawn.Barrier(2), spawn.Queue()
    workers = [
        spawn.Process(target=_open_and_answer, args=(str(tmp_path), start, answers))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    ids = [f"item{i:06d}" for i in range(3000)]
    expected = [id_ for id_, _ in brute_force(vectors, ids, np.ones(D, np.float32), 5)]
    assert found == [expected, expected]
    assert len(list((tmp_path / "resident/vectors_shared").glob("base.*"))) == 1


def test_places_carry_a_mask_over_items_to_the_rows_of_their_segments(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(0), 4, D)
    content = rows(np.arange(4), vectors).set_column(
        0,
        rows(np.arange(4), vectors).schema.field("id"),
        [["item000002:0", "item000001:0", "item000002:1", "item000009:0"]],
    )
    made = table(tmp_path, vectors[:0])
    made.add(content)
    copy = opened(made, tmp_path)
    items = np.array([f"item{i:06d}" for i in range(4)], "S10")
    places = copy.places_in(items)
    assert dict(zip(copy.ids_of(np.arange(4)), places.tolist(), strict=True)) == {
        "item000001:0": 1,
        "item000002:0": 2,
        "item000002:1": 2,
        "item000009:0": -1,
    }


def test_a_pool_opens_a_table_anew_only_when_it_changed(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    made = table(tmp_path, unit(rng, 20, D))
    pool = ResidentPool(Tables(tmp_path))
    first = pool.nearest("vectors_shared")
    assert pool.nearest("vectors_shared") is first
    made.add(rows(np.arange(20, 22), unit(rng, 2, D)))
    assert len(pool.nearest("vectors_shared").resident) == 22
    assert pool.keep_index("vectors_shared") is False


def test_a_pool_over_its_budget_builds_and_uses_an_index(tmp_path: Path) -> None:
    vectors = unit(np.random.default_rng(0), 20_500, 8)
    table(tmp_path, vectors)
    pool = ResidentPool(Tables(tmp_path), budget_bytes=1000)
    assert pool.nearest("vectors_shared").exact  # no index yet: all rows are multiplied
    assert pool.keep_index("vectors_shared") is True
    nearest = pool.nearest("vectors_shared")
    assert not nearest.exact
    assert nearest.ids_of(nearest.top(vectors[3], 5).rows)[0] == "item000003"
