"""Labels that an item's neighbours contradict."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedcurate.neighbours import Graph
from embedcurate.outliers.oddity import distinct
from embedcurate.progress import Progress, ignore

__all__ = ["Disputed", "disputed"]

_WITNESSES = 10
_FEWEST = 5  # witnesses
_DISPUTED = 0.8
_LEADING = 0.6
_BLOCK = 10_000


@dataclass(frozen=True, slots=True)
class Disputed:
    """Rows whose neighbours contradict their labels, the most contradicted first; each (m,).

    share : float32, the weight of neighbours with another label, of what could have had the same
    expected : int64, the label that most neighbours have
    agreeing, witnesses : int64, how many neighbours have that label, and of how many
    """

    rows: NDArray[np.int64]
    share: NDArray[np.float32]
    expected: NDArray[np.int64]
    agreeing: NDArray[np.int64]
    witnesses: NDArray[np.int64]


def disputed(graph: Graph, labels: NDArray[np.int64], *, progress: Progress = ignore) -> Disputed:
    """Find the labels that neighbours contradict.

    labels : (n,) the number of each row's label, -1 for none

    The witnesses are the 10 nearest neighbours that have labels and are no copies, nearer ones
    with more weight (Dudani 1976); it takes 5. A rare label can have no more of them than it has
    items, and is not held to more; one that a single item has can't be told. A label is disputed
    if 80 % of the weight is against it and one other label has 60 % of the witnesses and weight.
    """
    others, _ = distinct(graph)
    total = np.bincount(labels[labels >= 0], minlength=1)
    judged = np.flatnonzero(labels >= 0)
    judged = judged[total[labels[judged]] > 1]
    parts = []
    for at in range(0, len(judged), _BLOCK):
        progress(at, len(judged), "asking the neighbours about labels")
        parts.append(_judge(others, labels, total, judged[at : at + _BLOCK]))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else []
    rows, share, expected, agreeing, witnesses = columns or [np.zeros(0, np.int64)] * 5
    order = np.lexsort((rows, -share))
    return Disputed(
        rows[order],
        share[order].astype(np.float32),
        expected[order],
        agreeing[order],
        witnesses[order],
    )


def _judge(
    graph: Graph, labels: NDArray[np.int64], total: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.generic], ...]:
    """Return those of `rows` whose labels are disputed: the columns of `Disputed`."""
    near = graph.indices[rows]
    labelled = (near >= 0) & (labels[near] >= 0)
    first = np.argsort(~labelled, axis=1, kind="stable")[:, :_WITNESSES]
    there = np.take_along_axis(labelled, first, axis=1)
    said = np.where(there, labels[np.take_along_axis(near, first, axis=1)], -1)
    weights = _weights(1 - np.take_along_axis(graph.cosines[rows], first, axis=1), there)
    witnesses = there.sum(axis=1)

    own = labels[rows]
    same = np.where(said == own[:, None], weights, 0).sum(axis=1)
    possible = np.minimum(np.minimum(total[own] - 1, witnesses), weights.shape[1])
    most = np.cumsum(weights, axis=1)[np.arange(len(rows)), np.maximum(possible, 1) - 1]
    share = 1 - same / np.maximum(most, 1e-9)

    alike = said[:, :, None] == said[:, None, :]
    votes = (alike * weights[:, None, :]).sum(axis=2)
    votes[(said == own[:, None]) | ~there] = -1
    best = votes.argmax(axis=1)
    lead = votes[np.arange(len(rows)), best]
    expected = said[np.arange(len(rows)), best]
    agreeing = (said == expected[:, None]).sum(axis=1)
    found = (witnesses >= _FEWEST) & (share >= _DISPUTED)
    found &= lead >= _LEADING * weights.sum(axis=1)
    found &= agreeing >= _LEADING * witnesses
    return rows[found], share[found], expected[found], agreeing[found], witnesses[found]


def _weights(distances: NDArray[np.float32], there: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return each neighbour's weight, nearest first: from 1 down to 1 / their number, or 0."""
    count = np.maximum(there.sum(axis=1, keepdims=True), 1)
    first = distances[:, :1]
    last = np.take_along_axis(distances, count - 1, axis=1)
    span = last - first
    nearness = np.where(span > 1e-6, (last - distances) / np.maximum(span, 1e-6), 1)
    weights: NDArray[np.float64] = np.where(there, nearness + (1 - nearness) / count, 0)
    return weights
