"""Time tagging against what a store pays that keeps tags in the rows of the vectors.

python -m tests.benchmarks.tagging --n 1000000 --tagged 10000

Makes a collection of `n` items whose 384-d vectors and rows are drawn (`synthetic`) and added to
its Lance tables in batches of 50,000, past the writer, which would take items one by one. Ours is
what `embedcurate tag` does: a filter, its ids, `Writer.mark`, and the writer's end. The others
change a column of tags in a table that holds the same vectors, given the same ids and, where they
must hand in whole rows, the vectors from memory. Three times each, other items each time; each
contender has a process of its own.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.expr import col, lit

from embedcurate.collection import Collection, schema
from embedcurate.collection.files import bytes_under
from embedcurate.filters import Compare
from embedcurate.items import Modality
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.registry import load
from tests.benchmarks.report import Memory, contend, heading, table
from tests.benchmarks.search import filled, identifiers
from tests.benchmarks.synthetic import Clustered

Report: TypeAlias = dict[str, Any]

D = 384
RUNS = 3
BLOCK = 50_000


def store(folder: Path, n: int, tagged: int) -> None:
    """Write the collection, and beside it the table that keeps tags with vectors."""
    collection = Collection.create(folder / "collection", load("starter"))
    items = collection.tables.open("items")
    vectors = collection.tables.open(schema.vectors_table(SHARED))
    fields = vectors.schema.append(pa.field("label", pa.string()))
    fields = fields.append(pa.field("tags", pa.list_(pa.string())))
    joint = lancedb.connect(folder / "joint").create_table("vectors", schema=fields)
    start = 0
    for block in Clustered(n, D).blocks(BLOCK):
        numbers = np.arange(start, start + len(block))
        ids, kinds = identifiers(numbers), [str(Modality.IMAGE)] * len(block)
        # Spread over the whole table: `tagged` items for each of the runs.
        turns = (numbers % (n // tagged)).tolist()
        labels = [f"run{turn}" if turn < RUNS else "other" for turn in turns]
        flat = pa.FixedSizeListArray.from_arrays(pa.array(block.ravel()), D)
        rows = pa.table([ids, kinds, flat, pa.array(numbers)], schema=vectors.schema)
        vectors.add(rows)
        empty = pa.nulls(len(ids), fields.field("tags").type)
        joint.add(pa.table([*rows.columns, pa.array(labels), empty], schema=fields))
        done = ["ok"] * len(ids)
        items.add(
            filled(schema.ITEMS, id=ids, modality=kinds, outcome=done, path=ids, label=labels)
        )
        start += len(block)
    with collection.writer():
        pass  # its end indexes the keys and takes down checksums, as after any indexing


def marks(folder: Path, run: int) -> float:
    """Tag as `embedcurate tag` does."""
    began = time.perf_counter()
    _tag(Collection.open(folder / "collection"), run)
    return time.perf_counter() - began


def marks_again(folder: Path, run: int) -> float:
    """Tag as a program does that has the collection open and has filtered before."""
    collection = Collection.open(folder / "collection")
    collection.catalogue.column("label")
    began = time.perf_counter()
    _tag(collection, run)
    return time.perf_counter() - began


def _tag(collection: Collection, run: int) -> None:
    ids = collection.catalogue.ids_where(Compare("label", "=", f"run{run}"))
    with collection.writer() as writer:
        marked = writer.mark(ids, add=[f"chosen{time.monotonic_ns()}"])  # no tag they have
    assert marked == len(ids) > 0


def update(folder: Path, run: int) -> float:
    """Update the column of tags, by the same filter."""
    joint = _joint(folder)
    began = time.perf_counter()
    joint.update(where=f"label = 'run{run}'", values={"tags": ["chosen"]})
    return time.perf_counter() - began


def merge_insert(folder: Path, run: int) -> float:
    """Hand in the whole rows again."""
    joint = _joint(folder)
    rows = joint.search().where(col("label") == lit(f"run{run}")).to_arrow()
    tags = pa.array([["chosen"]] * len(rows), rows.schema.field("tags").type)
    rows = rows.set_column(rows.schema.get_field_index("tags"), rows.schema.field("tags"), tags)
    began = time.perf_counter()
    joint.merge_insert("id").when_matched_update_all().execute(rows)
    return time.perf_counter() - began


def rewrite(folder: Path, run: int) -> float:
    """Write the whole table anew."""
    joint = _joint(folder)

    def changed() -> Iterator[pa.RecordBatch]:
        for batch in joint.search().to_batches(BLOCK):
            tags = [
                ["chosen"] if label == f"run{run}" else None for label in batch["label"].to_pylist()
            ]
            place = batch.schema.get_field_index("tags")
            column = pa.array(tags, batch.schema.field("tags").type)
            yield batch.set_column(place, batch.schema.field("tags"), column)

    began = time.perf_counter()
    lancedb.connect(folder / "joint").create_table(
        "rewritten",
        pa.RecordBatchReader.from_batches(joint.schema, changed()),
        mode="overwrite",
    )
    return time.perf_counter() - began


CONTENDERS = {work.__name__: work for work in (marks, marks_again, update, merge_insert, rewrite)}


def _joint(folder: Path) -> Any:
    return lancedb.connect(folder / "joint").open_table("vectors")


def rows(folder: Path, tagged: int) -> Iterator[list[object]]:
    """Measure all contenders; yield the table's rows."""
    found = {name: contend(__spec__.name, "--run", name, str(folder)) for name in CONTENDERS}
    ours = float(np.median(found["marks"]["s"]))
    names = (
        "ours",
        "ours, the collection open already",
        "tags beside vectors, update",
        "tags beside vectors, merge_insert",
        "tags beside vectors, all rows anew",
    )
    for name, report in zip(names, found.values(), strict=True):
        s = report["s"]
        yield [
            name,
            tagged,
            float(np.median(s)),
            min(s),
            max(s),
            float(np.median(s)) / ours,
            report["written_mb"],
            report["mb"],
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--tagged", type=int, default=10_000)
    parser.add_argument("--run", nargs=2, metavar=("CONTENDER", "FOLDER"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        work, folder = CONTENDERS[asked.run[0]], Path(asked.run[1])
        before = bytes_under(folder)
        with Memory() as memory:
            spent = [work(folder, run) for run in range(RUNS)]
        written_mb = (bytes_under(folder) - before) / RUNS / 1e6
        sys.stdout.write(json.dumps({"s": spent, "mb": memory.own, "written_mb": written_mb}))
        return
    with tempfile.TemporaryDirectory(prefix="embedcurate-bench-") as name:
        store(Path(name), asked.n, asked.tagged)
        sys.stdout.write(heading(f"Tagging in a collection of {asked.n:,} items") + "\n\n")
        columns = (
            "",
            "tagged",
            "p50 s",
            "least s",
            "most s",
            "x ours",
            "MB more on disk",
            "MB of memory",
        )
        sys.stdout.write(table(columns, list(rows(Path(name), asked.tagged))) + "\n")


if __name__ == "__main__":
    main()
