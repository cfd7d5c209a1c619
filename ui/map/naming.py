"""Clusters on the map: where the name of each belongs, and in which colour neighbours differ."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .points import Floats, Points

__all__ = ["Anchor", "anchors", "colours_apart"]

_SIDE = 64
_REACH = 2
_ROW = _SIDE + 2 * _REACH  # the cells beyond the edges are empty, so that rows don't run together


@dataclass(frozen=True, slots=True)
class Anchor:
    """The name of a cluster, and the place of the plane that it is written over."""

    text: str
    x: float
    y: float
    size: int
    cluster: int


def anchors(
    points: Points, numbers: NDArray[np.int32], names: list[str], labels: list[int]
) -> list[Anchor]:
    """Place the name of each cluster where it is densest, the largest cluster first.

    Of places as dense, the one nearest to the cluster's middle.

    numbers : (n,) int32, for each point the index of its cluster; -1 for none
    """
    inside = np.flatnonzero(numbers >= 0)
    if not len(inside):
        return []
    number, x, y = numbers[inside].astype(np.int64), points.x[inside], points.y[inside]
    row = _axis(y, points.low[1], points.high[1])
    column = _axis(x, points.low[0], points.high[0])
    key = (number * _ROW + row) * _ROW + column
    cells, which, counts = np.unique(key, return_inverse=True, return_counts=True)
    middles = _means(which, x, y, len(cells))
    sizes = np.bincount(number, minlength=len(names))
    of = cells // (_ROW * _ROW)
    away = np.hypot(*(middles - _means(number, x, y, len(names))[:, of]))
    order = np.lexsort((away, -_around(cells, counts), of))
    found = [
        Anchor(
            names[of[best]],
            float(middles[0, best]),
            float(middles[1, best]),
            int(sizes[of[best]]),
            labels[of[best]],
        )
        for best in order[np.unique(of[order], return_index=True)[1]].tolist()
    ]
    return sorted(found, key=lambda one: (-one.size, one.cluster))


def _means(which: NDArray[np.int64], x: Floats, y: Floats, count: int) -> NDArray[np.float64]:
    """Return the mean places (2, count) of points by what they belong to."""
    sums = [np.bincount(which, weights=side, minlength=count) for side in (x, y)]
    return np.stack(sums) / np.maximum(np.bincount(which, minlength=count), 1)


def _around(cells: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many points of its cluster lie in the five by five cells around each cell."""
    padded = np.append(counts, 0)
    total = np.zeros_like(counts)
    for down in range(-_REACH, _REACH + 1):
        for across in range(-_REACH, _REACH + 1):
            other = cells + down * _ROW + across
            place = np.searchsorted(cells, other)
            there = np.append(cells, -1)[place] == other
            total += np.where(there, padded[place], 0)
    return total


def _axis(values: Floats, low: float, high: float) -> NDArray[np.int64]:
    scale = (_SIDE - 0.001) / (high - low) if high > low else 0.0
    return np.asarray((values.astype(np.float64) - low) * scale, np.int64) + _REACH


def colours_apart(places: NDArray[np.float64], count: int) -> NDArray[np.uint8]:
    """Give each place a colour, 1 to `count`, so that equal ones lie far apart: (n,) uint8.

    places : (n, 2), the most important first

    Greedy: the first `count` get a colour each; of those after, each gets the colour whose nearest
    place is farthest away.
    """
    given = np.zeros(len(places), np.uint8)
    for at in range(len(places)):
        if at < count:
            given[at] = at + 1
            continue
        apart = ((places[:at] - places[at]) ** 2).sum(axis=1)
        nearest = np.full(count + 1, np.inf)
        np.minimum.at(nearest, given[:at], apart)
        given[at] = 1 + int(np.argmax(nearest[1:]))
    return given
