"""Rows in lists around centres, so that near rows are looked for in few lists."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedcurate.neighbours.compiled import Rows
from embedcurate.neighbours.nearest import nearest_among
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["Lists", "lists"]

_TRAINED_ON = 64
_STEPS = 6
_BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Lists:
    """Every row is a member of the list whose centre is nearest and a visitor of the next ones.

    `members(i)` and `visitors(i)` are rows in ascending order.
    """

    _order: Rows
    _starts: NDArray[np.int64]
    _visiting: Rows
    _visits: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def members(self, number: int) -> Rows:
        """Return the rows of which this list's centre is the nearest."""
        return self._order[self._starts[number] : self._starts[number + 1]]

    def visitors(self, number: int) -> Rows:
        """Return the rows of which this list's centre is near but not the nearest."""
        return self._visiting[self._visits[number] : self._visits[number + 1]]


def lists(
    points: Vectors,
    n_lists: int,
    n_probes: int,
    *,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Lists:
    """Sort points into lists by spherical k-means (Dhillon and Modha 2001) on a sample.

    points : (n, d) float32, unit rows; n_probes : lists that a point is a member or visitor of
    """
    n, n_lists = len(points), min(n_lists, len(points))
    centres = _trained(points, n_lists, random_state)
    probed = np.empty((n, min(n_probes, n_lists)), np.int32)
    for start in range(0, n, _BLOCK):
        progress(start, n, "sorting into lists")
        probed[start : start + _BLOCK] = nearest_among(
            points[start : start + _BLOCK], centres, probed.shape[1]
        )
    order, starts = _grouped(probed[:, :1], n_lists)
    visiting, visits = _grouped(probed[:, 1:], n_lists)
    return Lists(order, starts, visiting, visits)


def _trained(points: Vectors, n_lists: int, random_state: int) -> Vectors:
    rows = np.random.default_rng(random_state).permutation(len(points))[: _TRAINED_ON * n_lists]
    centres, sample = points[rows[:n_lists]], points[np.sort(rows)]
    for _ in range(_STEPS):
        own = np.concatenate(
            [
                nearest_among(sample[start : start + _BLOCK], centres, 1)
                for start in range(0, len(sample), _BLOCK)
            ]
        )
        order, starts = _grouped(own, n_lists)
        filled = np.flatnonzero(np.diff(starts))
        sums = np.add.reduceat(sample[order], starts[filled], axis=0)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centres[filled] = sums / np.maximum(norms, np.finfo(np.float32).tiny)
    return centres


def _grouped(probed: NDArray[np.int32], n_lists: int) -> tuple[Rows, NDArray[np.int64]]:
    """Return the rows of each list in ascending order, list by list, and where each starts."""
    order = np.argsort(probed.ravel(), kind="stable")
    counts = np.bincount(probed.ravel(), minlength=n_lists)
    rows = (order // max(probed.shape[1], 1)).astype(np.int32)
    return rows, np.concatenate([[0], np.cumsum(counts)])
