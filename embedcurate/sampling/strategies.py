"""The ways to pick items out of a pool; each returns rows in the order of picking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress, ignore
from embedcurate.sampling.farthest import farthest_points
from embedcurate.sampling.medoids import group, medoids
from embedcurate.sampling.shares import proportional
from embedcurate.spaces.encoder import Vectors

__all__ = ["PICKERS", "Draw", "Pool", "Strategy"]

Rows: TypeAlias = NDArray[np.int64]


class Strategy(StrEnum):
    """How items are picked."""

    DIVERSE = "diverse"
    """Each one is the item farthest from all that were picked before."""
    REPRESENTATIVE = "representative"
    """The items nearest to the centres of as many groups as there are picks."""
    TYPICAL = "typical"
    """Those with the nearest neighbours, from groups in proportion to their sizes."""
    BALANCED = "balanced"
    """As many of each class, whatever there is more of."""
    RANDOM = "random"
    """Any, each as likely as the others."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Items that can be compared with each other, in the order of their ids.

    vectors : (n, d) float32, unit rows
    density : (n,) float32, the mean cosine to the nearest neighbours; None where no strategy asks
    neighbours : (n, k) rows in the pool, -1 for those outside
    odd : (n,) bool, the sparsest: `diverse` picks them only when nothing else is left
    """

    vectors: Vectors
    density: NDArray[np.float32] | None = None
    neighbours: NDArray[np.int64] | None = None
    odd: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What a strategy is asked for: at most `size` of the `allowed` rows of a pool.

    allowed : (n,) bool; chosen : the rows picked before, none of which is allowed
    min_distance : the least that `diverse` picks may be apart; None leaves them free
    """

    pool: Pool
    size: int
    allowed: NDArray[np.bool_]
    chosen: Rows
    min_distance: float | None = None
    random_state: int = 0
    progress: Progress = ignore


def _diverse(draw: Draw) -> Rows:
    odd = draw.pool.odd
    usual = draw.allowed if odd is None else draw.allowed & ~odd
    found = np.zeros(0, np.int64)
    for among in (usual, draw.allowed & ~usual):
        if len(found) < draw.size and among.any():
            picked = farthest_points(
                draw.pool.vectors,
                draw.size - len(found),
                start=np.concatenate([draw.chosen, found]),
                allowed=among,
                min_distance=draw.min_distance,
                random_state=draw.random_state,
                progress=draw.progress,
            )
            found = np.concatenate([found, picked.rows])
        if len(found) < usual.sum():  # the odd ones' turn comes when all others are taken
            break
    return found


def _representative(draw: Draw) -> Rows:
    return medoids(
        draw.pool.vectors,
        draw.size,
        allowed=draw.allowed,
        start=draw.chosen,
        random_state=draw.random_state,
        progress=draw.progress,
    )


def _typical(draw: Draw) -> Rows:
    pool, size = draw.pool, draw.size
    if pool.density is None or pool.neighbours is None:
        raise ValueError("typical items are found by their neighbours, and the pool has none")
    rows = np.flatnonzero(draw.allowed)
    count = min(size, int(np.ceil(np.sqrt(len(rows)))))
    labels = group(
        pool.vectors, rows, count, random_state=draw.random_state, progress=draw.progress
    )
    shares = proportional(size, np.bincount(labels, minlength=count))
    dense = rows[np.lexsort((rows, -pool.density[rows]))]
    label_of = np.full(len(draw.allowed), -1)
    label_of[rows] = labels
    near = np.zeros(len(draw.allowed), np.bool_)
    around = pool.neighbours[draw.chosen]
    near[around[around >= 0]] = True
    found: list[int] = []
    while len(found) < size and len(dense):
        later = []
        for row in dense.tolist():
            if not shares[label_of[row]]:
                continue
            if near[row]:  # of a clump, one before any of its other items
                later.append(row)
                continue
            found.append(row)
            shares[label_of[row]] -= 1
            near[pool.neighbours[row][pool.neighbours[row] >= 0]] = True
        dense = np.array(later, np.int64)
        near[:] = False
    return np.array(found, np.int64)


def _random(draw: Draw) -> Rows:
    rng = np.random.default_rng(draw.random_state)
    return rng.permutation(np.flatnonzero(draw.allowed))[: draw.size]


PICKERS: Mapping[Strategy, Callable[[Draw], Rows]] = {
    Strategy.DIVERSE: _diverse,
    Strategy.REPRESENTATIVE: _representative,
    Strategy.TYPICAL: _typical,
    Strategy.RANDOM: _random,
}
"""All strategies but `balanced`, which shares the picks out and lets another one pick them."""
