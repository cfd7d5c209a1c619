"""The nearest of many: a running list of the best for each row, filled product by product."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.neighbours.compiled import Rows, in_shares, kernel, read_only
from embedcurate.progress import Progress
from embedcurate.spaces.encoder import Vectors

__all__ = ["improved", "merge", "nearest_among"]

_CELLS = 64
_AT_ONCE = 65_536


def nearest_among(points: Vectors, others: Vectors, k: int) -> NDArray[np.int32]:
    """Return the rows of the `k` largest products of each point with `others`: (n, k) int32.

    The largest comes first, and of equal ones the first row.
    """
    indices = np.full((len(points), k), -1, np.int32)
    best = np.full((len(points), k), -np.inf, np.float32)
    places = np.arange(len(points), dtype=np.int32)
    names = np.arange(len(others), dtype=np.int32)
    merge(points @ others.T, places, np.full_like(places, -1), names, indices, best)
    return indices


def merge(
    products: NDArray[np.float32],
    places: Rows,
    rows: Rows,
    names: Rows,
    indices: NDArray[np.int32],
    best: NDArray[np.float32],
) -> None:
    """Put into lists of the best what is better than their last, in place.

    products : (m, n) of the rows `rows` (m,) with the rows `names` (n,), none of which is listed;
        a row is not listed as near itself
    indices, best : the lists, (all, k), descending; those at `places` (m,) are for these products
    """
    loop = kernel(_merge)
    in_shares(
        len(products),
        lambda first, last: loop(products, places, rows, names, indices, best, first, last),
    )


def improved(
    vectors: Vectors,
    indices: NDArray[np.int32],
    best: NDArray[np.float32],
    known: NDArray[np.bool_],
    progress: Progress,
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.bool_]]:
    """Compare each row with the neighbours of its neighbours; return better lists.

    vectors : (n, d) float32; indices, best : the lists (n, k), descending, -1 where one is short
    known : (n, k), the entries that were there before the last time. What both ways to a row are
        known of has been compared with it
    """
    n, k = indices.shape
    back = np.full((n, k), -1, np.int32)
    back_best = np.full((n, k), -np.inf, np.float32)
    back_known = np.zeros((n, k), np.bool_)
    kernel(_turned)(indices, best, known, back, back_best, back_known)
    both, both_known = np.hstack([indices, back]), np.hstack([known, back_known])
    better, better_best, old = indices.copy(), best.copy(), np.ones((n, k), np.bool_)
    loop, plain = kernel(_explored, reorder=True), read_only(vectors)

    def explore(first: int, last: int) -> None:
        loop(plain, both, both_known, better, better_best, old, start + first, start + last)

    for start in range(0, n, _AT_ONCE):
        progress(start, n, "improving neighbours")
        in_shares(min(_AT_ONCE, n - start), explore)
    return better, better_best, old


def _merge(
    products: Any,
    places: Any,
    rows: Any,
    names: Any,
    indices: Any,
    best: Any,
    first: Any,
    last: Any,
) -> None:
    width, k = products.shape[1], indices.shape[1]
    for i in range(first, last):
        place = places[i]
        for start in range(0, width, _CELLS):
            stop = min(width, start + _CELLS)
            worst = best[place, k - 1]
            # Counted without a branch, so that the compiler can take many cells at once.
            better = np.int32(0)
            for column in range(start, stop):
                better += np.int32(products[i, column] > worst)
            if not better:
                continue
            for column in range(start, stop):
                value, name = products[i, column], names[column]
                if not value > best[place, k - 1] or name == rows[i]:
                    continue
                at = k - 1
                while at > 0 and value > best[place, at - 1]:
                    best[place, at] = best[place, at - 1]
                    indices[place, at] = indices[place, at - 1]
                    at -= 1
                best[place, at] = value
                indices[place, at] = name


def _turned(
    indices: Any, best: Any, known: Any, back: Any, back_best: Any, back_known: Any
) -> None:
    """List for each row the rows that list it, as many of the nearest as fit."""
    n, k = indices.shape
    for row in range(n):
        for place in range(k):
            name, value = indices[row, place], best[row, place]
            if name < 0 or not value > back_best[name, k - 1]:
                continue
            at = k - 1
            while at > 0 and value > back_best[name, at - 1]:
                back_best[name, at] = back_best[name, at - 1]
                back[name, at] = back[name, at - 1]
                back_known[name, at] = back_known[name, at - 1]
                at -= 1
            back_best[name, at] = value
            back[name, at] = row
            back_known[name, at] = known[row, place]


def _explored(
    vectors: Any, both: Any, known: Any, indices: Any, best: Any, old: Any, first: Any, last: Any
) -> None:
    n, d = vectors.shape
    k = indices.shape[1]
    seen = np.full(n, -1, np.int32)
    for row in range(first, last):
        seen[row] = row
        for place in range(k):
            if indices[row, place] >= 0:
                seen[indices[row, place]] = row
        for way in range(both.shape[1]):
            middle = both[row, way]
            if middle < 0:
                continue
            for further in range(-1, both.shape[1]):
                name = middle if further < 0 else both[middle, further]
                if name < 0 or seen[name] == row:
                    continue
                if further >= 0 and known[row, way] and known[middle, further]:
                    continue
                seen[name] = row
                value = np.float32(0)
                for j in range(d):
                    value += vectors[row, j] * vectors[name, j]
                if not value > best[row, k - 1]:
                    continue
                at = k - 1
                while at > 0 and value > best[row, at - 1]:
                    best[row, at] = best[row, at - 1]
                    indices[row, at] = indices[row, at - 1]
                    old[row, at] = old[row, at - 1]
                    at -= 1
                best[row, at] = value
                indices[row, at] = name
                old[row, at] = False
