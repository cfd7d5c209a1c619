"""Clustered vectors in a file, with near copies among them of which it is known which they are."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.synthetic import Clustered

__all__ = ["clusters_of", "open_planted", "planted_pairs", "write_planted"]

_SHARE = 0.05
_AT_ONCE = 10_000


def write_planted(folder: Path, n: int, d: int) -> None:
    """Write `n` unit vectors of `d`; one in 20 is a near copy, cosine 0.97 to 0.999, of another."""
    shape = (n, d)
    vectors = np.lib.format.open_memmap(folder / "vectors.npy", "w+", np.float32, shape)
    clusters = np.empty(n, np.int64)
    start = 0
    for rows, labels in Clustered(n, d).labelled_blocks():
        vectors[start : start + len(rows)] = rows
        clusters[start : start + len(rows)] = labels
        start += len(rows)
    rng = np.random.default_rng(1)
    count = int(n * _SHARE)
    left, right = rng.permutation(n)[: 2 * count].reshape(2, count)
    for start in range(0, count, _AT_ONCE):
        some, copies = left[start : start + _AT_ONCE], right[start : start + _AT_ONCE]
        rows = vectors[some]
        away = rng.standard_normal(rows.shape, np.float32)
        away -= (away * rows).sum(axis=1, keepdims=True) * rows
        away /= np.linalg.norm(away, axis=1, keepdims=True)
        cosines = rng.uniform(0.97, 0.999, (len(rows), 1)).astype(np.float32)
        near = cosines * rows + np.sqrt(1 - cosines**2) * away
        vectors[copies] = near / np.linalg.norm(near, axis=1, keepdims=True)
    clusters[right] = clusters[left]
    vectors.flush()
    np.save(folder / "pairs.npy", np.sort(np.stack([left, right]), axis=0))
    np.save(folder / "clusters.npy", clusters)


def open_planted(folder: Path) -> NDArray[np.float32]:
    """Map the vectors (n, d)."""
    vectors: NDArray[np.float32] = np.load(folder / "vectors.npy", mmap_mode="r")
    return vectors


def planted_pairs(folder: Path) -> NDArray[np.int64]:
    """Return the rows (2, m) of the planted copies and of what they are copies of."""
    pairs: NDArray[np.int64] = np.load(folder / "pairs.npy")
    return pairs


def clusters_of(folder: Path) -> NDArray[np.int64]:
    """Return the cluster (n,) that each row was drawn from, -1 for noise."""
    clusters: NDArray[np.int64] = np.load(folder / "clusters.npy")
    return clusters
