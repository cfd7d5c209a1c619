"""All pairs of rows whose cosine reaches a threshold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedcurate.neighbours.compiled import Rows, cells_at_least, cosines_of
from embedcurate.neighbours.lists import lists
from embedcurate.neighbours.reduced import margin, reduced
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["Pairs", "all_pairs"]

_EXACT_UP_TO = 200_000
_HEIGHT, _WIDTH = 1024, 8192
_REDUCED = 128
_WORTH_REDUCING = 4096  # rows
_MANY = 64  # of so many cells one that must be checked costs as much as whole products
_LISTED, _PROBES = 500, 4
_SAMPLE = 1000
_HASHED = 4096


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of rows, left < right, in ascending order.

    Of rows that are equal, only the first has pairs with rows that differ; beside those it has one
    pair with each of its equals. So a thousand blank pictures make 999 pairs and not 499,500.

    left, right : (m,) int32; cosines : (m,) float32
    exact : every pair was looked for; else only those in neighbouring lists
    recall : the share of the pairs that are there: 1.0 if exact, else measured by comparing a
        sample of the rows with all
    checked : the pairs of that sample, on which the recall rests; 0 if exact
    lowest : all pairs above it are there. It is the threshold that was asked for, unless there
        were more than `max_pairs`: then those with the highest cosines are kept.
    """

    left: Rows
    right: Rows
    cosines: NDArray[np.float32]
    recall: float
    exact: bool
    checked: int
    lowest: float

    def __len__(self) -> int:
        return len(self.left)


