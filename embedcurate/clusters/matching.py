"""Clusters that are found again keep their label."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["carry_over"]

_LEAST = 1 / 3  # of what two clusters hold together, for the one to be the other again


def carry_over(
    labels: NDArray[np.int32], before: NDArray[np.int32], fresh: int
) -> NDArray[np.int32]:
    """Return the new label of each cluster 0 to k - 1 of `labels`: (k,) int32.

    labels : (n,) int32, the clusters now, -1 for none
    before : (n,) int32, the labels of the same items before, -1 for none and for new items
    fresh : the first label that was never given

    A cluster has the label of the one before that it shares most with, by the assignment of
    largest total overlap (intersection over union; Kuhn 1955), if it is a third or more. Others
    get fresh labels, the larger ones first.
    """
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    k = int(labels.max(initial=-1)) + 1
    old, then_of = np.unique(before, return_inverse=True)
    there = (labels >= 0) & (before >= 0)
    pairs, shared = np.unique(np.stack([labels[there], then_of[there]]), axis=1, return_counts=True)
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    together = sizes[pairs[0]] + np.bincount(then_of, minlength=len(old))[pairs[1]] - shared
    likeness = shared / together
    pairs, likeness = pairs[:, likeness >= _LEAST], likeness[likeness >= _LEAST]

    # Few clusters can share a third with one and the same: the assignment falls into small ones.
    graph = coo_array((likeness, (pairs[0], k + pairs[1])), shape=(k + len(old),) * 2)
    part_of = connected_components(graph, directed=False)[1][pairs[0]]
    result = np.full(k, -1, np.int32)
    for part in np.unique(part_of):
        (now, then), values = pairs[:, part_of == part], likeness[part_of == part]
        rows, row = np.unique(now, return_inverse=True)
        columns, column = np.unique(then, return_inverse=True)
        table = np.zeros((len(rows), len(columns)))
        table[row, column] = values
        taken = [
            (i, j)
            for i, j in zip(*linear_sum_assignment(table, maximize=True), strict=True)
            if table[i, j] > 0
        ]
        for i, j in taken:
            result[rows[i]] = old[columns[j]]
    unmatched = np.flatnonzero(result < 0)
    order = unmatched[np.lexsort((unmatched, -sizes[unmatched]))]
    result[order] = fresh + np.arange(len(order))
    return result
