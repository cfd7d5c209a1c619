"""How far a map can be trusted: whether what lies together on it belongs together."""

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["trustworthiness"]

_MOST_ROWS = 2_000
_MOST_PAIRS = 50_000_000
_BLOCK = 128


def trustworthiness(
    vectors: Vectors,
    xy: NDArray[np.float32],
    *,
    n_neighbors: int = 15,
    progress: Progress = ignore,
) -> float | None:
    """Return the trustworthiness of a map in [0, 1] (Venna and Kaski 2001); chance is one half.

    vectors : (n, d) float32, unit rows; xy : (n, 2) float32

    Up to 2,000 evenly spaced rows are looked at, and all others as their neighbours; from 25,000
    rows on fewer, so that time stays bounded. None where there are no more than twice
    `n_neighbors` rows, for which it is not defined.
    """
    n, k = len(xy), n_neighbors
    if n <= 2 * k:
        return None
    count = max(min(_MOST_ROWS, n, _MOST_PAIRS // n), 1)
    rows = np.linspace(0, n - 1, count).astype(np.int64)
    squares = (xy.astype(np.float64) ** 2).sum(axis=1).astype(np.float32)
    intrusion = 0
    for start in range(0, count, _BLOCK):
        progress(start, count, "measuring how far the map can be trusted")
        block = rows[start : start + _BLOCK]
        own = np.arange(len(block)), block
        apart = squares - 2 * (xy[block] @ xy.T)
        apart[own] = np.inf
        near = np.argpartition(apart, k, axis=1)[:, :k]
        cosines = vectors[block] @ vectors.T
        cosines[own] = -np.inf
        theirs = np.take_along_axis(cosines, near, axis=1)
        for row, values in zip(cosines, theirs, strict=True):
            # The rank among the true neighbours: the nearest has rank 1.
            ranks = n - np.searchsorted(np.sort(row), values, side="right") + 1
            intrusion += int(np.maximum(ranks - k, 0).sum())
    return 1 - 2 * intrusion / (count * k * (2 * n - 3 * k - 1))
