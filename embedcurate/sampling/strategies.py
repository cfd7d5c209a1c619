"""The ways to pick items out of a pool; each returns rows in the order of picking."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress
from embedcurate.sampling.farthest import farthest_points
from embedcurate.sampling.medoids import group, medoids
from embedcurate.sampling.shares import proportional
from embedcurate.spaces.encoder import Vectors

__all__ = ["PICKERS", "Pool", "Strategy"]

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


class _Picker(Protocol):
    """Picks at most `size` of the `allowed` rows, given those that were chosen before."""

    def __call__(
        self,
        pool: Pool,
        size: int,
        *,
        allowed: NDArray[np.bool_],
        chosen: Rows,
        min_distance: float | None,
        random_state: int,
        progress: Progress,
    ) -> Rows: ...


def _diverse(
    pool: Pool,
    size: int,
    *,
    allowed: NDArray[np.bool_],
    chosen: Rows,
    min_distance: float | None,
    random_state: int,
    progress: Progress,
) -> Rows:
    usual = allowed if pool.odd is None else allowed & ~pool.odd
    found = np.zeros(0, np.int64)
    for among in (usual, allowed & ~usual):
        if len(found) < size and among.any():
            picked = farthest_points(
                pool.vectors,
                size - len(found),
                start=np.concatenate([chosen, found]),
                allowed=among,
                min_distance=min_distance,
                random_state=random_state,
                progress=progress,
            )
            found = np.concatenate([found, picked.rows])
        if len(found) < usual.sum():  # the odd ones' turn comes when all others are taken
            break
    return found


def _representative(
    pool: Pool,
    size: int,
    *,
    allowed: NDArray[np.bool_],
    chosen: Rows,
    min_distance: float | None,
    random_state: int,
    progress: Progress,
) -> Rows:
    return medoids(
        pool.vectors,
        size,
        allowed=allowed,
        start=chosen,
        random_state=random_state,
        progress=progress,
    )


def _typical(
    pool: Pool,
    size: int,
    *,
    allowed: NDArray[np.bool_],
    chosen: Rows,
    min_distance: float | None,
    random_state: int,
    progress: Progress,
) -> Rows:
    if pool.density is None or pool.neighbours is None:
        raise ValueError("typical items are found by their neighbours, and the pool has none")
    rows = np.flatnonzero(allowed)
    groups = min(size, int(np.ceil(np.sqrt(len(rows)))))
    labels = group(pool.vectors, rows, groups, random_state=random_state, progress=progress)
    members = np.bincount(labels, minlength=groups)
    shares = proportional(size, members)
    dense = rows[np.lexsort((rows, -pool.density[rows]))]
    label_of = np.full(len(allowed), -1)
    label_of[rows] = labels
    near = np.zeros(len(allowed), np.bool_)
    near[pool.neighbours[chosen][pool.neighbours[chosen] >= 0]] = True
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


def _random(
    pool: Pool,
    size: int,
    *,
    allowed: NDArray[np.bool_],
    chosen: Rows,
    min_distance: float | None,
    random_state: int,
    progress: Progress,
) -> Rows:
    return np.random.default_rng(random_state).permutation(np.flatnonzero(allowed))[:size]


PICKERS: Mapping[Strategy, _Picker] = {
    Strategy.DIVERSE: _diverse,
    Strategy.REPRESENTATIVE: _representative,
    Strategy.TYPICAL: _typical,
    Strategy.RANDOM: _random,
}
"""All strategies but `balanced`, which shares the picks out and lets another one pick them."""
