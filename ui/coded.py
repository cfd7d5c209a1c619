"""A value for each of many rows, of which many have the same."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Coded"]

_T = TypeVar("_T", bound=Hashable)
_Codes = NDArray[np.int32]


class Coded(Mapping[int, _T], Generic[_T]):
    """The rows that have a value, as row -> value; `empty` is what the others have.

    What is done with many rows takes the time of their distinct values, but for whole arrays.

    Attributes
    ----------
    codes : (n,) int32, of each row its place in `distinct`; to be read only
    distinct : the values that there are, `empty` first
    """

    def __init__(self, empty: _T, codes: _Codes, values: Sequence[_T] = ()) -> None:
        self.distinct = [empty]
        self._code_of = {empty: 0}
        self.codes = self._coded(values)[codes] if len(values) else np.zeros(len(codes), np.int32)

    def __getitem__(self, row: int) -> _T:
        if code := self.codes[row]:
            found: _T = self.distinct[code]
            return found
        raise KeyError(row)

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.codes).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self.codes))

    def counts(self, rows: NDArray[np.int64] | None = None) -> dict[_T, int]:
        """Return how many of the rows, by default of all, have each value, `empty` among them."""
        counted = np.bincount(self.codes if rows is None else self.codes[rows])
        return {self.distinct[at]: int(counted[at]) for at in np.flatnonzero(counted).tolist()}

    def at(self, rows: NDArray[np.int64]) -> "Coded[_T]":
        """Return the values of some rows, in their order."""
        codes = self.codes[rows]
        used = np.flatnonzero(np.bincount(codes))
        place = np.zeros(len(self.distinct), np.int32)
        place[used] = np.arange(len(used), dtype=np.int32)
        distinct = [self.distinct[code] for code in used.tolist()]
        return Coded(self.distinct[0], place[codes], distinct)

    def put(self, rows: NDArray[np.int64], others: "Coded[_T]") -> None:
        """Give rows other values, in their order."""
        self.codes[rows] = self._coded(others.distinct)[others.codes]

    def copy(self) -> "Coded[_T]":
        """Return the same values, which stay as they are when these change."""
        return self.mapped(lambda value: value)

    def mapped(self, change: Callable[[_T], _T]) -> "Coded[_T]":
        """Return what `change` makes of each value."""
        return Coded(self.distinct[0], self.codes, [change(value) for value in self.distinct])

    def differs(self, other: "Coded[_T]") -> NDArray[np.bool_]:
        """Tell of which rows another one has another value: (n,) bool."""
        place = np.array([other._code_of.get(value, -1) for value in self.distinct], np.int32)
        found: NDArray[np.bool_] = place[self.codes] != other.codes
        return found

    def _coded(self, values: Sequence[_T]) -> _Codes:
        """Return the code of each value, with new ones for those that are new."""
        for value in values:
            if value not in self._code_of:
                self._code_of[value] = len(self.distinct)
                self.distinct.append(value)
        return np.array([self._code_of[value] for value in values], np.int32)
