"""Short vectors whose products bound those of long ones from above.

Of a row x, P x is what the first principal directions hold and r what is left. By the
Cauchy-Schwarz inequality,

    x.y = Px.Py + (x - Px).(y - Py)  <=  Px.Py + |x - Px| |y - Py|

which is one product of the vectors (Px, r): the bound that lower-dimensional search has rested on
since GEMINI (Faloutsos, Ranganathan and Manolopoulos 1994), tightened by the norm of the rest.
"""

import numpy as np
from numpy.typing import NDArray

from embedcurate.spaces.encoder import Vectors

__all__ = ["margin", "reduced"]

_FITTED_ON = 20_000
_BLOCK = 16_384


def reduced(vectors: Vectors, rows: NDArray[np.int32], width: int, *, random_state: int) -> Vectors:
    """Return the (m, width) float32 vectors of `rows`, whose products bound those of the rows.

    The directions are those of the largest second moment of a sample, about the origin and not
    the mean: products are to be kept. A product of two reduced rows is at least that of the rows
    less `margin`.
    """
    d = vectors.shape[1]
    sample = np.random.default_rng(random_state).permutation(rows)[:_FITTED_ON]
    few = vectors[np.sort(sample)]
    basis = np.linalg.eigh((few.T @ few).astype(np.float64))[1][:, : d - width : -1]
    basis = np.ascontiguousarray(basis, np.float32)
    found = np.empty((len(rows), width), np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = vectors[rows[start : start + _BLOCK]]
        into = found[start : start + _BLOCK]
        np.matmul(block, basis, out=into[:, :-1])
        rest = np.einsum("ij,ij->i", block, block, dtype=np.float64)
        rest -= np.einsum("ij,ij->i", into[:, :-1], into[:, :-1], dtype=np.float64)
        into[:, -1] = np.sqrt(np.maximum(rest, 0) + margin(d) ** 2)
    return found


def margin(d: int) -> float:
    """Return more than what rounding may take from a product of two unit rows of `d`."""
    return 4 * d * float(np.finfo(np.float32).eps)
