"""How odd rows of a neighbour graph are.

Two figures say it. The isolation of a row: the mean cosine distance to its nearest neighbours that
are no copies of it, in robust standard deviations from the median. And GLOSH (Campello et al.
2015): how much thinner it lies than the group next to it, which finds what is odd beside a dense
group and would not be beside a loose one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedcurate.clusters import hdbscan_on_graph
from embedcurate.neighbours import Graph
from embedcurate.progress import Progress, ignore

__all__ = ["NEAREST", "THRESHOLD", "Scores", "distinct", "scores"]

THRESHOLD = 3.0
"""Robust standard deviations from the median: what is further off may be an outlier."""

NEAREST = 5
"""How many of the nearest neighbours count, copies aside."""

_APART = 1.0  # robust standard deviations of GLOSH: members of a loose group are no outliers
_COPY = 0.1  # of the usual distance to the 10th neighbour: nearer ones are copies
_FEWEST = 10  # rows, of which oddity can be told


@dataclass(frozen=True, slots=True)
class Scores:
    """How odd rows are; each (n,).

    score : float32 in [0, 1]: the mean of GLOSH and of z / (z + 3), z the isolation if above 0
    isolation : float32, robust standard deviations from the median distance to the neighbours
    glosh : float32 in [0, 1]
    nearness : float32, the mean cosine to the 5 nearest that are no copies
    copies : int32, how many near-identical neighbours were left out
    outlier : bool, isolation above `THRESHOLD` and GLOSH more than one deviation above its median
    """

    score: NDArray[np.float32]
    isolation: NDArray[np.float32]
    glosh: NDArray[np.float32]
    nearness: NDArray[np.float32]
    copies: NDArray[np.int32]
    outlier: NDArray[np.bool_]


def distinct(graph: Graph) -> tuple[Graph, NDArray[np.int32]]:
    """Leave copies out of each row's neighbours: two copies of an oddity must not hide each other.

    A neighbour is a copy if its distance is less than a tenth of what is usual (the median) for
    the 10th neighbour.

    Returns the graph and how many each row lost: (n,) int32.
    """
    copy = _copies(graph)
    return _without(graph, copy), copy.sum(axis=1, dtype=np.int32)


def _copies(graph: Graph) -> NDArray[np.bool_]:
    distances = np.where(graph.indices >= 0, 1 - graph.cosines, np.inf)
    tenth = distances[:, min(10, distances.shape[1]) - 1]
    usual = float(np.median(tenth[np.isfinite(tenth)])) if np.isfinite(tenth).any() else 0.0
    copies: NDArray[np.bool_] = distances < _COPY * usual
    return copies


def _without(graph: Graph, left_out: NDArray[np.bool_]) -> Graph:
    """Return the graph without some of its edges, (n, k) bool; the others move up."""
    kept = (graph.indices >= 0) & ~left_out
    order = np.argsort(~kept, axis=1, kind="stable")
    indices = np.take_along_axis(np.where(kept, graph.indices, -1), order, axis=1)
    cosines = np.take_along_axis(np.where(kept, graph.cosines, -1), order, axis=1)
    return Graph(indices.astype(np.int32), cosines.astype(np.float32), graph.recall)


def _one_of_each(graph: Graph, copy: NDArray[np.bool_]) -> tuple[Graph, NDArray[np.int32]]:
    """Let one row stand for all of its copies; return their graph and who stands for each row.

    Else a few oddities with their copies would be as many as a cluster takes.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(graph.indices)
    pairs = np.nonzero(copy)[0], graph.indices[copy]
    same = coo_array((np.ones(len(pairs[0])), pairs), shape=(n, n))
    stands_for = connected_components(same, directed=False)[1]
    first = np.unique(stands_for, return_index=True)[1]
    near = np.where(graph.indices[first] >= 0, stands_for[graph.indices[first]], -1)
    own = near == stands_for[first][:, None]
    order = np.argsort(near, axis=1, kind="stable")  # of equal ones the nearest stays the first
    ordered = np.take_along_axis(near, order, axis=1)
    again = np.zeros(near.shape, np.bool_)
    np.put_along_axis(again, order[:, 1:], ordered[:, 1:] == ordered[:, :-1], axis=1)
    return _without(Graph(near, graph.cosines[first], graph.recall), own | again), stands_for


def scores(graph: Graph, *, progress: Progress = ignore) -> Scores:
    """Score how odd each row of a neighbour graph is.

    graph : with enough neighbours (50) that some remain when copies are left out

    A row of which all neighbours are copies belongs to a group of its own and is not odd. Of fewer
    than 10 rows nothing can be told: all scores are 0.
    """
    n = len(graph.indices)
    nothing = np.zeros(n, np.float32)
    if n < _FEWEST:
        return Scores(
            nothing, nothing, nothing, nothing, np.zeros(n, np.int32), np.zeros(n, np.bool_)
        )
    copy = _copies(graph)
    others = _without(graph, copy)
    there = others.indices[:, :NEAREST] >= 0
    known = there.sum(axis=1)
    sums = np.where(there, others.cosines[:, :NEAREST], 0).sum(axis=1)
    nearness = np.where(known > 0, sums / np.maximum(known, 1), 1).astype(np.float32)
    isolation = _robust(1 - nearness)
    unlike, stands_for = _one_of_each(graph, copy)
    found = hdbscan_on_graph(unlike, min_cluster_size=3, min_samples=3, progress=progress)
    apart = np.clip(found.outlier_scores[stands_for], 0, 1)
    glosh = np.where(known > 0, apart, 0).astype(np.float32)
    above = np.maximum(isolation, 0)
    return Scores(
        score=((above / (above + THRESHOLD) + glosh) / 2).astype(np.float32),
        isolation=isolation,
        glosh=glosh,
        nearness=nearness,
        copies=copy.sum(axis=1, dtype=np.int32),
        outlier=(isolation > THRESHOLD) & (_robust(glosh) > _APART),
    )


def _robust(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how many standard deviations each value is above the median, outliers aside."""
    off = values - np.median(values)
    # Where more than half are equal, the median deviation is 0 and the mean one has to do.
    spread = 1.4826 * float(np.median(np.abs(off))) or 1.2533 * float(np.mean(np.abs(off)))
    return (off / max(spread, 1e-6)).astype(np.float32)
