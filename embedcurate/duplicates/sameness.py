"""Media that are equal in one way, so many perhaps that their pairs can't all be listed."""

import hashlib
from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

from embedcurate.fingerprints.buckets import ascending
from embedcurate.spaces.encoder import Vectors

__all__ = ["LARGE", "classes_of", "digests", "expanded", "large_only"]

LARGE = 16
"""Equal media up to which all their pairs are listed; of more, the first stands for all."""

_BLOCK = 4096

Rows = NDArray[np.int64]


def classes_of(keys: Iterable[Hashable | None]) -> Rows:
    """Return for each key the place of the first equal one: (n,) int64. None equals nothing."""
    first: dict[Hashable, int] = {}
    return np.array(
        [place if key is None else first.setdefault(key, place) for place, key in enumerate(keys)],
        np.int64,
    )


def digests(vectors: Vectors, rows: Rows) -> list[bytes]:
    """Return a hash of the bytes of each of the rows."""
    found = []
    for start in range(0, len(rows), _BLOCK):
        block = np.ascontiguousarray(vectors[rows[start : start + _BLOCK]])
        found += [hashlib.blake2b(memoryview(row), digest_size=16).digest() for row in block]
    return found


def large_only(classes: Rows) -> Rows:
    """Return the classes of more than `LARGE`; each other place is its own class."""
    sizes = np.bincount(classes, minlength=len(classes))
    return np.where(sizes[classes] > LARGE, classes, np.arange(len(classes)))


def expanded(left: Rows, right: Rows, classes: Rows) -> Rows:
    """Give what is equal the same pairs, and a pair with each other.

    Of a class of more than `LARGE` only the first has pairs. Returns the pairs i < j, each once, as
    i * n + j, ascending: (m,) int64.
    """
    n = len(classes)
    sizes = np.bincount(classes, minlength=n)
    counts = np.where(sizes > LARGE, 1, sizes)
    several = np.flatnonzero(counts > 1)
    one, other = classes[left], classes[right]
    codes = np.minimum(one, other) * n + np.maximum(one, other)
    codes = ascending(np.concatenate([codes[one != other], several * n + several]))
    one, other = codes // max(n, 1), codes % max(n, 1)

    members = np.argsort(classes, kind="stable")
    starts = np.cumsum(sizes) - sizes
    times = counts[one] * counts[other]
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    width = np.repeat(counts[other], times)
    first = members[np.repeat(starts[one], times) + within // width]
    second = members[np.repeat(starts[other], times) + within % width]
    left, right = np.minimum(first, second), np.maximum(first, second)
    return ascending((left * n + right)[left < right])
