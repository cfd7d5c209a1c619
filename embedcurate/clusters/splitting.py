"""The parts of one cluster."""

import numpy as np
from numpy.typing import NDArray

from embedcurate.clusters.hierarchy import hdbscan_on_graph
from embedcurate.neighbours import nearest_neighbours
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["denser_regions", "nearest_centres"]

_N_NEIGHBORS = 15
_MOST_SAMPLES = 2  # of fewer items, fewer neighbours say how dense a place is
_LEARNT_FROM = 20_000
_BLOCK = 65_536


def denser_regions(
    vectors: Vectors,
    *,
    min_cluster_size: int,
    min_samples: int,
    random_state: int = 0,
    progress: Progress = ignore,
) -> NDArray[np.int32]:
    """Return the part of each row by HDBSCAN: (n,) int32, 0 for the largest, -1 between them.

    vectors : (n, d) float32, unit rows
    """
    graph = nearest_neighbours(vectors, _N_NEIGHBORS, random_state=random_state, progress=progress)
    return hdbscan_on_graph(
        graph,
        vectors,
        min_cluster_size=min_cluster_size,
        min_samples=min(min_samples, _MOST_SAMPLES),
        progress=progress,
    ).labels


def nearest_centres(
    vectors: Vectors, parts: int, *, random_state: int = 0, progress: Progress = ignore
) -> NDArray[np.int32]:
    """Return the nearest of `parts` centres of k-means: (n,) int32, 0 for that of the most rows.

    vectors : (n, d) float32, unit rows, equal ones in one part, so there may be fewer parts

    Centres are learnt from 20,000 rows at most, drawn at random.
    """
    from sklearn.cluster import KMeans

    progress(0, None, "making parts; this can't be interrupted")
    rows = np.sort(np.random.default_rng(random_state).permutation(len(vectors))[:_LEARNT_FROM])
    sample = vectors[rows]
    means = KMeans(
        min(parts, len(np.unique(sample, axis=0))), n_init=4, random_state=random_state
    ).fit(sample)
    labels = np.concatenate(
        [means.predict(vectors[at : at + _BLOCK]) for at in range(0, len(vectors), _BLOCK)]
    )
    used, counts = np.unique(labels, return_counts=True)
    rank = np.zeros(parts, np.int32)
    rank[used[np.argsort(-counts, kind="stable")]] = np.arange(len(used))
    parts_of: NDArray[np.int32] = rank[labels]
    return parts_of
