"""HDBSCAN* over a neighbour graph: dense regions and the tree that they form.

Campello, Moulavi, Zimek and Sander 2015 (ACM TKDD 10, 5). The mutual reachability distances are
those of the graph's edges and of the shortest ways between the clusters that these show, so that
memory grows with n k and not with n squared.
"""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.clusters.bridges import joins, ways_out
from embedcurate.neighbours import Graph
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["Labelled", "Selection", "Tree", "hdbscan_exact", "hdbscan_on_graph"]

Selection: TypeAlias = Literal["eom", "leaf"]
"""Which clusters of the tree are taken: those of most excess of mass, or its leaves."""

Edges: TypeAlias = NDArray[np.float64]
"""(m, 3): from, to, mutual reachability distance."""

_CLOSEST = 2.0**-10
# Two equal rows may differ by as much in float32. It also keeps densities finite: where copies
# lie at no distance, the stability of what holds them would be infinity less infinity.

_APART = 2.5  # of what nothing is known to connect: more than any two unit vectors


@dataclass(frozen=True, slots=True)
class Tree:
    """The condensed tree: at density `lambda_` (1 / distance), `child` leaves `parent`.

    Each (m,). Numbers below n are rows, n is the root, others are clusters; `size` counts the rows
    below `child`.
    """

    parent: NDArray[np.int64]
    child: NDArray[np.int64]
    lambda_: NDArray[np.float64]
    size: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Which cluster each row belongs to.

    labels : (n,) int32, 0 for the largest cluster, -1 for noise
    probabilities : (n,) float32 in [0, 1], how firmly a row belongs to its cluster
    outlier_scores : (n,) float32 in [0, 1], GLOSH: how much less dense a row's surroundings are
        than the densest of the cluster that it falls out of
    """

    labels: NDArray[np.int32]
    probabilities: NDArray[np.float32]
    outlier_scores: NDArray[np.float32]
    tree: Tree


def hdbscan_on_graph(
    graph: Graph,
    vectors: Vectors | None = None,
    *,
    min_cluster_size: int = 5,
    min_samples: int = 5,
    cluster_selection_method: Selection = "eom",
    cluster_selection_epsilon: float = 0.0,
    progress: Progress = ignore,
) -> Labelled:
    """Cluster the rows of a neighbour graph; what lies between dense regions is noise.

    vectors : (n, d) float32, the unit rows that the graph is of

    The core distance of a row is that to its `min_samples`-th neighbour, the graph's last if it
    has fewer. With `vectors`, the shortest way out of each cluster that the graph shows is measured
    and the tree drawn again: without, noise between clusters tends to be counted to one of them.
    Clusters that are split at a distance below `cluster_selection_epsilon` stay whole. Raises
    `ValueError` if `min_cluster_size` is below 2 or `min_samples` below 1.
    """
    _check(min_cluster_size, min_samples)
    n, k = graph.indices.shape
    if n < min_cluster_size:
        return _all_noise(n)
    distances = np.maximum(graph.distances, np.float32(_CLOSEST))
    known = graph.indices >= 0
    distances[~known] = _APART
    core = distances[:, min(min_samples, n - 1, k) - 1]

    def clusters(edges: Edges) -> Labelled:
        return _clusters(
            edges, n, min_cluster_size, cluster_selection_method, cluster_selection_epsilon
        )

    progress(0, None, "drawing the tree of the clusters")
    forest, part_of = _forest(_edges_of(graph.indices, distances, known, core), n)
    if vectors is None:
        first = np.unique(part_of, return_index=True)[1]
        far = np.full(len(first) - 1, _APART)
        return clusters(np.concatenate([forest, np.column_stack([first[:-1], first[1:], far])]))
    tree = np.concatenate([forest, joins(vectors, core, part_of, progress=progress)])
    shown = clusters(tree).labels
    ways = ways_out(vectors, core, shown, progress=progress)
    progress(0, None, "drawing the tree of the clusters")
    return clusters(_forest(np.concatenate([tree, ways]), n)[0])


def hdbscan_exact(
    vectors: Vectors,
    *,
    min_cluster_size: int = 5,
    min_samples: int = 5,
    cluster_selection_method: Selection = "eom",
    cluster_selection_epsilon: float = 0.0,
) -> Labelled:
    """Cluster rows by all their distances, as `hdbscan.HDBSCAN` does: n squared in time.

    vectors : (n, d) float32, unit rows

    Can't be interrupted.
    """
    from hdbscan import HDBSCAN

    _check(min_cluster_size, min_samples)
    n = len(vectors)
    if n < min_cluster_size:
        return _all_noise(n)
    found = HDBSCAN(
        min_cluster_size=min_cluster_size,
        min_samples=min(min_samples, n - 1),
        approx_min_span_tree=False,
        gen_min_span_tree=True,
        core_dist_n_jobs=1,
    )
    found.fit(vectors.astype(np.float64))
    edges = found.minimum_spanning_tree_.to_numpy()
    edges[:, 2] = np.maximum(edges[:, 2], _CLOSEST)
    return _clusters(
        edges, n, min_cluster_size, cluster_selection_method, cluster_selection_epsilon
    )


def _check(min_cluster_size: int, min_samples: int) -> None:
    if min_cluster_size < 2 or min_samples < 1:
        raise ValueError("A cluster has at least 2 items, and min_samples is at least 1.")


def _edges_of(
    indices: NDArray[np.int32],
    distances: NDArray[np.float32],
    known: NDArray[np.bool_],
    core: NDArray[np.float32],
) -> Any:
    """Return the mutual reachability distances of a graph's edges as a sparse (n, n) array."""
    from scipy.sparse import csr_array

    starts = np.concatenate(([0], np.cumsum(known.sum(axis=1)))).astype(np.int32)
    there = indices[known]
    weights = np.maximum(distances, core[:, None])[known]
    np.maximum(weights, core[there], out=weights)
    return csr_array((weights, there, starts), shape=(len(indices),) * 2)


