"""Thumbnails in place of points: which of them find room."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

__all__ = ["with_room"]


def with_room(
    x_px: NDArray[np.float32], y_px: NDArray[np.float32], size_px: float
) -> NDArray[np.int64]:
    """Return which of the points, of which the first come first, take a square without overlap.

    x_px, y_px : (n,) float32, the squares' middles
    """
    taken: defaultdict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    chosen = []
    columns, rows = (np.floor(side / size_px).astype(np.int64).tolist() for side in (x_px, y_px))
    places = zip(x_px.tolist(), y_px.tolist(), columns, rows, strict=True)
    for at, (x, y, column, row) in enumerate(places):
        near = (
            other
            for across in (-1, 0, 1)
            for down in (-1, 0, 1)
            for other in taken.get((column + across, row + down), ())
        )
        if all(abs(x - ox) >= size_px or abs(y - oy) >= size_px for ox, oy in near):
            taken[column, row].append((x, y))
            chosen.append(at)
    return np.array(chosen, np.int64)
