"""The items and their marks as Arrow files that another process maps.

Rows are the items in the order of their ids, as in the catalogue. `items-<version>.arrow` lies in
`COLLECTION/browsing/`, a cache that may be deleted at any time, or where that can't be written in
the folder given. Its columns:

    id          fixed_size_binary[32], the hex digits
    and `COLUMNS`, as in the table of the items; those of few values as dictionaries
"""

import secrets
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embedcurate.browsing.marked import Marked
from embedcurate.collection.catalogue import Catalogue

__all__ = ["COLUMNS", "MARK_COLUMNS", "PICKS", "items_file", "marks_file"]

PICKS = ("", "pick", "reject")

COLUMNS = (
    "modality", "path", "path_bytes", "row", "content", "size", "mtime_ns", "outcome", "reason",
    "format", "width_px", "height_px", "duration_s", "characters", "caption", "label", "split",
)  # fmt: skip

MARK_COLUMNS = pa.schema(
    [
        pa.field("row", pa.int32()),
        pa.field("pick", pa.int8()),  # an index into `PICKS`
        pa.field("stars", pa.int8()),
        pa.field("tags", pa.list_(pa.string())),
        pa.field("note", pa.string()),
    ]
)

_FOLDER = "browsing"
_FORMAT = 1  # of the file with the items; another one is written anew
_KEPT = 2


def items_file(catalogue: Catalogue, collection: Path, into: Path, version: str) -> Path:
    """Return the file with the items of a catalogue, written if it is not there yet.

    From then on the catalogue reads its columns from that file.
    """
    name = f"items-{version}.{_FORMAT}.arrow"
    for folder in (collection / _FOLDER, into):
        table = _mapped(folder / name, catalogue)
        if table is not None:
            catalogue.hold(table.select(COLUMNS))
            return folder / name
    written = _items(catalogue)
    try:
        path = _written(written, collection / _FOLDER / name)
    except OSError:  # read-only, or full: the folder given has to do
        path = _written(written, into / name)
    _forget(path.parent, "items-*.arrow", _KEPT)
    del written
    pa.default_memory_pool().release_unused()
    table = _mapped(path, catalogue)
    if table is not None:
        catalogue.hold(table.select(COLUMNS))
    return path


def marks_file(marked: Marked, into: Path, version: str) -> Path:
    """Return the file with the rows that have marks, and these; as `MARK_COLUMNS` says."""
    path = into / f"marks-{version}.arrow"
    if not path.exists():
        columns = [marked.rows.astype(np.int32), marked.picks, marked.stars]
        table = pa.table([*columns, marked.tags, marked.notes], schema=MARK_COLUMNS)
        _written(table, path)
        _forget(into, "marks-*.arrow", _KEPT)
    return path


def _items(catalogue: Catalogue) -> pa.Table:
    ids = pa.Array.from_buffers(
        pa.binary(32), len(catalogue), [None, pa.py_buffer(np.ascontiguousarray(catalogue.ids))]
    )
    columns = catalogue.read([name for name in COLUMNS if name != "path_bytes"])
    paths = _whole(columns["path"])
    exact = paths.cast(pa.binary())
    if pc.any(pc.match_substring(paths, "\ufffd")).as_py():  # what can't be decoded is shown so
        exact = catalogue.read(["path_bytes"])["path_bytes"]
    named = {name: exact if name == "path_bytes" else columns[name] for name in COLUMNS}
    return pa.table({"id": ids, **named})


def _mapped(path: Path, catalogue: Catalogue) -> pa.Table | None:
    """Return the table in a file if it is whole and of exactly the catalogue's items."""
    try:
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_file(source).read_all()
    except (OSError, pa.ArrowInvalid):
        return None
    if table.column_names != ["id", *COLUMNS] or len(table) != len(catalogue):
        return None
    ids = np.frombuffer(_whole(table["id"]).buffers()[1] or b"", "S32", len(table))
    return table if np.array_equal(ids, catalogue.ids) else None


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _written(table: pa.Table, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with pa.OSFile(str(fresh), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def _forget(folder: Path, pattern: str, kept: int) -> None:
    """Delete all files but the newest few; one that is in use stays where the system says so."""
    files = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for old in files[kept:]:
        try:
            old.unlink(missing_ok=True)
        except PermissionError:  # Windows keeps what a process has mapped
            continue
