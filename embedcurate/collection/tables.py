"""The Lance tables of a collection: opened, read and kept out of trouble."""

import os
import re
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embedcurate.errors import (
    CollectionDamaged,
    CollectionReadOnly,
    DiskFull,
    HardLinksUnsupported,
)

__all__ = ["Lance", "Tables", "newest_manifest", "translated"]

Lance: TypeAlias = Any
"""An open `lancedb.table.LanceTable`; Any because importing lancedb costs two seconds."""

_Result = TypeVar("_Result")
_MANIFEST = re.compile(r"\d{20}\.manifest")
_FEW = 10_000
_TAKEN_AT_ONCE = 100_000
_TRIES = 4

_FULL = ("no space left on device", "disk quota exceeded", "file too large", "os error 28")
_READ_ONLY = ("read-only file system", "permission denied", "os error 30", "os error 13")
_NO_LINKS = ("operation not permitted", "operation not supported", "os error 1)", "os error 95")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what LanceDB and the disk raise while working on the collection at `path` into ours.

    LanceDB raises bare `RuntimeError`, `OSError` and `ValueError`; only their text tells a full
    disk from a damaged file.
    """
    try:
        yield
    except (RuntimeError, OSError, ValueError, pa.ArrowException) as error:
        text = str(error).lower()
        if any(phrase in text for phrase in _FULL):
            raise DiskFull(path) from error
        if any(phrase in text for phrase in _READ_ONLY):
            raise CollectionReadOnly(path) from error
        if any(phrase in text for phrase in _NO_LINKS):
            raise HardLinksUnsupported(path) from error
        if not _is_of_lance(error):
            raise
        raise CollectionDamaged(path, _first_words(str(error))) from error
    except BaseException as error:
        # A panic of LanceDB's Rust code derives from BaseException and can't be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise CollectionDamaged(path, _first_words(str(error))) from error


def _is_of_lance(error: Exception) -> bool:
    """Tell an error of the store's from a mistake in our own code: by who raised it."""
    if isinstance(error, pa.ArrowException):
        return True
    if isinstance(error, OSError):
        return error.errno is None  # Python's own errors about files carry a number
    frames = list(traceback.walk_tb(error.__traceback__))
    return bool(frames) and frames[-1][0].f_globals["__name__"].partition(".")[0] == "lancedb"


def _first_words(text: str) -> str:
    """Return the part of a Lance error that a user can read: no source positions, one line."""
    line = text.strip().splitlines()[0] if text.strip() else "a table can't be read"
    line = re.sub(r",? ?/\S*(rustc|registry)/\S+", "", line)
    return line[:300].rstrip(" .,")


def newest_manifest(table: Path) -> Path | None:
    """Return the manifest of a table's newest version; None if it has none."""
    # Lance names a manifest after 2**64 - 1 - version, so the newest sorts first.
    try:
        names = [entry.name for entry in os.scandir(table / "_versions")]
    except FileNotFoundError:
        return None
    manifests = [name for name in names if _MANIFEST.fullmatch(name)]
    return table / "_versions" / min(manifests) if manifests else None


class Tables:
    """The tables under `COLLECTION/lance`.

    Every call opens the newest version anew (0.4 ms), so that a reader sees what a writer has
    committed, and sees one version from beginning to end.
    """

    def __init__(self, collection: Path) -> None:
        # LanceDB's logger writes warnings about its own internals to standard error.
        os.environ.setdefault("LANCEDB_LOG", "error")
        import lancedb

        self.collection = collection
        self.folder = collection / "lance"
        with translated(collection):
            self._connection: Any = lancedb.connect(self.folder)

    def names(self) -> list[str]:
        """Return the names of the tables that are there."""
        return sorted(entry.stem for entry in self.folder.glob("*.lance") if entry.is_dir())

    def create(self, name: str, schema: pa.Schema) -> Lance:
        """Create an empty table; one that is there already stays as it is."""
        with translated(self.collection):
            return self._connection.create_table(name, schema=schema, exist_ok=True)

    def drop(self, name: str) -> None:
        """Delete a table and its rows."""
        with translated(self.collection):
            self._connection.drop_table(name, ignore_missing=True)

    def open(self, name: str) -> Lance:
        """Open the newest version of a table."""
        with translated(self.collection):
            return self._connection.open_table(name)

    def version(self, name: str) -> str:
        """Return a text that differs whenever the table's content may differ."""
        newest = newest_manifest(self.folder / f"{name}.lance")
        if newest is None:
            return "none"
        return f"{2**64 - 1 - int(newest.stem)}.{newest.stat().st_mtime_ns:x}"

    def read(self, name: str, work: Callable[[Lance], _Result]) -> _Result:
        """Return `work(table)` on the newest version.

        A compaction in another process may remove the version being read; the work is then done
        again on the version that took its place.
        """
        for attempt in range(_TRIES):
            before = self.version(name)
            try:
                with translated(self.collection):
                    return work(self._connection.open_table(name))
            except CollectionDamaged:
                if attempt == _TRIES - 1 or self.version(name) == before:
                    raise
                time.sleep(0.02 * 2**attempt)
        raise AssertionError("the last try returns or raises")

    def count(self, name: str) -> int:
        """Return the number of rows of a table."""
        return self.read(name, lambda table: int(table.count_rows()))

    def columns(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Read whole columns of a table."""
        return self.read(name, lambda table: table.search().select(list(columns)).to_arrow())

    def rows(
        self, name: str, ids: Sequence[str], columns: Sequence[str], *, key: str = "id"
    ) -> pa.Table:
        """Read the rows whose `key` is one of `ids`, in the table's order."""
        wanted = list(dict.fromkeys([key, *columns]))

        def work(table: Lance) -> pa.Table:
            if len(ids) <= _FEW:
                return _where_in(table, key, ids).select(wanted).to_arrow()
            return _taken(table, key, ids, wanted)

        return self.read(name, work).select(list(columns))

    def aligned(self, name: str, ids: Sequence[str], columns: Sequence[str]) -> pa.Table:
        """Read one row an id, in the order of `ids`; nulls for ids that are not there."""
        found = self.rows(name, ids, list(dict.fromkeys(["id", *columns])))
        places = pc.index_in(pa.array(ids, pa.string()), value_set=found["id"])
        return found.select(list(columns)).take(places)


def _where_in(table: Lance, key: str, ids: Sequence[str]) -> Any:
    from lancedb.expr import col

    return table.search().where(col(key).isin(ids))


def _taken(table: Lance, key: str, ids: Sequence[str], columns: Sequence[str]) -> pa.Table:
    """Read many rows by a scan of the key: LanceDB's own `isin` takes 2 s for 100,000 ids."""
    keys = table.search().select([key]).with_row_id(True).to_arrow()
    mask = pc.is_in(keys[key], value_set=pa.array(ids, pa.string()))
    places = keys["_rowid"].filter(mask).to_numpy()
    parts = [
        table.take_row_ids(part.tolist()).select(list(columns)).to_arrow()
        for part in np.array_split(places, max(1, -(-len(places) // _TAKEN_AT_ONCE)))
    ]
    return pa.concat_tables(parts)