def all_pairs(
    vectors: Vectors,
    threshold: float,
    *,
    max_pairs: int = 5_000_000,
    exact: bool | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Pairs:
    """Find the pairs of rows whose cosine is at least `threshold`.

    vectors : (n, d) float32, unit rows; they may be mapped from a file and are never copied whole
    exact : look for every pair, which takes n^2 products. None: up to 200,000 rows

    Products of reduced vectors bound the cosines from above, so that few pairs need their own;
    those are summed in float64. Above, rows are compared within lists around common centres (as in
    SemDeDup, Abbas et al. 2023), and each also with those of the next three lists.
    """
    n, d = vectors.shape
    firsts, found = _equals(vectors, progress), _Found(vectors, threshold, max_pairs)
    rows = np.flatnonzero(firsts == np.arange(n)).astype(np.int32)
    others = np.flatnonzero(firsts != np.arange(n)).astype(np.int32)
    found.add(firsts[others], others)
    exact = len(rows) <= _LISTED or (len(rows) <= _EXACT_UP_TO if exact is None else exact)
    points = None
    if len(rows) > _WORTH_REDUCING and d >= 2 * _REDUCED:
        points = reduced(vectors, rows, _REDUCED, random_state=random_state)
    tiles = _Tiles(vectors, found)
    if exact:
        tiles.compare(rows, len(rows), points, progress)
        return found.pairs(recall=1.0, exact=True, checked=0)
    near = points
    if near is None:
        near = vectors if len(rows) == n else vectors[rows]
    grouped = lists(
        near,
        max(len(rows) // _LISTED, 1),
        _PROBES,
        random_state=random_state,
        progress=progress,
    )
    for number in range(len(grouped)):
        progress(number, len(grouped), "comparing")
        members = grouped.members(number)
        both = np.concatenate([members, grouped.visitors(number)])
        tiles.compare(rows[both], len(members), None if points is None else points[both])
    recall, checked = _recall(vectors, rows, found, random_state, progress)
    return found.pairs(recall=recall, exact=False, checked=checked)


class _Found:
    """Pairs with a cosine of at least `least`, which rises where there are too many."""

    def __init__(self, vectors: Vectors, least: float, at_most: int) -> None:
        self._vectors, self._at_most = vectors, at_most
        self.least = least
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []
        self._held = 0

    def add(self, left: Rows, right: Rows) -> None:
        """Keep those pairs, in any order, whose cosine is high enough."""
        cosines = cosines_of(self._vectors, left, right)
        kept = np.flatnonzero(cosines >= self.least)
        if not len(kept):
            return
        one, other = left[kept].astype(np.int64), right[kept].astype(np.int64)
        codes = np.minimum(one, other) * len(self._vectors) + np.maximum(one, other)
        self._parts.append((codes, cosines[kept]))
        self._held += len(kept)
        if self._held > 2 * self._at_most:
            self.held()

    def held(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return what is kept, by left and right: each pair once, and no more than allowed."""
        codes = np.concatenate([codes for codes, _ in self._parts] or [np.zeros(0, np.int64)])
        cosines = np.concatenate([cosines for _, cosines in self._parts] or [np.zeros(0)])
        codes, places = np.unique(codes, return_index=True)
        cosines = cosines[places]
        if len(codes) > self._at_most:
            best = np.argsort(-cosines, kind="stable")[: self._at_most]
            self.least = float(cosines[best[-1]]) if len(best) else np.inf
            best.sort()
            codes, cosines = codes[best], cosines[best]
        self._parts, self._held = [(codes, cosines)], len(codes)
        return codes, cosines

    def pairs(self, *, recall: float, exact: bool, checked: int) -> Pairs:
        codes, cosines = self.held()
        left, right = np.divmod(codes, max(len(self._vectors), 1))
        return Pairs(
            left.astype(np.int32),
            right.astype(np.int32),
            cosines.astype(np.float32),
            recall,
            exact,
            checked,
            self.least,
        )


class _Tiles:
    """Compares rows with rows, one product that fits into the cache after the other."""

    def __init__(self, vectors: Vectors, found: _Found) -> None:
        self._vectors, self._found = vectors, found
        self._margin = margin(vectors.shape[1])
        self._products = np.empty(_HEIGHT * _WIDTH, np.float32)
        self._bounded = self._in_vain = 0

    def compare(
        self, rows: Rows, count: int, points: Vectors | None, progress: Progress = ignore
    ) -> None:
        """Compare each of the first `count` rows with all that come after it.

        points : the reduced vectors of the rows, if there are
        """
        for top in range(0, count, _HEIGHT):
            progress(top, count, "comparing")
            bottom = min(top + _HEIGHT, count)
            for start in range(top, len(rows), _WIDTH):
                across = slice(start, start + _WIDTH)
                self._tile(rows, slice(top, bottom), across, points)

    def compare_sample(self, sample: Rows, rows: Rows, progress: Progress) -> None:
        """Compare at most `_HEIGHT` rows with all others, each by its whole vector."""
        left = self._vectors[sample]
        for start in range(0, len(rows), _WIDTH):
            progress(start, len(rows), "measuring the recall")
            across = rows[start : start + _WIDTH]
            down, right = self._cells(left, self._vectors[across], above_diagonal=False)
            differ = sample[down] != across[right]
            self._found.add(sample[down[differ]], across[right[differ]])

    def _tile(self, rows: Rows, down: slice, across: slice, points: Vectors | None) -> None:
        cells = None
        if points is not None and 2 * self._in_vain <= self._bounded + 8:
            cells = self._cells(points[down], points[across], down.start == across.start)
            self._bounded += 1
            if len(cells[0]) * _MANY > (down.stop - down.start) * len(rows[across]):
                self._in_vain += 1
                cells = None
        if cells is None:
            left, right = self._vectors[rows[down]], self._vectors[rows[across]]
            cells = self._cells(left, right, down.start == across.start)
        self._found.add(rows[down][cells[0]], rows[across][cells[1]])

    def _cells(
        self, left: Vectors, right: Vectors, above_diagonal: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        products = self._products[: len(left) * len(right)].reshape(len(left), len(right))
        np.matmul(left, right.T, out=products)
        least = self._found.least - self._margin
        return cells_at_least(products, least, above_diagonal=above_diagonal)


def _equals(vectors: Vectors, progress: Progress) -> Rows:
    """Return for each row the first that is equal to it, bit by bit: (n,) int32."""
    n, d = vectors.shape
    factors = np.random.default_rng(0).integers(1, 2**63, d, np.uint64) | np.uint64(1)
    hashes = np.empty(n, np.uint64)
    for start in range(0, n, _HASHED):
        progress(start, n, "looking for equal rows")
        block = np.ascontiguousarray(vectors[start : start + _HASHED])
        hashes[start : start + _HASHED] = block.view(np.uint32).astype(np.uint64) @ factors
    _, first, group = np.unique(hashes, return_index=True, return_inverse=True)
    firsts = first[group].astype(np.int32)
    others = np.flatnonzero(firsts != np.arange(n))
    for start in range(0, len(others), _HASHED):
        some = others[start : start + _HASHED]
        differ = (vectors[some] != vectors[firsts[some]]).any(axis=1)
        firsts[some[differ]] = some[differ]
    return firsts


def _recall(
    vectors: Vectors, rows: Rows, found: _Found, random_state: int, progress: Progress
) -> tuple[float, int]:
    """Return the share of a sample's pairs that were found, and how many pairs it has."""
    codes, _ = found.held()
    sample = np.sort(np.random.default_rng(random_state).permutation(rows)[:_SAMPLE])
    true = _Found(vectors, found.least, len(rows) * _SAMPLE)
    _Tiles(vectors, true).compare_sample(sample, rows, progress)
    wanted, _ = true.held()
    if not len(wanted):
        return 1.0, 0
    return float(np.isin(wanted, codes).mean()), len(wanted)
