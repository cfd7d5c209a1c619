"""Farthest points: each pick is the row farthest from all that were picked before."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["Picked", "coverage", "farthest_points"]

Rows: TypeAlias = NDArray[np.int64]
Cosines: TypeAlias = NDArray[np.float32]

_POOL = 4096  # rows: their vectors fit into the cache of a small processor
_PENDING = 512
_BLOCK = 8192
_ROUNDING = np.float32(2e-6)  # more than two orders of summing differ by, in float32


@dataclass(frozen=True, slots=True)
class Picked:
    """Rows in the order of picking, and how near all rows are to them.

    Distances are cosine distances, 1 - cosine, from 0 to 2: for unit rows they order pairs as
    Euclidean ones do, whose squares are twice as large.

    rows : (m,) int64
    distances : (m,) float32, of each pick to the nearest chosen before it; inf where there was none
    nearest : (n,) float32, of every row to the nearest chosen one, those of the start included
    radius : the largest of these; inf where nothing was chosen
    """

    rows: Rows
    distances: NDArray[np.float32]
    nearest: NDArray[np.float32]
    radius: float


def farthest_points(
    vectors: Vectors,
    size: int,
    *,
    start: Rows | None = None,
    allowed: NDArray[np.bool_] | None = None,
    min_distance: float | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Picked:
    """Pick up to `size` rows, each the farthest from those before it (Gonzalez 1985).

    vectors : (n, d) float32, unit rows; they may be mapped from a file
    start : rows that count as chosen before; without any, the first pick is drawn at random
    allowed : (n,) bool, the rows that may be picked. All count for `nearest` and `radius`
    min_distance : stop before a pick that is nearer than this to a chosen one

    The picks are those of comparing all rows after each pick; of equally far ones the lowest row
    comes first. Rows that are the same as a chosen one come last, in ascending order. The radius
    is at most twice the smallest possible one (in Euclidean distances, without `allowed`).
    """
    chosen = np.zeros(0, np.int64) if start is None else np.asarray(start, np.int64)
    free = np.ones(len(vectors), np.bool_) if allowed is None else allowed.copy()
    free[chosen] = False
    search = _Search(vectors, chosen, free, progress)
    rows: list[int] = []
    distances: list[float] = []
    size = min(size, int(free.sum()))
    if size and not len(chosen):
        rows.append(int(np.random.default_rng(random_state).choice(np.flatnonzero(free))))
        distances.append(np.inf)
        search.choose(rows[0])
    while len(rows) < size:
        progress(len(rows), size, "picking")
        row, cosine = search.farthest()
        if min_distance is not None and 1 - cosine < min_distance:
            break
        if cosine == 1:
            same = np.flatnonzero(search.free)[: size - len(rows)]
            rows += same.tolist()
            distances += [0.0] * len(same)
            break
        rows.append(row)
        distances.append(float(1 - cosine))
        search.choose(row)
    nearest = 1 - search.cosines()
    return Picked(
        np.array(rows, np.int64),
        np.array(distances, np.float32),
        nearest,
        float(nearest.max(initial=0.0)),
    )


def coverage(vectors: Vectors, chosen: Rows, *, progress: Progress = ignore) -> NDArray[np.float32]:
    """Return each row's cosine distance to the nearest chosen one: (n,) float32, inf if none is.

    vectors : (n, d) float32, unit rows
    """
    nearest = np.full(len(vectors), -np.inf, np.float32)
    _approach(nearest, vectors, chosen, progress)
    nearest[chosen] = 1
    return 1 - nearest


class _Search:
    """Knows for each row the cosine to the nearest chosen one, late for all but a pool.

    A late cosine is too low and never too high. So while the lowest of the pool, whose cosines are
    up to date, is below the lowest late one outside, it is the lowest of all. Chosen rows wait,
    and then many are compared with all rows in one product.
    """

    def __init__(
        self, vectors: Vectors, chosen: Rows, free: NDArray[np.bool_], progress: Progress
    ) -> None:
        self._vectors, self._progress = vectors, progress
        self._chosen = chosen.tolist()
        self.free = free
        self._late = np.full(len(vectors), -np.inf, np.float32)
        self._compared = 0
        self._refill()

    def choose(self, row: int) -> None:
        """Let a row count as chosen."""
        self._chosen.append(row)
        self.free[row] = False
        if len(self._chosen) - self._compared >= _PENDING and len(self._pool) == _POOL:
            self._refill()
            return
        np.maximum(self._of_pool, self._near @ self._vectors[row], out=self._of_pool)
        self._of_pool[self._of_pool >= 1 - _ROUNDING] = 1
        self._of_pool[self._pool == row] = np.inf

    def farthest(self) -> tuple[int, np.float32]:
        """Return the free row, of which there is one, with the lowest cosine, and that cosine."""
        while True:
            least = self._of_pool.min(initial=np.float32(np.inf))
            if least + _ROUNDING < self._outside:
                return self._first(self._pool[self._of_pool <= least + _ROUNDING], least)
            if self._compared == len(self._chosen):
                late = np.where(self.free, self._late, np.inf)
                least = late.min()
                return self._first(np.flatnonzero(late <= least + _ROUNDING), least)
            self._refill()

    def cosines(self) -> Cosines:
        """Return each row's cosine to the nearest chosen one, up to date: (n,) float32."""
        self._catch_up()
        return self._late

    def _catch_up(self) -> None:
        waiting = np.array(self._chosen[self._compared :], np.int64)
        _approach(self._late, self._vectors, waiting, self._progress)
        self._late[waiting] = 1
        self._late[self._late >= 1 - _ROUNDING] = 1
        self._compared = len(self._chosen)

    def _refill(self) -> None:
        self._catch_up()
        rows = np.flatnonzero(self.free)
        late = self._late[rows]
        self._outside = np.float32(np.inf)
        if len(rows) > _POOL:
            parted = np.argpartition(late, _POOL)
            self._outside = late[parted[_POOL]]
            rows = rows[np.sort(parted[:_POOL])]
        self._pool = rows
        self._near = np.ascontiguousarray(self._vectors[rows])
        self._of_pool = self._late[rows]

    def _first(self, rows: Rows, least: np.float32) -> tuple[int, np.float32]:
        """Return that of nearly equal rows which sums in float64 say is the farthest."""
        if len(rows) == 1 or least == 1 or not self._chosen:
            return int(rows[0]), least
        rows = np.sort(rows)
        few = self._vectors[rows].astype(np.float64)
        nearest = np.full(len(rows), -np.inf)
        for start in range(0, len(self._chosen), _BLOCK):
            some = self._vectors[self._chosen[start : start + _BLOCK]]
            products = self._vectors[rows] @ some.T
            close = np.flatnonzero((products >= least - _ROUNDING).any(axis=0))
            if len(close):
                exact = few @ some[close].astype(np.float64).T
                np.maximum(nearest, exact.max(axis=1), out=nearest)
        # As float32 again: two equal rows may differ in the last bits of float64.
        place = int(np.argmin(nearest.astype(np.float32)))
        return int(rows[place]), least


def _approach(nearest: Cosines, vectors: Vectors, chosen: Rows, progress: Progress) -> None:
    """Raise each row's cosine to the nearest of the `chosen` rows, in place."""
    products = np.empty(_BLOCK * min(_PENDING, len(chosen)), np.float32)
    for first in range(0, len(chosen), _BLOCK):
        centres = vectors[chosen[first : first + _BLOCK]]
        for start in range(0, len(vectors), _BLOCK):
            progress(start, len(vectors), "measuring distances")
            block = vectors[start : start + _BLOCK]
            so_far = nearest[start : start + _BLOCK]
            for at in range(0, len(centres), _PENDING):
                some = centres[at : at + _PENDING]
                into = products[: len(some) * len(block)].reshape(len(some), len(block))
                np.matmul(some, block.T, out=into)
                np.maximum(so_far, into.max(axis=0), out=so_far)
