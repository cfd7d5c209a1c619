"""Time search against brute force in memory and LanceDB's flat scan, in one run.

python -m tests.benchmarks.search --n 10000 100000 1000000 --d 384

Prints a table for each size; writes nothing outside a temporary folder. Each contender runs in a
process of its own, one after the other, so that its memory is its own.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import lancedb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection import Collection, schema
from embedcurate.collection.nearest import Nearest
from embedcurate.collection.pool import ResidentPool
from embedcurate.collection.tables import Tables
from embedcurate.items import Modality
from embedcurate.search import Searcher
from embedcurate.spaces.encoder import SHARED, ImageEncoder, Pixels
from embedcurate.spaces.space import Space
from tests.benchmarks.synthetic import Clustered

K = 50
QUERIES = 100
CHECKED = 20
SHARES = (0.5, 0.1, 0.001)
TABLE = schema.vectors_table(SHARED)
MODALITIES = np.array([str(modality) for modality in Modality])

Query: TypeAlias = NDArray[np.float32]
Report: TypeAlias = dict[str, Any]


class Stored(ImageEncoder):
    """Stands for an encoder of `d` dimensions in a space whose vectors are all stored already."""

    fingerprint = "synthetic"
    size_px = 1

    def __init__(self, d: int) -> None:
        self.channels = {SHARED: d}

    def encode(self, batch: Sequence[Pixels]) -> dict[str, Query]:
        """Refuse: there is nothing that could be encoded."""
        raise RuntimeError("the vectors of this benchmark are made, not encoded")


def space(d: int) -> Space:
    """Return a space in which the items of the collection live."""
    return Space("synthetic", {modality: Stored(d) for modality in Modality})


def store(folder: Path, data: Clustered) -> None:
    """Fill a collection: one item in ten is tagged, one in two labelled, one in 1000 in a split."""
    collection = Collection.create(folder, space(data.d))
    vectors, items, marks = (collection.tables.open(name) for name in (TABLE, "items", "marks"))
    fields = vectors.schema
    start = 0
    for block in data.blocks():
        numbers = np.arange(start, start + len(block))
        ids, kinds = identifiers(numbers), MODALITIES[numbers % 3].tolist()
        flat = pa.FixedSizeListArray.from_arrays(pa.array(block.ravel()), data.d)
        vectors.add(pa.table([ids, kinds, flat, pa.array(numbers)], schema=fields))
        items.add(
            filled(
                schema.ITEMS,
                id=ids,
                path=ids,
                path_bytes=[id_.encode() for id_ in ids],
                modality=kinds,
                outcome=["ok"] * len(ids),
                format=["PNG"] * len(ids),
                size=numbers,
                mtime_ns=numbers,
                label=[None if number % 2 else "half" for number in numbers],
                split=[None if number % 1000 else "rare" for number in numbers],
            )
        )
        tagged = ids[::10]
        marks.add(filled(schema.MARKS, id=tagged, tags=[["tenth"]] * len(tagged)))
        start += len(block)
    with collection.writer():
        pass  # closing it indexes the keys


def identifiers(numbers: NDArray[np.int64]) -> list[str]:
    """Return 32 hex digits each, in an order that has nothing to do with the numbers'."""
    scrambled = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return [f"{high:016x}{low:016x}" for high, low in zip(scrambled, numbers, strict=True)]


def filled(fields: pa.Schema, **columns: list[Any]) -> pa.Table:
    """Return a table with the given columns and nulls in the others."""
    n = len(columns["id"])
    return pa.table(
        [pa.array(columns.get(field.name, [None] * n), field.type) for field in fields],
        schema=fields,
    )


def masks(n: int) -> dict[str, NDArray[np.bool_] | None]:
    """Return the masks that are measured, over the items in the order they were stored."""
    rng = np.random.default_rng(1)
    random = {f"filter {share:.1%}": rng.random(n) < share for share in SHARES}
    return {"unfiltered": None, **random}


def prepare(folder: Path, data: Clustered, queries: Query) -> Report:
    """Measure how long the first search of a collection prepares its copy."""
    began = time.perf_counter()
    ResidentPool(Tables(folder)).nearest(TABLE)
    return {"made_s": time.perf_counter() - began, "memory": memory()}


