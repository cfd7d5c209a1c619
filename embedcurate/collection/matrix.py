"""The vectors of many items as one array, for analyses."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection.nearest import Nearest
from embedcurate.spaces.encoder import Vectors

__all__ = ["Matrix", "gather"]

_IN_MEMORY = 512 << 20
"""Bytes up to which the array lies in memory; a larger one lies in a file that nobody sees."""

_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class Matrix:
    """The vectors of items in one channel, in the order of the items' ids.

    ids : (n,) 'S32'; rows : (n,) int64, the items' rows in the catalogue;
    vectors : (n, d) float32, unit rows
    """

    ids: NDArray[np.bytes_]
    rows: NDArray[np.int64]
    vectors: Vectors

    def __len__(self) -> int:
        return len(self.ids)


def gather(
    nearest: Nearest, ids: NDArray[np.bytes_], rows: NDArray[np.int64], scratch: Path
) -> Matrix:
    """Return the vectors of those of `ids` (sorted, at the catalogue's `rows`) that have one."""
    places = np.full(len(ids), -1, np.int64)
    resident = nearest.resident
    found = resident.places_in(ids)
    if resident.alive is not None:
        found = np.where(resident.alive, found, -1)
    there = np.flatnonzero(found >= 0)
    places[found[there]] = there
    kept = places >= 0
    places = places[kept]
    shape = (len(places), resident.dimension)
    vectors = np.empty(shape, np.float32)
    if vectors.nbytes > _IN_MEMORY:
        with tempfile.TemporaryFile(dir=scratch) as file:
            vectors = np.memmap(file, np.float32, "w+", shape=shape)
    for start in range(0, len(places), _AT_ONCE):
        vectors[start : start + _AT_ONCE] = resident.vectors(places[start : start + _AT_ONCE])
    return Matrix(ids[kept], rows[kept], vectors)
