"""Unit rows for the tests of neighbours, and what comparing all rows says of them."""

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.synthetic import Clustered


def clustered(n: int, d: int, *, random_state: int = 0) -> NDArray[np.float32]:
    """Return clusters and noise in which every tenth row is a near copy of the row before."""
    rows = np.concatenate(list(Clustered(n, d, n_clusters=20, random_state=random_state).blocks()))
    copies = np.arange(9, n, 10)
    drawn = np.random.default_rng(random_state).standard_normal((len(copies), d))
    rows[copies] = rows[copies - 1] + drawn * 0.15 / d**0.5
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def cosines(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return all cosines in float64."""
    exact = rows.astype(np.float64)
    exact /= np.maximum(np.linalg.norm(exact, axis=1, keepdims=True), 1e-300)
    return exact @ exact.T
