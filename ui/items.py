"""The columns of a collection's items, mapped from a file, and their marks."""

import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .coded import Coded

__all__ = ["MODALITIES", "PICKS", "Items", "Marked", "Rows", "Tags", "mapped", "tag_counts"]

Rows = NDArray[np.int64]
Tags = Coded[tuple[str, ...]]
MODALITIES = ("image", "text", "audio")
PICKS = ("", "pick", "reject")
_ID_LENGTH = 32
_BETWEEN = "\x1f"

_T = TypeVar("_T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Marked:
    """Marks of some rows, in their order."""

    rows: Rows
    pick: NDArray[np.int8]
    stars: NDArray[np.int8]
    tags: Tags
    notes: Coded[str]


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
        self.ids = _fixed_width(table["id"])
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

    def read_marks(self, marks: "pa.Table | Path | None") -> Rows:
        """Replace all marks; return the rows whose marks are others now."""
        before = self.pick, self.stars, self.tags, self.notes
        self._unmark()
        if marks is not None:
            table = mapped(marks) if isinstance(marks, Path) else marks
            rows = table["row"].to_numpy()
            self.pick[rows] = table["pick"].to_numpy()
            self.stars[rows] = table["stars"].to_numpy()
            tags = pc.binary_join(table["tags"].cast(pa.list_(pa.string())), _BETWEEN)
            self.tags.put(rows, _coded((), tags, lambda text: tuple(text.split(_BETWEEN))))
            self.notes.put(rows, _coded("", table["note"], str))
        changed = before[0] != self.pick
        changed |= before[1] != self.stars
        changed |= before[2].differs(self.tags)
        changed |= before[3].differs(self.notes)
        return np.flatnonzero(changed)

    def _unmark(self) -> None:
        n = len(self)
        self.pick, self.stars = np.zeros(n, np.int8), np.zeros(n, np.int8)
        none = np.zeros(n, np.int32)
        self.tags: Tags = Coded((), none)
        self.notes: Coded[str] = Coded("", none)

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
        tags, notes = self.tags.at(rows), self.notes.at(rows)
        before = Marked(rows, self.pick[rows], self.stars[rows], tags, notes)
        if pick is not None:
            self.pick[rows] = PICKS.index(pick)
        if stars is not None:
            self.stars[rows] = stars
        if add or remove:
            self.tags.put(rows, tags.mapped(lambda had: _changed(had, add, remove)))
        if note is not None:
            self.notes.put(rows, notes.mapped(lambda _: note))
        return before

    def take_back(self, before: "Marked") -> None:
        """Mark rows as they were marked before."""
        self.pick[before.rows], self.stars[before.rows] = before.pick, before.stars
        self.tags.put(before.rows, before.tags)
        self.notes.put(before.rows, before.notes)

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
            wanted = _fixed_width(ids)
        else:
            wanted = np.asarray(ids, f"S{_ID_LENGTH}")
        if not len(self) or not len(wanted):
            return np.full(len(wanted), -1, np.int64)
        found = np.minimum(np.searchsorted(self.ids, wanted), len(self) - 1)
        return np.where(self.ids[found] == wanted, found, -1).astype(np.int64)


def _fixed_width(ids: "pa.Array | pa.ChunkedArray") -> NDArray[np.bytes_]:
    """Return ids as (n,) 'S32', without a Python object for each."""
    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    if not len(whole):
        return np.empty(0, f"S{_ID_LENGTH}")
    if not pa.types.is_fixed_size_binary(whole.type):
        whole = whole.cast(pa.binary()).cast(pa.binary(_ID_LENGTH))
    start = whole.offset * _ID_LENGTH
    return np.frombuffer(whole.buffers()[1], f"S{_ID_LENGTH}", len(whole), start)


def tag_counts(tags: Tags, rows: Rows | None = None) -> Counter[str]:
    """Return how many of the rows, by default of all, have each tag."""
    found: Counter[str] = Counter()
    for together, count in tags.counts(rows).items():
        for tag in together:
            found[tag] += count
    return found


def _changed(had: tuple[str, ...], add: Sequence[str], remove: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(tag for tag in had if tag not in remove), *add)))


def _coded(empty: _T, column: pa.ChunkedArray, read: Callable[[str], _T]) -> Coded[_T]:
    """Return the values that texts stand for; an empty text stands for `empty`."""
    texts = pc.fill_null(column, "").combine_chunks().dictionary_encode()
    values = [read(text) if text else empty for text in texts.dictionary.to_pylist()]
    return Coded(empty, texts.indices.to_numpy(), values)


def mapped(path: Path) -> pa.Table:
    """Map one of the two files that the worker's verb `browse` writes."""
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()
