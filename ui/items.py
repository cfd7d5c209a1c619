"""The columns of a collection's items, mapped from a file, and their marks."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["MODALITIES", "PICKS", "Items", "Marked", "Rows"]

Rows = NDArray[np.int64]
MODALITIES = ("image", "text", "audio")
PICKS = ("", "pick", "reject")
_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Marked:
    """Marks of some rows: of all of them pick and stars, of those that changed tags and notes."""

    rows: Rows
    pick: NDArray[np.int8]
    stars: NDArray[np.int8]
    tags: dict[int, tuple[str, ...]]
    notes: dict[int, str]


class Items:
    """The items in the order of their ids, and their marks.

    Attributes
    ----------
    ids : (n,) 'S32', sorted
    modality : (n,) uint8, codes into `MODALITIES`
    pick : (n,) int8, codes into `PICKS`
    stars : (n,) int8
    tags : row -> tags, of the rows that have any
    notes : row -> note, of the rows that have one
    """

    def __init__(self, table: pa.Table, marks: pa.Table | None = None) -> None:
        self._table = table
        ids = table["id"].combine_chunks().cast(pa.binary()).cast(pa.binary(_ID_LENGTH))
        self.ids: NDArray[np.bytes_] = (
            np.frombuffer(ids.buffers()[1], f"S{_ID_LENGTH}", len(ids), ids.offset * _ID_LENGTH)
            if len(ids)
            else np.empty(0, f"S{_ID_LENGTH}")
        )
        kinds = table["modality"].combine_chunks().dictionary_encode()
        code_of = np.array(
            [MODALITIES.index(kind) for kind in kinds.dictionary.to_pylist()], np.uint8
        )
        self.modality: NDArray[np.uint8] = (
            code_of[kinds.indices.to_numpy()] if len(kinds) else np.empty(0, np.uint8)
        )
        self._unmark()
        self.read_marks(marks)

    @classmethod
    def none(cls) -> "Items":
        """Return the items of no collection."""
        text = pa.array([], pa.string())
        return cls(pa.table({"id": text, "modality": text, "path": text}))

    @classmethod
    def mapped(cls, items: Path, marks: Path) -> "Items":
        """Map the two files that the worker's verb `browse` writes."""
        return cls(_mapped(items), _mapped(marks))

    def read_marks(self, marks: "pa.Table | Path | None") -> Rows:
        """Replace all marks; return the rows whose marks are others now."""
        before, told = (self.pick, self.stars), (self.tags, self.notes)
        self._unmark()
        if marks is not None:
            table = _mapped(marks) if isinstance(marks, Path) else marks
            rows = table["row"].to_numpy()
            self.pick[rows] = table["pick"].to_numpy()
            self.stars[rows] = table["stars"].to_numpy()
            tagged = table.filter(pc.greater(pc.list_value_length(table["tags"]), 0))
            for row, tags in zip(
                *(tagged[name].to_pylist() for name in ("row", "tags")), strict=True
            ):
                self.tags[row] = tuple(tags)
            noted = table.filter(pc.greater(pc.binary_length(table["note"]), 0))
            for row, note in zip(
                *(noted[name].to_pylist() for name in ("row", "note")), strict=True
            ):
                self.notes[row] = note
        changed = np.zeros(len(self), np.bool_)
        for old, new in zip(before, (self.pick, self.stars), strict=True):
            changed |= old != new
        changed[_differing(told[0], self.tags)] = True
        changed[_differing(told[1], self.notes)] = True
        return np.flatnonzero(changed)

    def _unmark(self) -> None:
        self.pick = np.zeros(len(self), np.int8)
        self.stars = np.zeros(len(self), np.int8)
        self.tags: dict[int, tuple[str, ...]] = {}
        self.notes: dict[int, str] = {}

    def mark(
        self,
        rows: Rows,
        *,
        pick: str | None = None,
        stars: int | None = None,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        note: str | None = None,
    ) -> "Marked":
        """Mark rows, and return how they were marked before."""
        before = Marked(
            rows,
            self.pick[rows],
            self.stars[rows],
            {row: self.tags.get(row, ()) for row in rows.tolist()} if add or remove else {},
            {row: self.notes.get(row, "") for row in rows.tolist()} if note is not None else {},
        )
        if pick is not None:
            self.pick[rows] = PICKS.index(pick)
        if stars is not None:
            self.stars[rows] = stars
        for row, tags in before.tags.items():
            left = (tag for tag in tags if tag not in remove)
            _put(self.tags, row, tuple(dict.fromkeys((*left, *add))))
        for row in before.notes:
            _put(self.notes, row, note)
        return before

    def take_back(self, before: "Marked") -> None:
        """Mark rows as they were marked before."""
        self.pick[before.rows], self.stars[before.rows] = before.pick, before.stars
        for row, tags in before.tags.items():
            _put(self.tags, row, tags)
        for row, note in before.notes.items():
            _put(self.notes, row, note)

    def __len__(self) -> int:
        return len(self._table)

    def column(self, name: str) -> pa.ChunkedArray:
        """Return a column; raises `KeyError` for a name that no column has."""
        return self._table[name]

    def value(self, name: str, row: int) -> Any:
        """Return one value of a column, None where it is absent."""
        return self._table[name][row].as_py()

    def path(self, row: int) -> Path:
        """Return the file's path, of any bytes."""
        return Path(os.fsdecode(self._table["path_bytes"][row].as_py()))

    def name(self, row: int) -> str:
        """Return the file's name as it is shown."""
        shown: str = self._table["path"][row].as_py()
        return shown.replace("\\", "/").rsplit("/", 1)[-1]

    def id_of(self, row: int) -> str:
        """Return the id of the item at a row."""
        found: str = self.ids[row].decode()
        return found

    def ids_of(self, rows: Iterable[int]) -> list[str]:
        """Return the ids of the items at these rows."""
        found: list[str] = self.ids[np.fromiter(rows, np.int64)].astype(str).tolist()
        return found

    def rows_of(self, ids: "Sequence[str] | pa.Array | pa.ChunkedArray | NDArray[Any]") -> Rows:
        """Return the row of each id, -1 where there is none: (len(ids),) int64."""
        if isinstance(ids, pa.Array | pa.ChunkedArray):
            ids = ids.to_numpy()
        wanted = np.asarray(ids).astype(f"S{_ID_LENGTH}") if len(ids) else np.empty(0, "S32")
        if not len(self) or not len(wanted):
            return np.full(len(wanted), -1, np.int64)
        found = np.minimum(np.searchsorted(self.ids, wanted), len(self) - 1)
        return np.where(self.ids[found] == wanted, found, -1).astype(np.int64)


def _differing(was: Mapping[int, Any], now: Mapping[int, Any]) -> list[int]:
    return [row for row in was.keys() | now.keys() if was.get(row) != now.get(row)]


def _put(marks: dict[int, Any], row: int, value: Any) -> None:
    if value:
        marks[row] = value
    else:
        marks.pop(row, None)


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
