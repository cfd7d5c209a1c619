"""Rows of any length to the unit rows that an encoder returns."""

import numpy as np
from numpy.typing import NDArray

from embedcurate.spaces.encoder import Vectors

__all__ = ["unit_rows"]


def unit_rows(rows: NDArray[np.floating]) -> Vectors:
    """Return `rows` (n, d) as float32 rows of length 1.

    A row of zeros has no direction; it gets equal components, so that what a model knows nothing of
    has a vector all the same, and the same one each time.
    """
    dimension = rows.shape[1]
    norms = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    nothing = norms == 0
    unit = np.where(nothing, dimension**-0.5, rows / np.where(nothing, 1, norms))
    return unit.astype(np.float32)
