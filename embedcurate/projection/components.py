"""The two directions in which vectors differ most: a map at once."""

import numpy as np
from numpy.typing import NDArray

from embedcurate.spaces.encoder import Vectors

__all__ = ["principal_components"]

_ROWS = 50_000  # from which the directions are found: those of more rows are the same
_AT_ONCE = 65_536


def principal_components(vectors: Vectors, n_components: int = 2) -> NDArray[np.float32]:
    """Project rows on their principal components (Pearson 1901): (n, n_components) float32.

    vectors : (n, d) float32

    Of more than 50,000 rows, evenly spaced ones say which directions these are. The largest weight
    of each component is positive. Columns beyond d or the rank are zero.
    """
    from scipy.linalg import eigh

    n, d = vectors.shape
    xy = np.zeros((n, n_components), np.float32)
    taken = min(n_components, d)
    if n < 2 or not taken:
        return xy
    seen = np.asarray(vectors[:: -(-n // _ROWS)])
    mean = seen.mean(axis=0)
    centred = seen - mean
    covariance = (centred.T @ centred).astype(np.float64)
    axes = eigh(covariance, subset_by_index=(d - taken, d - 1))[1][:, ::-1]
    heaviest = np.abs(axes).argmax(axis=0)
    axes = (axes * np.sign(axes[heaviest, np.arange(taken)])).astype(np.float32)
    for start in range(0, n, _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        xy[rows, :taken] = (vectors[rows] - mean) @ axes
    return xy
