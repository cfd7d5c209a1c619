"""How many of some items have which value: of words by code, of numbers by bin.

Codes and bins are made once a column and version; counting them takes O(rows) at each filter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = [
    "Bins",
    "Codes",
    "Counted",
    "bins_of",
    "codes_of",
    "folders",
    "folders_of",
    "with_those_below",
]

_BINS = 32
_MOST = 1000
_MOST_FOLDERS = 3000
_WIDE = 50.0
"""From this ratio of the greatest to the least number on, bins grow in steps of equal ratio."""

Counted = list[list[Any]]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Codes:
    """The value of each item as a code: (n,) int32 into `values`, -1 for none."""

    codes: NDArray[np.int32]
    values: Sequence[Any]

    def numbers(self, rows: Rows | None) -> NDArray[np.int64]:
        """Return how many of the rows (None: of all) have each value: (v,) int64."""
        codes = self.codes if rows is None else self.codes[rows]
        counts: NDArray[np.int64] = np.bincount(codes + 1, minlength=len(self.values) + 1)[1:]
        return counts

    def counts(self, rows: Rows | None = None, *, most: int = _MOST) -> Counted:
        """Return [value, count] of the values that occur, the most frequent first."""
        numbers = self.numbers(rows)
        order = np.argsort(-numbers, kind="stable")[:most].tolist()
        return [[self.values[code], int(numbers[code])] for code in order if numbers[code]]


@dataclass(frozen=True, slots=True)
class Bins:
    """The bin of each item: (n,) int8, -1 for none; edges : (b + 1,) float64."""

    bins: NDArray[np.int8]
    edges: NDArray[np.float64]

    def counts(self, rows: Rows | None = None) -> dict[str, list[float] | list[int]]:
        """Return {"edges", "counts"}: of the rows, in bins that are the same for every filter."""
        bins = self.bins if rows is None else self.bins[rows]
        some = max(len(self.edges) - 1, 0)
        counts = np.bincount(bins.astype(np.intp) + 1, minlength=some + 1)[1:]
        return {"edges": self.edges.tolist(), "counts": counts.tolist()}


def codes_of(column: pa.Array) -> Codes:
    """Return the codes of a column of strings or whole numbers."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes = pc.fill_null(column.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
    return Codes(codes, column.dictionary.to_pylist())


def bins_of(column: pa.Array) -> Bins:
    """Return the bins of a column of numbers.

    32 of them, of equal width, or of equal ratio where the numbers are positive and far apart.
    """
    numbers = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    known = np.isfinite(numbers)
    bins = np.full(len(numbers), -1, np.int8)
    if not known.any():
        return Bins(bins, np.zeros(0))
    low, high = float(numbers[known].min()), float(numbers[known].max())
    if low == high:
        edges = np.array([low, low + max(1.0, abs(low) * 1e-6)])
    elif low >= 0 and high > _WIDE * max(low, 1.0):
        edges = np.geomspace(max(low, 1.0), high, _BINS + 1)
        edges[0], edges[-1] = low, high
    else:
        edges = np.linspace(low, high, _BINS + 1)
    place = np.searchsorted(edges, numbers[known], side="right") - 1
    bins[known] = np.minimum(place, len(edges) - 2)
    return Bins(bins, edges)


def folders_of(paths: pa.Array, *, separator: str) -> Codes:
    """Return the folder of each path, without the separator at its end but for a root."""
    if not len(paths):
        return Codes(np.zeros(0, np.int32), [])
    parts = pc.split_pattern(paths, separator, max_splits=1, reverse=True)
    parents = pc.list_element(parts, 0).dictionary_encode()
    codes = codes_of(parents)
    return Codes(codes.codes, [value or separator for value in codes.values])


def folders(
    found: Codes, rows: Rows | None, *, separator: str, most: int = _MOST_FOLDERS
) -> Counted:
    """Return [folder, count] of the folders that have items in themselves, sorted.

    Where there are more than `most`, those below the depth at which there are fewer are counted
    for the folder that they lie in.
    """
    numbers = found.numbers(rows)
    counted = {
        str(found.values[code]): int(numbers[code]) for code in np.flatnonzero(numbers).tolist()
    }
    depth = max((folder.count(separator) for folder in counted), default=0)
    while len(counted) > most and depth > 1:
        depth -= 1
        merged: dict[str, int] = {}
        for folder, count in counted.items():
            upper = separator.join(folder.split(separator)[: depth + 1])
            merged[upper] = merged.get(upper, 0) + count
        counted = merged
    return [[folder, count] for folder, count in sorted(counted.items())]


def with_those_below(counted: Counted, separator: str) -> Counted:
    """Return [folder, count] of each folder and each one above, with all that lies below it."""
    totals: dict[str, int] = {}
    for folder, count in counted:
        parts = folder.split(separator)
        above = {separator.join(parts[:depth]) or separator for depth in range(1, len(parts) + 1)}
        for one in above:
            totals[one] = totals.get(one, 0) + count
    return [
        [folder, count]
        for folder, count in sorted(totals.items(), key=lambda one: (-one[1], one[0]))
    ]
