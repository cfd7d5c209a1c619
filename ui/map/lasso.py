"""Which points lie inside a polygon that was drawn by hand."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["inside"]

_SIDE = 512
_FEW = 200_000  # comparisons of a point with an edge, which cost less than a raster


def inside(
    x: NDArray[np.float32], y: NDArray[np.float32], corners: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which points lie inside a polygon, by the even-odd rule: (n,) bool.

    x, y : (n,) float32; corners : (k, 2) float64, of which the last is joined to the first

    The polygon is drawn into a raster of 512 by 512 cells. Cells that no edge touches are wholly
    inside or outside; the points of the others are compared with every edge.
    """
    if len(x) * len(corners) <= _FEW:
        return _crossed(x.astype(np.float64), y.astype(np.float64), corners)
    low, high = corners.min(axis=0), corners.max(axis=0)
    scale = _SIDE / np.maximum(high - low, np.finfo(np.float32).tiny)
    raster = _raster((corners - low) * scale)
    column = (x - np.float32(low[0])) * np.float32(scale[0])
    row = (y - np.float32(low[1])) * np.float32(scale[1])
    # A frame of one cell around the raster is outside: there go all that lie beyond.
    np.clip(column, -1, _SIDE, out=column)
    np.clip(row, -1, _SIDE, out=row)
    column += 1
    row += 1
    place = row.astype(np.int64)
    place *= _SIDE + 2
    place += column.astype(np.int64)
    found = raster.ravel()[place]
    hits: NDArray[np.bool_] = found == _INSIDE
    unsure = np.flatnonzero(found == _EDGE)
    hits[unsure] = _crossed(x[unsure].astype(np.float64), y[unsure].astype(np.float64), corners)
    return hits


_INSIDE, _EDGE = 1, 2


def _raster(corners: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return the cells (514, 514) uint8: inside, outside (0), or near an edge."""
    ends = np.roll(corners, -1, axis=0)
    middles = np.arange(_SIDE) + 0.5
    low = np.minimum(corners[:, 1], ends[:, 1])[:, None]
    high = np.maximum(corners[:, 1], ends[:, 1])[:, None]
    edge, row = np.nonzero((low <= middles) & (middles < high))
    slope = (middles[row] - corners[edge, 1]) / (ends[edge, 1] - corners[edge, 1])
    across = corners[edge, 0] + slope * (ends[edge, 0] - corners[edge, 0])
    column = np.clip(np.ceil(across - 0.5), 0, _SIDE).astype(np.int64)
    width = _SIDE + 1
    crossings = np.bincount(row * width + column, minlength=_SIDE * width).reshape(_SIDE, width)
    cells = np.zeros((_SIDE + 2, _SIDE + 2), np.uint8)
    cells[1:-1, 1:-1] = np.cumsum(crossings, axis=1)[:, :-1] & 1
    steps = int(np.abs(ends - corners).max() * 2) + 2
    along = np.linspace(0, 1, steps)[:, None, None]
    touched = (corners + along * (ends - corners)).reshape(-1, 2).astype(np.int64) + 1
    edges = np.zeros_like(cells, np.bool_)
    edges[touched[:, 1], touched[:, 0]] = True
    for axis in (0, 1):
        edges |= np.roll(edges, 1, axis) | np.roll(edges, -1, axis)
    cells[edges] = _EDGE
    return cells


def _crossed(
    x: NDArray[np.float64], y: NDArray[np.float64], corners: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which points have an odd number of edges to their right."""
    odd = np.zeros(len(x), np.bool_)
    ends = np.roll(corners, -1, axis=0)
    for (x1, y1), (x2, y2) in zip(corners.tolist(), ends.tolist(), strict=True):
        if y1 != y2:
            between = (y1 > y) != (y2 > y)
            odd ^= between & (x < x1 + (y - y1) * ((x2 - x1) / (y2 - y1)))
    return odd