def ours(folder: Path, data: Clustered, queries: Query) -> Report:
    """Measure our search, unfiltered and under masks, and a filter that is new at each query."""
    began = time.perf_counter()
    tables = Tables(folder)
    nearest = ResidentPool(tables).nearest(TABLE)
    nearest.top(queries[0], K)
    report: Report = {"first_s": time.perf_counter() - began, "times": {}, "found": {}}
    numbers = numbers_of_rows(nearest)
    for name, mask in masks(data.n).items():
        over_rows = None if mask is None else mask[numbers]
        report["times"][f"ours, {name}"] = timed(
            lambda query, rows=over_rows: nearest.top(query, K, rows=rows), queries
        )
        found = [nearest.top(query, K, rows=over_rows) for query in queries[:CHECKED]]
        report["found"][name] = [numbers[neighbours.rows].tolist() for neighbours in found]
    report["memory"] = memory()  # before the filter below reads its tables
    report["resident"] = nearest.resident.resident_bytes
    return report


def whole_searches(folder: Path, data: Clustered, queries: Query) -> Report:
    """Measure searches from the text of the query to the hits with their items and marks' filters.

    Each filter is new to the process at its first search; `first` is that one's time.
    """
    collection = Collection.open(folder)
    searcher = Searcher(collection, space(data.d))
    rng = np.random.default_rng(2)
    ids = identifiers(rng.integers(0, data.n, 20))

    def find(id_: str, where: str) -> int:
        found = searcher.find(f"#{id_} {where}", k=K).hits
        assert len(found) == K or data.n < 1000 * K
        return len(found)

    report: Report = {"times": {}, "firsts": {}}
    for where in ("", "label:half", "tag:tenth", "split:rare"):
        row = f"whole search {where}".strip()
        began = time.perf_counter()
        find(ids[0], where)
        report["firsts"][row] = (time.perf_counter() - began) * 1e3
        report["times"][row] = timed(lambda id_, where=where: find(id_, where), ids)
    report["memory"] = memory()
    after = []
    for number, id_ in enumerate(ids[:5]):
        with collection.writer() as writer:
            writer.mark([id_], add=[f"new{number}"])
        began = time.perf_counter()
        find(id_, "tag:tenth")
        after.append((time.perf_counter() - began) * 1e3)
    report["times"]["whole search tag:tenth, after each tagging"] = after
    return report