def _forest(edges: Any, n: int) -> tuple[Edges, NDArray[np.int32]]:
    """Return the edges of a minimum spanning forest, and the tree of each row."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    if isinstance(edges, np.ndarray):
        # A sparse array would add up what is there twice.
        pairs, first = np.unique(edges[:, :2].astype(np.int64), axis=0, return_index=True)
        edges = csr_array((edges[first, 2], tuple(pairs.T)), shape=(n, n))
    forest = minimum_spanning_tree(edges).tocoo()
    part_of = connected_components(forest, directed=False)[1]
    return np.stack([*forest.coords, forest.data], axis=1), part_of


def _clusters(edges: Edges, n: int, size: int, method: Selection, epsilon: float) -> Labelled:
    """Turn a minimum spanning tree (n - 1, 3) into clusters by the condensed tree of hdbscan."""
    from hdbscan._hdbscan_linkage import label
    from hdbscan._hdbscan_tree import outlier_scores
    from hdbscan.hdbscan_ import _tree_to_labels

    edges = _copies_in_line(edges, n)
    if edges[-1, 2] <= _CLOSEST:
        return _one_cluster(n)
    labels, probabilities, _, condensed, _ = _tree_to_labels(
        None,
        label(edges),
        size,
        cluster_selection_method=method,
        cluster_selection_epsilon=float(epsilon),
    )
    tree = Tree(
        *(condensed[name].copy() for name in ("parent", "child", "lambda_val", "child_size"))
    )
    return Labelled(
        _largest_first(labels),
        probabilities.astype(np.float32),
        outlier_scores(condensed).astype(np.float32),
        tree,
    )


def _copies_in_line(edges: Edges, n: int) -> Edges:
    """Sort the edges, those between copies so that a heap grows by one copy at a time.

    Else a heap would grow as several that are then joined, and count as several clusters.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    same = edges[:, 2] <= _CLOSEST
    pairs = edges[same, :2].astype(np.int64)
    heaps = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(n, n))
    heap_of = connected_components(heaps, directed=False)[1]
    order = np.argsort(heap_of, kind="stable")
    next_to = heap_of[order[1:]] == heap_of[order[:-1]]
    lines = np.column_stack([order[:-1][next_to], order[1:][next_to]])
    edges = edges[~same]
    edges = edges[np.lexsort((edges[:, 1], edges[:, 0], edges[:, 2]))]
    return np.concatenate([np.column_stack([lines, np.full(len(lines), _CLOSEST)]), edges])


def _largest_first(labels: NDArray[Any]) -> NDArray[np.int32]:
    """Give the largest cluster the number 0, of equal ones that with the first row."""
    found, first, counts = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    new = np.full(int(labels.max(initial=-1)) + 2, -1, np.int32)
    new[found[np.lexsort((first, -counts))]] = np.arange(len(found))
    renumbered: NDArray[np.int32] = new[labels]
    return renumbered


def _all_noise(n: int) -> Labelled:
    return Labelled(
        np.full(n, -1, np.int32), np.zeros(n, np.float32), np.zeros(n, np.float32), _star(n)
    )


def _one_cluster(n: int) -> Labelled:
    """Return what rows are that are all the same."""
    return Labelled(
        np.zeros(n, np.int32), np.ones(n, np.float32), np.zeros(n, np.float32), _star(n)
    )


def _star(n: int) -> Tree:
    ones = np.ones(n, np.int64)
    return Tree(n * ones, np.arange(n), np.full(n, 1 / _CLOSEST), ones)
