"""What it costs to store vectors in fewer bytes: recall@10, bytes, memory and time, in one run.

python -m tests.benchmarks.storage [--texts FILE] [--space NAME] [--rows 5000 100000]

Takes real texts, one a line (without FILE the anchors that ship), and their real vectors in a space
(`starter`). 500 of them, drawn by a fixed seed, are the queries; the others are the items. The
first table is of real collections, one a storage, each searched in processes of its own, in turns:
with those items, and with `--rows` made vectors of the same length. Recall is against float32 of
the same run; "disk" is the table and its copy for the search; "memory" what the arrays take that
answer queries, and what the process grew by. The second table is of numbers left away as well:
there nothing is ranked again by full vectors. Queries stay float32, as in a search.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import psutil
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection import Collection, Storage
from embedcurate.collection.files import bytes_under
from embedcurate.collection.scan import quantise_query, quantise_rows, scan
from embedcurate.collection.schema import vectors_table
from embedcurate.collection.storage import unit_rows_of, vector_column
from embedcurate.spaces.anchors import anchors
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.pooling import encode_all
from embedcurate.spaces.registry import load
from embedcurate.spaces.rows import unit_rows
from tests.benchmarks.report import contend, heading, table
from tests.benchmarks.search import identifiers, space
from tests.benchmarks.synthetic import Clustered

K = 10
QUERIES = 500
SHORTER = (2, 4, 8)
TURNS = 3
TABLE = vectors_table(SHARED)

Rows: TypeAlias = NDArray[np.float32]
Narrow: TypeAlias = Callable[[Rows], Rows]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, help="a file of texts, one a line")
    parser.add_argument("--space", default="starter", help="a space that knows texts")
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000])
    parser.add_argument("--search", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.search:
        sys.stdout.write(json.dumps(_searched(asked.search)))
        return
    texts = asked.texts.read_text("utf-8").splitlines() if asked.texts else list(anchors())
    title = heading(f"Storage: recall@{K} of real text vectors in {asked.space}")
    encoder = load(asked.space).text
    if encoder is None:
        raise SystemExit(f"The space '{asked.space}' knows no texts.")
    vectors = encode_all(encoder, texts)[SHARED]
    order = np.random.default_rng(0).permutation(len(vectors))
    queries, items = vectors[order[:QUERIES]], vectors[order[QUERIES:]]
    what = f"{len(items)} items, {len(queries)} queries, d {items.shape[1]}"
    sys.stdout.write(f"{title}\n{what}\n\n")
    names = ["vectors", "stored as", "disk MB", "memory MB", "grew MB", f"recall@{K}", "recall@1"]
    names += ["ms a search", "time ratio"]
    rows = [["texts", *row] for row in _stored([items], queries)]
    for n in asked.rows:
        made = Clustered(n, items.shape[1])
        blocks = list(made.blocks())
        rows += [[f"{n:,} made", *row] for row in _stored(blocks, made.queries(QUERIES))]
    sys.stdout.write(f"{table(names, rows)}\n\n")
    names = ["stored as", "dimension", "bytes a vector", f"recall@{K}", "recall@1"]
    sys.stdout.write(f"{table(names, list(_contenders(queries, items)))}\n")


def _stored(blocks: list[Vectors], queries: Vectors) -> Iterator[list[object]]:
    """Fill a collection a storage, and compare what searching each one takes and finds."""
    with tempfile.TemporaryDirectory() as root:
        folders = {storage: Path(root) / storage for storage in Storage}
        for storage, folder in folders.items():
            _fill(folder, blocks, storage)
            np.save(folder / "queries.npy", queries)
        turns = [
            {
                storage: contend(__spec__.name, "--search", str(folders[storage]))
                for storage in Storage
            }
            for _ in range(TURNS)
        ]
        exact = np.array(turns[0][Storage.FLOAT32]["found"])
        fastest = {one: min(turn[one]["ms"] for turn in turns) for one in Storage}
        for storage, folder in folders.items():
            told = turns[-1][storage]  # the first one made the copy
            found = np.array(told["found"])
            disk = bytes_under(folder / "lance" / f"{TABLE}.lance")
            disk += bytes_under(folder / "resident" / TABLE)
            yield [
                storage,
                round(disk / 1e6, 1),
                round(told["resident"] / 1e6, 1),
                round(told["grew"] / 1e6, 1),
                *(_recall(exact[:, :k], found[:, :k]) for k in (K, 1)),
                round(fastest[storage], 2),
                round(fastest[storage] / fastest[Storage.FLOAT32], 2),
            ]


def _fill(folder: Path, blocks: list[Vectors], storage: Storage) -> None:
    dimension = blocks[0].shape[1]
    collection = Collection.create(folder, space(dimension), storage=storage)
    stored, start = collection.tables.open(TABLE), 0
    for block in blocks:
        numbers = np.arange(start, start + len(block))
        column = vector_column(block, dimension, storage)
        content = [identifiers(numbers), ["text"] * len(block), column, pa.array(numbers)]
        stored.add(pa.table(content, schema=stored.schema))
        start += len(block)


def _searched(folder: Path) -> dict[str, Any]:
    """Search a collection, and tell what was found, how fast, and by how much the process grew."""
    queries = np.load(folder / "queries.npy")
    codes = quantise_rows(queries[:2])
    scan(*codes, quantise_query(queries[0].astype(np.float64), 1.0))  # which loads the compiler
    collection = Collection.open(folder)
    before = psutil.Process().memory_info().rss
    nearest = collection.nearest(TABLE)
    nearest.top(queries[0], K)
    found, times = [], []
    for query in queries:
        began = time.perf_counter()
        best = nearest.top(query, K)
        times.append(time.perf_counter() - began)
        found.append([int(id_[16:], 16) for id_ in nearest.ids_of(best.rows)])
    return {
        "found": found,
        "ms": float(np.median(times)) * 1e3,
        "resident": nearest.resident.resident_bytes,
        "grew": psutil.Process().memory_info().rss - before,
    }


def _contenders(queries: Vectors, items: Vectors) -> Iterator[tuple[object, ...]]:
    dimension = items.shape[1]
    exact = _best(queries @ items.T)
    reductions: list[tuple[str, int, Narrow]] = [("all of it", dimension, lambda rows: rows)]
    for part in SHORTER:
        kept = dimension // part
        reductions.append((f"the first 1/{part}", kept, _prefix(kept)))
        reductions.append((f"PCA to 1/{part}", kept, _components(items, kept)))
    for name, kept, narrow in reductions:
        asked, offered = narrow(queries), narrow(items)
        for storage in Storage:
            column = vector_column(offered, kept, storage)
            found = _best(asked @ unit_rows_of(column).T)
            shares = [_recall(exact[:, :k], found[:, :k]) for k in (K, 1)]
            yield f"{name}, {storage}", kept, column.nbytes // len(items), *shares


def _best(products: Rows) -> NDArray[np.int64]:
    """Return the K best columns (n, K) of each row, best first."""
    found: NDArray[np.int64] = np.argsort(-products, axis=1, kind="stable")[:, :K]
    return found


def _recall(exact: NDArray[np.int64], found: NDArray[np.int64]) -> float:
    return float((exact[:, :, None] == found[:, None, :]).any(axis=2).mean())


def _prefix(kept: int) -> Narrow:
    """Keep the first numbers, as models bear that were trained for it."""
    return lambda rows: unit_rows(rows[:, :kept])


def _components(items: Vectors, kept: int) -> Narrow:
    """Keep the strongest directions of the items; not centred, so that products stay cosines."""
    _, _, directions = np.linalg.svd(items, full_matrices=False)
    basis = np.ascontiguousarray(directions[:kept].T)
    return lambda rows: unit_rows(rows @ basis)


if __name__ == "__main__":
    main()
