"""Time what a window asks of a large collection: its items, filters, orders, counts, completions.

python -m tests.benchmarks.browsing --n 1000000 --runs 5

Draws the rows of `n` items in 2,000 folders and adds them to the table past the writer, which would
take them one by one; 20,000 have marks. The requests go to one resident `embedcurate worker`, as
the window sends them. Each is new at its first time, when columns are read and orders are made;
the other times it is what a user feels who goes on filtering.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from embedcurate.collection import Collection, schema
from embedcurate.testing import tiny_space
from tests.benchmarks.report import heading, table
from tests.benchmarks.search import filled, identifiers

PROGRAM = (sys.executable, "-m", "embedcurate", "worker")
BLOCK = 50_000
KINDS, SUFFIXES = np.array(["image", "text", "audio"]), np.array(["jpg", "txt", "wav"])
REQUESTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "all items": ("browse", {}),
    "no filter, by path": ("narrow", {}),
    "no filter, by size": ("narrow", {"sort": "size", "descending": True}),
    "no filter, by name": ("narrow", {"sort": "name"}),
    "pictures over 1000 px": ("narrow", {"where": "modality:image width:>1000"}),
    "a label": ("narrow", {"where": 'label:"class 7"'}),
    "a tag": ("narrow", {"where": "tag:seen"}),
    "completion of a key": ("complete", {"text": "mod"}),
    "completion of a label": ("complete", {"text": "label:class"}),
    "completion of a folder": ("complete", {"text": "path:event"}),
}


def store(path: Path, n: int) -> None:
    """Write the collection."""
    collection = Collection.create(path, tiny_space())
    items = collection.tables.open("items")
    rng = np.random.default_rng(0)
    ids: list[str] = []
    for start in range(0, n, BLOCK):
        numbers = np.arange(start, min(start + BLOCK, n))
        ids, m = identifiers(numbers), len(numbers)
        kind, folder = rng.choice(3, m, p=[0.8, 0.1, 0.1]), rng.integers(0, 2000, m)
        paths = [
            f"/data/photos/{2000 + at % 25}/event {at:04d}/IMG_{number:07d}.{suffix}"
            for at, number, suffix in zip(folder, numbers, SUFFIXES[kind], strict=True)
        ]
        wide = np.where(kind == 0, rng.integers(100, 6000, m), 0).tolist()
        items.add(
            filled(
                schema.ITEMS,
                id=ids,
                path=paths,
                path_bytes=[path.encode() for path in paths],
                modality=KINDS[kind].tolist(),
                content=[id_ + id_ for id_ in ids],
                size=rng.lognormal(13, 1.5, m).astype(int).tolist(),
                mtime_ns=rng.integers(10**18, 2 * 10**18, m).tolist(),
                outcome=["ok"] * m,
                format=SUFFIXES[kind].tolist(),
                width_px=[px or None for px in wide],
                height_px=[px or None for px in wide],
                caption=[f"a picture of thing {number}" for number in numbers],
                label=[f"class {label}" for label in rng.integers(0, 100, m)],
            )
        )
    with collection.writer() as writer:
        writer.mark(ids[:20_000], add=["seen"], stars=3)


def rows(collection: Path, into: Path, runs: int) -> Iterator[list[object]]:
    """Measure; yield the table's rows."""
    with subprocess.Popen(
        PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        given = {"collection": str(collection), "into": str(into)}
        for name, (verb, arguments) in REQUESTS.items():
            spent = []
            for _ in range(runs + 1):
                began = time.perf_counter()
                request = {"id": 1, "verb": verb, "arguments": {**given, **arguments}}
                worker.stdin.write(json.dumps(request) + "\n")
                while "progress" in (answer := json.loads(worker.stdout.readline())):
                    pass
                assert "result" in answer, answer
                spent.append((time.perf_counter() - began) * 1e3)
            resident = psutil.Process(worker.pid).memory_info()
            own = (resident.rss - getattr(resident, "shared", 0)) / 1e6
            yield [name, spent[0], float(np.median(spent[1:])), max(spent[1:]), own]
        worker.stdin.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        store(Path(name) / "collection", asked.n)
        sys.stdout.write(heading(f"Browsing a collection of {asked.n:,} items") + "\n\n")
        columns = ("", "first ms", "p50 ms", "most ms", "MB of its own")
        found = list(rows(Path(name) / "collection", Path(name) / "session", asked.runs))
        sys.stdout.write(table(columns, found) + "\n")


if __name__ == "__main__":
    main()
