"""The real items nearest to the centres of k groups: what stands for all of a collection.

Spherical k-means (Dhillon & Modha 2001): groups by cosine, centres of length 1.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress, ignore
from embedcurate.sampling.farthest import farthest_points
from embedcurate.spaces.encoder import Vectors

__all__ = ["assigned", "group", "medoids"]

Rows: TypeAlias = NDArray[np.int64]

_CELLS = 1 << 24  # of a block of products: 64 MB
_LEARN_FROM = 20_000
_LEARN_FROM_EACH = 20
_ROUNDS = 10


def medoids(
    vectors: Vectors,
    size: int,
    *,
    allowed: NDArray[np.bool_],
    start: Rows | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Rows:
    """Pick `size` rows that stand for the groups of the allowed ones, the largest group first.

    vectors : (n, d) float32, unit rows
    allowed : (n,) bool; start : rows chosen before, each of which keeps a group of its own

    Returns (min(size, allowed rows),) rows. Centres are learnt from at most 20 rows a group
    (20,000 if that is more), drawn at random, so that a million rows fit into memory and minutes.
    """
    start = np.zeros(0, np.int64) if start is None else start
    rows = np.setdiff1d(np.flatnonzero(allowed), start)
    if len(rows) <= size:
        return rows
    if not size:
        return rows[:0]
    centres = _centres(vectors, rows, size, start, random_state, progress)
    best = np.full(len(centres), -np.inf)
    medoid = np.full(len(centres), -1, np.int64)
    members = np.zeros(len(centres), np.int64)
    for part, labels, cosines in assigned(vectors, rows, centres):
        progress(int(members.sum()), len(rows), "finding the items nearest to centres")
        order = np.lexsort((part, -cosines, labels))
        first = order[np.unique(labels[order], return_index=True)[1]]
        first = first[cosines[first] > best[labels[first]]]
        best[labels[first]], medoid[labels[first]] = cosines[first], part[first]
        members += np.bincount(labels, minlength=len(centres))
    medoid, members = medoid[len(start) :], members[len(start) :]
    order = np.lexsort((medoid, -members))
    found = medoid[order][medoid[order] >= 0]
    if len(found) < size:  # equal rows share a group, and leave others empty
        kept = np.concatenate([start, found])
        rest = np.zeros(len(vectors), np.bool_)
        rest[np.setdiff1d(rows, found)] = True
        more = farthest_points(vectors, size - len(found), start=kept, allowed=rest)
        found = np.concatenate([found, more.rows])
    return found


def group(
    vectors: Vectors, rows: Rows, groups: int, *, random_state: int = 0, progress: Progress = ignore
) -> NDArray[np.int64]:
    """Put each of `rows` into one of at most `groups` groups: (len(rows),) int64."""
    nothing = np.zeros(0, np.int64)
    centres = _centres(vectors, rows, min(groups, len(rows)), nothing, random_state, progress)
    labels = [part for _, part, _ in assigned(vectors, rows, centres)]
    return np.concatenate([*labels, nothing])


def assigned(
    vectors: Vectors, rows: Rows, centres: Vectors
) -> Iterator[tuple[Rows, Rows, NDArray[np.float32]]]:
    """Yield rows, the number of each one's nearest centre, and the cosine, block by block."""
    block = max(1, _CELLS // max(len(centres), vectors.shape[1]))
    for at in range(0, len(rows), block):
        part = rows[at : at + block]
        products = vectors[part] @ centres.T
        labels = products.argmax(axis=1)
        yield part, labels, products[np.arange(len(part)), labels]


def _centres(
    vectors: Vectors,
    rows: Rows,
    size: int,
    start: Rows,
    random_state: int,
    progress: Progress,
) -> Vectors:
    """Return the (len(start) + size, d) unit centres; those of `start` stay where they are."""
    from scipy import sparse

    rng = np.random.default_rng(random_state)
    most = max(_LEARN_FROM, _LEARN_FROM_EACH * size)
    learnt = rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))
    sample = vectors[learnt]
    every = np.arange(len(sample))
    centres = _seeds(sample, vectors[start], size, rng)
    before: NDArray[np.int64] | None = None
    for turn in range(_ROUNDS):
        progress(turn, _ROUNDS, f"grouping into {size}")
        parts = list(assigned(sample, every, centres))
        labels = np.concatenate([part for _, part, _ in parts])
        cosines = np.concatenate([part for _, _, part in parts])
        if before is not None and np.array_equal(labels, before):
            break
        before = labels
        member = sparse.csr_matrix(
            (np.ones(len(labels), np.float32), (labels, every)), (len(centres), len(sample))
        )
        sums = member @ sample
        norms = np.linalg.norm(sums, axis=1)
        free = np.flatnonzero(norms > 1e-6)
        free = free[free >= len(start)]
        centres[free] = sums[free] / norms[free, None]
        empty = np.flatnonzero(norms <= 1e-6)
        empty = empty[empty >= len(start)]
        centres[empty] = sample[np.argsort(cosines, kind="stable")[: len(empty)]]
    return centres


def _seeds(sample: Vectors, start: Vectors, size: int, rng: np.random.Generator) -> Vectors:
    """Draw `size` rows after `start`, far ones likelier, as many again in each round.

    k-means|| (Bahmani et al. 2012), with rounds that double what there is.
    """
    seeds = start if len(start) else sample[rng.integers(len(sample))][None]
    fresh = seeds
    far = np.full(len(sample), np.inf, np.float32)
    every = np.arange(len(sample))
    total = len(start) + size
    while True:
        for part, _, cosines in assigned(sample, every, fresh):
            far[part] = np.minimum(far[part], np.maximum(1 - cosines, 0))
        if len(seeds) == total:
            return np.array(seeds)
        with np.errstate(divide="ignore"):
            keys = np.log(far) + rng.gumbel(size=len(far))
        count = min(total - len(seeds), len(seeds))
        fresh = sample[np.argsort(-keys, kind="stable")[:count]]
        seeds = np.concatenate([seeds, fresh])
