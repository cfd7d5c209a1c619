"""Lists of items: CSV, JSON lines, Parquet, or bare paths."""

import csv
import json
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from embedcurate.errors import ExportError
from embedcurate.export.job import Entry, Job
from embedcurate.formats import Format
from embedcurate.spaces.encoder import Channel

__all__ = ["write_list"]

_AT_ONCE = 5_000
# OWASP's list of what makes a spreadsheet take a cell for a formula, full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001

Row: TypeAlias = dict[str, Any]


def write_list(
    job: Job, path: Path, kind: Format, *, spreadsheet_safe: bool, channels: Sequence[Channel]
) -> None:
    """Write the items of a job to `path`."""
    if kind is Format.TXT:
        _write_txt(path, job)
    elif kind is Format.PARQUET:
        _write_parquet(path, job, channels)
    elif kind is Format.JSONL:
        with path.open("x", encoding="ascii") as file:
            file.writelines(json.dumps(row) + "\n" for row in _rows(job))
    else:
        _write_csv(path, job, _guarded if spreadsheet_safe else str)


def _rows(job: Job) -> Iterator[Row]:
    figures = job.chosen.figures()
    for entry in job.entries():
        yield _row(entry, figures)
        job.done(entry)


def _row(entry: Entry, figures: Sequence[str]) -> Row:
    item, facts, marks = entry.item, entry.item.facts, entry.marks
    return {
        "id": item.id,
        "path": str(item.path),
        "row": item.row,
        "modality": str(item.modality),
        "content": item.content,
        "size": item.size,
        "format": facts.format,
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "duration_s": facts.duration_s,
        "rate_hz": facts.rate_hz,
        "channels": facts.channels,
        "characters": facts.characters,
        "note": facts.note,
        "language": facts.language,
        **{name: facts.figures.get(name) for name in figures},
        "caption": item.caption,
        "label": item.label,
        "split": entry.split,
        "pick": marks.pick,
        "stars": marks.stars,
        "tags": sorted(marks.tags),
        "user_note": marks.note,
    }


def _schema(figures: Sequence[str], channels: Sequence[Channel]) -> pa.Schema:
    columns = {
        **dict.fromkeys(("id", "path"), pa.string()),
        "path_bytes": pa.binary(),
        "row": pa.int64(),
        **dict.fromkeys(("modality", "content"), pa.string()),
        "size": pa.int64(),
        "format": pa.string(),
        **dict.fromkeys(("width_px", "height_px"), pa.int64()),
        "duration_s": pa.float64(),
        **dict.fromkeys(("rate_hz", "channels", "characters"), pa.int64()),
        **dict.fromkeys(("note", "language"), pa.string()),
        **dict.fromkeys(figures, pa.float32()),
        **dict.fromkeys(("caption", "label", "split", "pick"), pa.string()),
        "stars": pa.int8(),
        "tags": pa.list_(pa.string()),
        "user_note": pa.string(),
        **{f"vector_{one.name}": pa.list_(pa.float32(), one.dimension) for one in channels},
    }
    return pa.schema(list(columns.items()))


def _write_csv(path: Path, job: Job, cell: Callable[[str], str]) -> None:
    figures = job.chosen.figures()
    names = _schema(figures, ()).names
    names.remove("path_bytes")
    with path.open("x", encoding="utf-8", errors="surrogateescape", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in _rows(job):
            row["tags"] = ",".join(row["tags"])
            writer.writerow(
                {
                    name: cell(value) if isinstance(value, str) else value
                    for name, value in row.items()
                }
            )


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _write_parquet(path: Path, job: Job, channels: Sequence[Channel]) -> None:
    import pyarrow.parquet

    schema = _schema(job.chosen.figures(), channels)
    rows = _rows(job)
    with path.open("xb") as file, pyarrow.parquet.ParquetWriter(file, schema) as writer:
        while some := list(islice(rows, _AT_ONCE)):
            for row in some:
                row["path_bytes"] = os.fsencode(row["path"])
                row["path"] = row["path_bytes"].decode("utf-8", "replace")
            table = pa.Table.from_pylist(some, schema=schema)
            for channel in channels:
                place = schema.names.index(f"vector_{channel.name}")
                column = _vectors(job, some, channel)
                table = table.set_column(place, schema.field(place), column)
            writer.write_table(table)


def _vectors(job: Job, rows: Sequence[Row], channel: Channel) -> pa.Array:
    """Return the rows' vectors as Arrow holds them, null for items that have none."""
    has = np.array([row["modality"] in channel.modalities for row in rows])
    ids = [row["id"] for row in rows if row["modality"] in channel.modalities]
    values = np.zeros((len(rows), channel.dimension), np.float32)
    values[has] = job.chosen.collection.vectors(ids, channel.name)
    return pa.FixedSizeListArray.from_arrays(values.ravel(), channel.dimension, mask=pa.array(~has))


def _write_txt(path: Path, job: Job) -> None:
    tables: set[bytes] = set()
    with path.open("xb") as file:
        for entry in job.entries():
            name = os.fsencode(entry.item.path)
            if b"\n" in name or b"\r" in name:
                raise ExportError(
                    f"The name {os.fsdecode(name)!r} has a line break, which a list of one path a "
                    "line can't hold. Export as jsonl, csv or parquet."
                )
            if name not in tables:
                file.write(name + b"\n")
            if entry.item.row is not None:  # all rows of a table are one path
                tables.add(name)
            job.done(entry)