def numpy_in_memory(folder: Path, data: Clustered, queries: Query) -> Report:
    """Measure `X @ q` and `argpartition` over an array, and what share of its answers we gave."""
    vectors = np.empty((data.n, data.d), np.float32)
    start = 0
    for block in data.blocks():
        vectors[start : start + len(block)] = block
        start += len(block)

    def top(query: Query, mask: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        products = vectors @ query
        if mask is not None:
            products[~mask] = -np.inf
        return np.argpartition(products, -K)[-K:]

    report: Report = {"times": {"numpy X @ q": timed(top, queries[:20])}, "memory": memory()}
    found = json.loads((folder / "found.json").read_text())
    report["recall"] = {
        f"ours, {name}": float(
            np.mean(
                [
                    len(set(top(query, mask).tolist()) & set(got)) / K
                    for query, got in zip(queries, found[name], strict=False)
                ]
            )
        )
        for name, mask in masks(data.n).items()
        if mask is None or mask.sum() >= K
    }
    return report


def lancedb_flat(folder: Path, data: Clustered, queries: Query) -> Report:
    """Measure LanceDB without an index."""
    table = lancedb.connect(folder / "lance").open_table(TABLE)

    def top(query: Query) -> pa.Table:
        search = table.search(query, vector_column_name="vector").distance_type("dot")
        return search.limit(K).select(["id", "_distance"]).to_arrow()

    few = queries[:5] if data.n > 200_000 else queries[:20]
    return {"times": {"LanceDB flat": timed(top, few)}, "memory": memory()}


def numbers_of_rows(nearest: Nearest) -> NDArray[np.int32]:
    """Return the number of the item in each row, in blocks so that little memory is used."""
    numbers = np.empty(len(nearest.resident), np.int32)
    for start in range(0, len(numbers), 10_000):
        rows = np.arange(start, min(start + 10_000, len(numbers)))
        numbers[rows] = [int(id_[16:], 16) for id_ in nearest.ids_of(rows)]
    return numbers


def timed(search: Callable[[Any], object], queries: Iterable[Any]) -> list[float]:
    """Return the milliseconds of each query, after one that warms up."""
    queries = list(queries)
    search(queries[0])
    spent = []
    for query in queries:
        began = time.perf_counter()
        search(query)
        spent.append((time.perf_counter() - began) * 1e3)
    return spent


def memory() -> dict[str, float]:
    """Return this process's memory in MB: its own, mapped files', and the most it ever had."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kb = dict(re.findall(r"(RssAnon|RssFile|VmHWM):\s+(\d+) kB", status))
    return {name: int(value) / 1024 for name, value in kb.items()}


CONTENDERS = {
    work.__name__: work for work in (prepare, ours, whole_searches, numpy_in_memory, lancedb_flat)
}


def measure(folder: Path, data: Clustered, contender: str) -> Report:
    """Run one contender in a process of its own."""
    program = [sys.executable, "-m", __spec__.name, "--run", contender, "--folder", str(folder)]
    size = ["--n", str(data.n), "--d", str(data.d)]
    done = subprocess.run([*program, *size], check=True, stdout=subprocess.PIPE)
    report: Report = json.loads(done.stdout)
    return report


def compare(n: int, d: int) -> None:
    """Measure all contenders at one size and print what they did."""
    data = Clustered(n, d)
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        folder = Path(name)
        store(folder, data)
        reports = {
            "prepare": measure(folder, data, "prepare"),
            "ours": measure(folder, data, "ours"),
            "whole_searches": measure(folder, data, "whole_searches"),
        }
        (folder / "found.json").write_text(json.dumps(reports["ours"]["found"]))
        for contender in ("numpy_in_memory", "lancedb_flat"):
            reports[contender] = measure(folder, data, contender)

    sys.stdout.write("\n".join([f"\n{n} x {d}, k = {K}", *lines(reports)]) + "\n")


def lines(reports: dict[str, Report]) -> Iterator[str]:
    """Yield the table of one size."""
    times = {row: ms for report in reports.values() for row, ms in report.get("times", {}).items()}
    p50 = {row: float(np.median(ms)) for row, ms in times.items()}
    recall = reports["numpy_in_memory"]["recall"]
    yield f"{'':42} {'p50 ms':>8} {'p99 ms':>8} {'recall':>7} {'x flat':>8} {'x numpy':>8}"
    for row, ms in times.items():
        right = f"{recall[row]:7.4f}" if row in recall else " " * 7
        flat, numpy = (p50[other] / p50[row] for other in ("LanceDB flat", "numpy X @ q"))
        p99 = np.percentile(ms, 99)
        yield f"{row:42} {p50[row]:8.2f} {p99:8.2f} {right} {flat:8.1f} {numpy:8.2f}"
    for row, ms in reports["whole_searches"]["firsts"].items():
        yield f"{row:42} {ms:8.0f} ms at first"
    for contender, report in reports.items():
        used = ", ".join(f"{what} {mb:.0f} MB" for what, mb in report["memory"].items())
        yield f"{contender:42} {used}"
    kept = f"{reports['ours']['resident'] / 1e6:.0f} MB resident"
    made, first = reports["prepare"]["made_s"], reports["ours"]["first_s"]
    yield f"copy made in {made:.1f} s, first search of a process {first:.2f} s, {kept}"
    yield f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--d", type=int, default=384)
    parser.add_argument("--run", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        data = Clustered(asked.n[0], asked.d)
        report = CONTENDERS[asked.run](asked.folder, data, data.queries(QUERIES))
        sys.stdout.write(json.dumps(report))
        return
    for n in asked.n:
        compare(n, asked.d)


if __name__ == "__main__":
    main()
