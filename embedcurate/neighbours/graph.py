"""Each row's nearest rows: exactly by blocked products while that is cheap."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["Graph", "nearest_neighbours"]

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Graph:
    """The nearest other rows of each row, nearest first.

    indices : (n, k) int32, -1 where there are fewer than k other rows
    cosines : (n, k) float32, descending; -1 where there are fewer
    recall : the share of the true neighbours that are there; 1.0 if the graph is exact, else
        measured on a sample of the rows
    """

    indices: NDArray[np.int32]
    cosines: NDArray[np.float32]
    recall: float = 1.0

    @property
    def distances(self) -> NDArray[np.float32]:
        """The Euclidean distances of the unit rows: (n, k) float32, ascending."""
        return np.sqrt(np.maximum(2 - 2 * self.cosines, 0), dtype=np.float32)


def nearest_neighbours(
    vectors: Vectors, n_neighbors: int = 15, *, random_state: int = 0, progress: Progress = ignore
) -> Graph:
    """Find each row's `n_neighbors` nearest other rows by cosine.

    vectors : (n, d) float32, unit rows
    """
    n = len(vectors)
    k = min(n_neighbors, max(n - 1, 0))
    indices = np.full((n, n_neighbors), -1, np.int32)
    cosines = np.full((n, n_neighbors), -1, np.float32)
    for start in range(0, n if k else 0, _BLOCK):
        progress(start, n, "finding neighbours")
        products = vectors[start : start + _BLOCK] @ vectors.T
        own = np.arange(len(products))
        products[own, start + own] = -np.inf
        near = np.argpartition(products, -k, axis=1)[:, -k:]
        values = np.take_along_axis(products, near, axis=1)
        order = np.lexsort((near, -values))
        block = slice(start, start + len(products))
        indices[block, :k] = np.take_along_axis(near, order, axis=1)
        cosines[block, :k] = np.take_along_axis(values, order, axis=1)
    return Graph(indices, cosines)
