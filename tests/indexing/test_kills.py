"""A run that is killed at any moment goes on where it stopped, and ends as if nothing had been."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from embedcurate.collection import Collection
from embedcurate.collection.verify import verify
from embedcurate.spaces.tiny import TinyTexts
from embedcurate.testing import make_text
from tests.indexing.killed_run import AT_ONCE
from tests.indexing.material import new_collection, run
from tests.processes import embedcurate, start, with_tiny, with_troubled_decoders

REPOSITORY = Path(__file__).parents[2]
PICTURES, TEXTS, KILLS = 200, 200, 30


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


def order(process: "subprocess.Popen[str]", at: int | None, delay_s: float) -> int:
    """Let a process run once it is ready; return its exit code."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.communicate(json.dumps([at, delay_s]) + "\n", timeout=120)
    return process.returncode


def test_thirty_kills_lose_nothing_store_nothing_twice_and_cost_a_batch_each(
    tmp_path: Path,
) -> None:
    sources = make_many(tmp_path / "sources")
    unbroken = new_collection(tmp_path / "unbroken")
    run(unbroken, sources)
    collection = new_collection(tmp_path / "collection")
    log = tmp_path / "log"
    log.touch()
    chance = random.Random(0)
    kills = stored = wasted = 0
    following = subprocess_of = None
    while kills < KILLS and stored < PICTURES + TEXTS:
        at = stored + chance.randint(1, 2 * AT_ONCE)
        delay_s = chance.choice([0.0, chance.uniform(0, 0.2)])
        with killed_run(tmp_path, log) as process:
            code = order(process, min(at, PICTURES + TEXTS), delay_s)
        kills += 1
        assert code in (-9, 0)
        ids = Collection.open(tmp_path / "collection").known()["id"].to_pylist()
        assert len(ids) == len(set(ids))
        stored = len(ids)
        before, wasted = wasted, len(log.read_text().splitlines()) - stored
        assert wasted - before <= AT_ONCE + TinyTexts.batch_size
    with killed_run(tmp_path, log) as process:
        assert order(process, None, 0) == 0
    assert same_items_and_vectors(collection, unbroken)
    assert verify(collection.path).is_whole
