"""The resident copy: a table's vectors laid out for searching, mapped from disk.

`COLLECTION/resident/<table>/` is a cache that may be deleted at any time:

    copy.json       the table's version, and which folders make up the copy of it
    base.<token>/   a part with most of the rows
    tail.<token>/   a part with the rows that came or changed since the base was written
    dead.<token>.npy  which rows of the base are gone or changed

Nothing but `copy.json` is ever written twice, and that by a rename: a process that has a copy
mapped is not disturbed, and one that dies leaves folders that nobody names and the next removes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection.resident_part import Listing, Part, Rows
from embedcurate.collection.storage import Stored, unit
from embedcurate.items import Modality

__all__ = ["SCANNED_FROM", "Resident"]

SCANNED_FROM = 20_000
"""Rows from which a scan of int8 codes beats the BLAS."""

Mask: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Resident:
    """The rows of one version of a table, numbered from 0: the base's, then the tail's.

    `dead` marks rows of the base that are gone; None if there are none. Row numbers mean
    something for this copy only.
    """

    base: Part
    tail: Part | None = None
    dead: Mask | None = None
    version: str = ""
    parts: tuple[tuple[int, Part], ...] = field(init=False)
    """The parts, each with the number of its first row."""

    def __post_init__(self) -> None:
        tail = () if self.tail is None else ((len(self.base), self.tail),)
        object.__setattr__(self, "parts", ((0, self.base), *tail))

    def __bool__(self) -> bool:
        return True  # a copy of an empty table is a copy

    def __len__(self) -> int:
        return len(self.base) + (0 if self.tail is None else len(self.tail))

    @property
    def dimension(self) -> int:
        """The length of the vectors."""
        return int(self.base.vectors.shape[1])

    @property
    def reach(self) -> float:
        """The largest norm of a row."""
        return max(part.reach for _, part in self.parts)

    @property
    def scannable(self) -> bool:
        """Whether the copy has int8 codes."""
        return self.base.codes is not None

    @property
    def small(self) -> bool:
        """Whether multiplying all rows is the fastest way."""
        return len(self) < SCANNED_FROM

    @property
    def resident_bytes(self) -> int:
        """The memory that answering queries keeps in use, mapped pages included."""
        if self.small:
            return len(self) * self.dimension * np.dtype(np.float32).itemsize
        codes = [(part.codes, part.scales, part.errors) for _, part in self.parts]
        return sum(array.nbytes for arrays in codes for array in arrays if array is not None)

    @cached_property
    def alive(self) -> Mask | None:
        """(n,) bool, the rows that are in the table; None if all are."""
        if self.dead is None:
            return None
        alive = np.ones(len(self), bool)
        alive[: len(self.base)] = ~self.dead
        return alive

    def kept(self, rows: Mask | None) -> Mask | None:
        """Return the rows of a mask (n,) that are in the table; None means all rows."""
        if rows is not None and rows.shape != (len(self),):
            raise ValueError(f"a mask over {len(self)} rows was expected, not {rows.shape}")
        if rows is None or self.alive is None:
            return self.alive if rows is None else rows
        return rows & self.alive

    def blocks(self, modality: Modality | None = None) -> list[tuple[int, int]]:
        """Return the runs of rows [start, stop) that hold a modality, or all rows."""
        if modality is None:
            return [(first, first + len(part)) for first, part in self.parts]
        found = [(first, part.blocks.get(modality, (0, 0))) for first, part in self.parts]
        return [(first + start, first + stop) for first, (start, stop) in found]

    def slice(self, start: int, stop: int) -> Floats:
        """Return the vectors of a run that lies in one block; of a small copy uncopied."""
        first, part = self._part_of(start)
        run = slice(start - first, stop - first)
        return self._units[first][run] if self.small else unit(part.vectors[run])

    def codes(self, start: int, stop: int) -> tuple[NDArray[np.int8], Floats, Floats]:
        """Return the codes, scales and errors of a run that lies in one block of a coded copy."""
        first, part = self._part_of(start)
        run = slice(start - first, stop - first)
        assert part.codes is not None
        assert part.scales is not None
        assert part.errors is not None
        return part.codes[run], part.scales[run], part.errors[run]

    def vectors(self, rows: Rows) -> Floats:
        """Return the vectors of some rows (m,): (m, d) float32."""
        gathered = np.empty((len(rows), self.dimension), np.float32)
        for inside, first, part, at in self._split(rows):
            gathered[inside] = self._units[first][at] if self.small else unit(part.vectors[at])
        self.release()
        return gathered

    def stored(self, rows: Rows) -> Stored:
        """Return the vectors of some rows (m,) as the table stores them: (m, d)."""
        gathered = np.empty((len(rows), self.dimension), self.base.vectors.dtype)
        for inside, _, part, at in self._split(rows):
            gathered[inside] = part.vectors[at]
        self.release()
        return gathered

    def release(self) -> None:
        """Give back the memory of vectors that were read; codes stay, and so does a small copy."""
        if not self.small:
            for _, part in self.parts:
                part.release()

    def raw_ids(self, rows: Rows) -> NDArray[np.bytes_]:
        """Return the ids of some rows as fixed-width bytes."""
        width = max(part.ids.dtype.itemsize for _, part in self.parts)
        gathered = np.empty(len(rows), f"S{width}")
        for inside, _, part, at in self._split(rows):
            gathered[inside] = part.ids[at]
        return gathered

    def ids_of(self, rows: Rows) -> list[str]:
        """Return the id of each row."""
        return [raw.decode() for raw in self.raw_ids(rows).tolist()]

    def row_of(self, ids: Sequence[str]) -> Rows:
        """Return the row of each id, -1 for ids that the table does not have: (m,) int64."""
        wanted = np.array([id_.encode() for id_ in ids], dtype=np.bytes_)
        rows = np.full(len(ids), -1, np.int64)
        if not len(ids):
            return rows
        for (first, part), order in zip(self.parts, self._orders, strict=True):
            if not len(part):
                continue
            places = np.searchsorted(part.ids, wanted, sorter=order).clip(max=len(part) - 1)
            at = order[places]
            there = part.ids[at] == wanted
            if first == 0 and self.dead is not None:
                there &= ~self.dead[at]
            rows[there] = at[there] + first
        return rows

    def places_in(self, ids: NDArray[np.bytes_]) -> Rows:
        """Return where in the sorted `ids` (m,) of items each row's item is, or -1: (n,) int64.

        Carries a mask over items to these rows. A segment counts as its item.
        """
        if not len(ids):
            return np.full(len(self), -1)
        # A segment's id is its item's and a suffix, which the narrower type cuts off.
        own = np.concatenate([part.ids for _, part in self.parts]).astype(ids.dtype)
        places = np.searchsorted(ids, own).clip(max=len(ids) - 1)
        return np.where(ids[places] == own, places, -1)

    def listing(self) -> Listing:
        """Return ids, modalities and checksums of all rows."""
        parts = [part for _, part in self.parts]
        return Listing(
            np.concatenate([part.ids for part in parts]),
            np.concatenate([part.modalities for part in parts]),
            np.concatenate([part.checksums for part in parts]),
        )

    @cached_property
    def _units(self) -> dict[int, Floats]:
        """The vectors of a small copy by the first row of their part: no query makes them anew."""
        return {first: unit(part.vectors) for first, part in self.parts}

    @cached_property
    def _orders(self) -> tuple[Rows, ...]:
        return tuple(np.argsort(part.ids, kind="stable") for _, part in self.parts)

    def _part_of(self, row: int) -> tuple[int, Part]:
        in_tail = row >= len(self.base) and self.tail is not None
        return self.parts[-1] if in_tail else self.parts[0]

    def _split(self, rows: Rows) -> list[tuple[Any, int, Part, Rows]]:
        if self.tail is None:
            return [(slice(None), 0, self.base, rows)]
        first = len(self.base)
        in_tail = rows >= first
        return [
            (~in_tail, 0, self.base, rows[~in_tail]),
            (in_tail, first, self.tail, rows[in_tail] - first),
        ]
