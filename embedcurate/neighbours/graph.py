"""Each row's nearest rows: of all while that is cheap, else of those that are likely near."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedcurate.neighbours.compiled import Rows, cosines_of
from embedcurate.neighbours.lists import lists
from embedcurate.neighbours.nearest import improved, merge
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["Graph", "nearest_neighbours"]

_EXACT_UP_TO = 20_000
_HEIGHT, _WIDTH = 1024, 8192
_LISTED, _PROBES = 500, 2
_SPARE, _ROUNDS = 5, 2
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Graph:
    """The nearest other rows of each row, nearest first; of equally near ones the lowest row.

    indices : (n, k) int32, -1 where there are fewer than k other rows
    cosines : (n, k) float32, descending; -1 where there are fewer
    recall : the share of the true neighbours that are there; 1.0 if the graph is exact, else
        measured on a sample of the rows
    """

    indices: NDArray[np.int32]
    cosines: NDArray[np.float32]
    recall: float = 1.0

    @property
    def distances(self) -> NDArray[np.float32]:
        """The Euclidean distances of the unit rows: (n, k) float32, ascending."""
        return np.sqrt(np.maximum(2 - 2 * self.cosines, 0), dtype=np.float32)


def nearest_neighbours(
    vectors: Vectors,
    n_neighbors: int = 15,
    *,
    exact: bool | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Graph:
    """Find each row's `n_neighbors` nearest other rows by cosine.

    vectors : (n, d) float32, unit rows; they may be mapped from a file and are never copied whole
    exact : compare all rows, which takes n^2 products. None: up to 20,000 rows

    Above, rows are compared within lists around common centres, and then with the neighbours of
    their neighbours, a few times over (neighbour exploring: Tang et al., LargeVis, 2016; Dong et
    al., NN-descent, 2011). The recall is measured by comparing a sample of the rows with all.
    """
    n = len(vectors)
    exact = n <= _LISTED or (n <= _EXACT_UP_TO if exact is None else exact)
    rows = np.arange(n, dtype=np.int32)
    if exact:
        return _graph(vectors, rows, _by_all(vectors, rows, n_neighbors, progress))
    indices, best = _by_lists(vectors, n_neighbors + _SPARE, random_state, progress)
    known = np.zeros(indices.shape, np.bool_)
    for _ in range(_ROUNDS):
        indices, best, known = improved(vectors, indices, best, known, progress)
    found = _graph(vectors, rows, indices[:, :n_neighbors])
    sample = np.random.default_rng(random_state).permutation(rows)[:_SAMPLE]
    true = _graph(vectors, sample, _by_all(vectors, sample, n_neighbors, progress))
    # Of equally near rows any will do.
    as_near = found.cosines[sample] >= true.cosines[:, -1:]
    return Graph(found.indices, found.cosines, float(as_near.mean()) if as_near.size else 1.0)


def _by_all(vectors: Vectors, rows: Rows, k: int, progress: Progress) -> NDArray[np.int32]:
    """Compare some rows with all: (m, k) int32."""
    names = np.arange(len(vectors), dtype=np.int32)
    places = np.arange(len(rows), dtype=np.int32)
    indices = np.full((len(rows), k), -1, np.int32)
    best = np.full((len(rows), k), -np.inf, np.float32)
    for top in range(0, len(rows) if k else 0, _HEIGHT):
        progress(top, len(rows), "finding neighbours")
        some = slice(top, top + _HEIGHT)
        left = vectors[rows[some]]
        for start in range(0, len(vectors), _WIDTH):
            across = slice(start, start + _WIDTH)
            products = left @ vectors[across].T
            merge(products, places[some], rows[some], names[across], indices, best)
    return indices


def _by_lists(
    vectors: Vectors, k: int, random_state: int, progress: Progress
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Compare each row with the members of the lists whose centres are nearest: (n, k) both."""
    n = len(vectors)
    grouped = lists(
        vectors, max(n // _LISTED, 1), _PROBES, random_state=random_state, progress=progress
    )
    indices = np.full((n, k), -1, np.int32)
    best = np.full((n, k), -np.inf, np.float32)
    for number in range(len(grouped)):
        progress(number, len(grouped), "finding neighbours")
        members = grouped.members(number)
        looking = np.concatenate([members, grouped.visitors(number)])
        for top in range(0, len(looking), _HEIGHT):
            some = looking[top : top + _HEIGHT]
            left = vectors[some]
            for start in range(0, len(members), _WIDTH):
                across = members[start : start + _WIDTH]
                merge(left @ vectors[across].T, some, some, across, indices, best)
    return indices, best


def _graph(vectors: Vectors, rows: Rows, indices: NDArray[np.int32]) -> Graph:
    """Return lists of neighbours with exact cosines, in order."""
    there = indices >= 0
    left = np.broadcast_to(rows[:, None], indices.shape)[there]
    cosines = np.full(indices.shape, -1, np.float32)
    cosines[there] = cosines_of(vectors, left, indices[there])
    order = np.lexsort((indices, -cosines, ~there))
    return Graph(
        np.take_along_axis(indices, order, axis=1), np.take_along_axis(cosines, order, axis=1)
    )
