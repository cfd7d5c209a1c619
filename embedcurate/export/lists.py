"""Write lists of items: CSV, JSON lines, Parquet, or bare paths."""

import csv
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from embedcurate.collection import Collection, Marks
from embedcurate.errors import ExportError, TargetExists
from embedcurate.export.formats import ListFormat, format_of
from embedcurate.filters import All, Filter, Is
from embedcurate.items import Item
from embedcurate.progress import Progress, ignore

__all__ = ["export_list"]

_AT_ONCE = 10_000

Row = dict[str, Any]


def export_list(
    collection: Collection,
    out: Path,
    *,
    format: ListFormat | None = None,  # noqa: A002 - as the command line has it
    where: Filter = All(),  # noqa: B008 - frozen
    overwrite: bool = False,
    progress: Progress = ignore,
) -> int:
    """Write the `ok` items that `where` matches to `out`, in the order of their paths.

    Returns how many they are. The file appears whole or not at all. Paths come back byte for byte
    from JSON lines, CSV and text, whatever their encoding; Parquet has them as bytes as well.

    Raises
    ------
    TargetExists
        If `out` exists and `overwrite` is false.
    ExportError
        If `out` can't be written, or a path has a line break that a text list can't hold.
    """
    kind = format or format_of(out)
    if out.exists() and not overwrite:
        raise TargetExists(out)
    catalogue = collection.catalogue
    catalogue.refresh()
    ids = catalogue.ids_where(All((where, Is("ok"))))
    rows = sorted(_rows(collection, ids, progress), key=_by_path)
    fresh = out.with_name(f".{out.name}.{os.getpid()}.new")
    try:
        _WRITERS[kind](fresh, rows)
        fresh.replace(out)
    except OSError as error:
        raise ExportError(f"'{out}' can't be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):  # where it could not be made, it can't be removed either
            fresh.unlink()
    return len(rows)


def _rows(collection: Collection, ids: list[str], progress: Progress) -> Iterable[Row]:
    for start in range(0, len(ids), _AT_ONCE):
        progress(start, len(ids), "reading items")
        some = ids[start : start + _AT_ONCE]
        marks = collection.marks(some)
        for item in collection.items(some):
            yield _row(item, marks[item.id])


def _row(item: Item, marks: Marks) -> Row:
    return {
        "id": item.id,
        "path": str(item.path),
        "row": item.row,
        "modality": str(item.modality),
        "content": item.content,
        "size": item.size,
        **asdict(item.facts),
        "caption": item.caption,
        "label": item.label,
        "split": item.split,
        "pick": marks.pick,
        "stars": marks.stars,
        "tags": sorted(marks.tags),
        "user_note": marks.note,
    }


def _by_path(row: Row) -> tuple[bytes, int]:
    return os.fsencode(row["path"]), row["row"] or 0


def _write_csv(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        names = list(rows[0]) if rows else ["id", "path"]
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows({**row, "tags": ",".join(row["tags"])} for row in rows)


def _write_jsonl(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="ascii") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def _write_parquet(path: Path, rows: list[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet

    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("id", "path")),
            ("path_bytes", pa.binary()),
            ("row", pa.int64()),
            *((name, pa.string()) for name in ("modality", "content")),
            ("size", pa.int64()),
            ("format", pa.string()),
            *((name, pa.int64()) for name in ("width_px", "height_px")),
            ("duration_s", pa.float64()),
            *((name, pa.int64()) for name in ("rate_hz", "channels", "characters")),
            *((name, pa.string()) for name in ("note", "caption", "label", "split", "pick")),
            ("stars", pa.int8()),
            ("tags", pa.list_(pa.string())),
            ("user_note", pa.string()),
        ]
    )
    encoded = [
        {
            **row,
            "path": os.fsencode(row["path"]).decode("utf-8", "replace"),
            "path_bytes": os.fsencode(row["path"]),
        }
        for row in rows
    ]
    pyarrow.parquet.write_table(pa.Table.from_pylist(encoded, schema=schema), path)


def _write_txt(path: Path, rows: list[Row]) -> None:
    names = list(dict.fromkeys(os.fsencode(row["path"]) for row in rows))
    broken = [name for name in names if b"\n" in name or b"\r" in name]
    if broken:
        raise ExportError(
            f"The name {os.fsdecode(broken[0])!r} has a line break, which a list of one path a "
            "line can't hold. Export as jsonl, csv or parquet."
        )
    path.write_bytes(b"".join(name + b"\n" for name in names))


_WRITERS: Mapping[ListFormat, Callable[[Path, list[Row]], None]] = {
    ListFormat.CSV: _write_csv,
    ListFormat.JSONL: _write_jsonl,
    ListFormat.PARQUET: _write_parquet,
    ListFormat.TXT: _write_txt,
}
