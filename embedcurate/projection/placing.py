"""Put items on a map that is there already, where their neighbours lie."""

import numpy as np
from numpy.typing import NDArray

from embedcurate.neighbours import Graph
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["place_by_graph", "place_near"]

_NEIGHBOURS = 5
_CLOSEST = 1e-6  # square of a distance: copies lie on what they copy
_BLOCK = 512


def place_near(
    vectors: Vectors,
    xy: NDArray[np.float32],
    placed: NDArray[np.bool_],
    *,
    progress: Progress = ignore,
) -> NDArray[np.float32]:
    """Place the rows that are not: at the mean of their five nearest that are.

    vectors : (n, d) float32, unit rows; xy : (n, 2) float32; placed : (n,) bool, not all false

    Weights are the inverse squares of the distances (Shepard 1968). Returns (n, 2) float32, in
    which placed rows stay bit for bit.
    """
    xy = xy.copy()
    old, new = np.flatnonzero(placed), np.flatnonzero(~placed)
    k = min(_NEIGHBOURS, len(old))
    there = vectors[old]
    for start in range(0, len(new), _BLOCK):
        progress(start, len(new), "placing new items")
        rows = new[start : start + _BLOCK]
        cosines = vectors[rows] @ there.T
        near = np.argpartition(cosines, -k, axis=1)[:, -k:]
        near.sort(axis=1)
        xy[rows] = _means(np.take_along_axis(cosines, near, axis=1), xy[old[near]])
    return xy


def place_by_graph(
    graph: Graph, xy: NDArray[np.float32], placed: NDArray[np.bool_]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Place the rows that have neighbours on the map, then those that have these, and so on.

    xy : (n, 2) float32; placed : (n,) bool

    Returns the positions (n, 2) float32, in which placed rows stay bit for bit, and which rows are
    placed now: all but those that no way through the graph leads from to one that was.
    """
    xy, placed = xy.copy(), placed.copy()
    while True:
        rows = np.flatnonzero(~placed)
        there = graph.indices[rows]
        known = (there >= 0) & placed[there]
        ready = known.any(axis=1)
        rows, there, known = rows[ready], there[ready], known[ready]
        if not len(rows):
            return xy, placed
        xy[rows] = _means(np.where(known, graph.cosines[rows], -np.inf), xy[there])
        placed[rows] = True


def _means(cosines: NDArray[np.float32], xy: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the means (m, 2) of positions (m, k, 2), weighted by nearness; -inf has no weight."""
    weights = 1 / np.maximum(2 - 2 * cosines, np.float32(_CLOSEST))
    positions = np.where(weights[..., None] > 0, xy, np.float32(0))
    total = np.einsum("mk,mkd->md", weights, positions)
    means: NDArray[np.float32] = total / weights.sum(axis=1, keepdims=True)
    return means
