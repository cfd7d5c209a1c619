"""The points of a map, sorted into the cells of a grid, so that looking is quick where it is near.

A point is known by its place in that order.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .lasso import inside
from .viewport import Viewport

__all__ = ["Floats", "Places", "Points"]

Floats: TypeAlias = NDArray[np.float32]
Places: TypeAlias = NDArray[np.int64]

_SIDE = 256  # cells: their numbers just fit 16 bits, which numpy sorts by radix


class Points:
    """Points in the plane, and the rows of the items that they stand for.

    Attributes
    ----------
    x, y : (n,) float32, cell by cell
    rows : (n,) int64
    low, high : the corners of the least rectangle that has all points
    """

    def __init__(self, xy: ArrayLike, rows: ArrayLike) -> None:
        xy = np.asarray(xy, np.float32).reshape(-1, 2)
        finite = np.isfinite(xy).all(axis=1)
        rows = np.asarray(rows, np.int64)
        if not finite.all():
            xy, rows = xy[finite], rows[finite]
        low, high = (xy.min(axis=0), xy.max(axis=0)) if len(xy) else np.zeros((2, 2), np.float32)
        self.low = float(low[0]), float(low[1])
        self.high = float(high[0]), float(high[1])
        least = np.finfo(np.float32).tiny * _SIDE  # of less, the cells a unit are no float32
        span = np.where(high > low, np.maximum(high.astype(np.float64) - low, least), 1.0)
        self._cells_a_unit = (_SIDE - 0.001) / span
        cell = ((xy - low) * self._cells_a_unit.astype(np.float32)).astype(np.uint16)
        np.minimum(cell, _SIDE - 1, out=cell)
        key = cell[:, 1] * np.uint16(_SIDE) + cell[:, 0]
        order = np.argsort(key, kind="stable")
        self.x, self.y = xy[:, 0][order], xy[:, 1][order]
        self.rows: Places = rows[order]
        counts = np.bincount(key, minlength=_SIDE * _SIDE)
        self._starts = np.concatenate([[0], np.cumsum(counts)])

    def __len__(self) -> int:
        return len(self.x)

    def stretches(self, view: Viewport, more_px: float = 0.0) -> list[slice]:
        """Return slices that together have all points within `more_px` of what is seen.

        They have some more, which lie in the same cells.
        """
        more = more_px / view.scale
        return self._between(
            (view.left - more, view.bottom - more), (view.right + more, view.top + more)
        )

    def _between(self, low: tuple[float, float], high: tuple[float, float]) -> list[slice]:
        if not len(self) or any(
            first > other or last < this
            for first, last, this, other in zip(low, high, self.low, self.high, strict=True)
        ):
            return []
        (left, right), (bottom, top) = (self._cells(axis, low[axis], high[axis]) for axis in (0, 1))
        if (left, right) == (0, _SIDE - 1):
            return [slice(self._starts[bottom * _SIDE], self._starts[(top + 1) * _SIDE])]
        rows = np.arange(bottom, top + 1) * _SIDE
        starts, ends = self._starts[rows + left].tolist(), self._starts[rows + right + 1].tolist()
        return [slice(*pair) for pair in zip(starts, ends, strict=True) if pair[0] < pair[1]]

    def _cells(self, axis: int, low: float, high: float) -> tuple[int, int]:
        """Return the first and last cell on an axis; one more, as float32 rounds."""
        first, last = (
            int(min(max((edge - self.low[axis]) * self._cells_a_unit[axis], 0), _SIDE - 1))
            for edge in (low, high)
        )
        return max(first - 1, 0), min(last + 1, _SIDE - 1)

    def seen(self, view: Viewport, more_px: float = 0.0) -> Places:
        """Return the points that are seen, or lie no farther than `more_px` beyond."""
        places = _places(self.stretches(view, more_px))
        x, y = self.x[places], self.y[places]
        more = more_px / view.scale
        seen = (x >= view.left - more) & (x <= view.right + more)
        seen &= (y >= view.bottom - more) & (y <= view.top + more)
        return places[seen]

    def nearest(
        self, view: Viewport, px: float, py: float, within_px: float, among: NDArray[np.bool_]
    ) -> int:
        """Return the point nearest to a pixel and no farther than `within_px`; -1 if none is.

        among : (n,) bool, the points that count
        """
        x, y = view.place(px, py)
        reach = within_px / view.scale
        places = _places(self._between((x - reach, y - reach), (x + reach, y + reach)))
        places = places[among[places]]
        if not len(places):
            return -1
        apart = (self.x[places] - np.float32(x)) ** 2 + (self.y[places] - np.float32(y)) ** 2
        best = int(np.argmin(apart))
        return int(places[best]) if apart[best] <= reach * reach else -1

    def within(self, polygon: ArrayLike) -> Places:
        """Return the points inside a polygon (k, 2), by the even-odd rule, in their order."""
        corners = np.asarray(polygon, np.float64).reshape(-1, 2)
        if len(corners) < 3:
            return np.empty(0, np.int64)
        low, high = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        stretches = self._between((low[0], low[1]), (high[0], high[1]))
        if not stretches:
            return np.empty(0, np.int64)
        x, y = (np.concatenate([side[one] for one in stretches]) for side in (self.x, self.y))
        return _places(stretches)[inside(x, y, corners)]

    def box(self, places: Places) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the corners of the least rectangle around points, of which there is one."""
        x, y = self.x[places], self.y[places]
        return (float(x.min()), float(y.min())), (float(x.max()), float(y.max()))


def _places(stretches: list[slice]) -> Places:
    if not stretches:
        return np.empty(0, np.int64)
    return np.concatenate([np.arange(one.start, one.stop) for one in stretches])
