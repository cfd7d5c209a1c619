"""Train, validation and test splits that no group of look-alikes straddles."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedcurate.errors import ExportError

__all__ = ["Splits", "assign", "joined"]

_TOLERANCE = 0.005
_LARGE = 0.5


@dataclass(frozen=True, slots=True)
class Splits:
    """Which split each item is in: ``names[codes[i]]``; `groups` is how many groups there were.

    codes : (n,) int64
    """

    names: tuple[str, ...]
    codes: NDArray[np.int64]
    groups: int

    @property
    def counts(self) -> dict[str, int]:
        """How many items each split has."""
        counted = np.bincount(self.codes, minlength=len(self.names))
        return dict(zip(self.names, counted.tolist(), strict=True))


def joined(n: int, *labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the groups that arise where items that share any label belong together.

    labels : each (n,) int64, negative where an item has none. Returns (n,) int64 from 0 on.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends: list[NDArray[np.int64]] = []
    for label in labels:
        has = np.flatnonzero(label >= 0)
        _, first, inverse = np.unique(label[has], return_index=True, return_inverse=True)
        ends.append(np.stack([has, has[first[inverse]]]))
    rows, columns = np.concatenate([np.empty((2, 0), np.int64), *ends], axis=1)
    graph = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def assign(
    keys: NDArray[np.uint64],
    groups: NDArray[np.int64],
    shares: Mapping[str, float],
    *,
    strata: NDArray[np.int64] | None = None,
) -> Splits:
    """Give each group to one split, so that the splits' shares of the items come out as asked.

    A group's place between 0 and 1 is the smallest key of its members, and the splits are ranges
    of it. So that later items leave earlier ones where they are, a range's border stays at its
    share as long as the items below it are within 0.5 % of the share, and moves to the nearest
    group otherwise. Groups of more than half of the smallest split come first, the largest
    leading, each to the split that lacks most.

    keys : (n,) uint64, hashes of what the items are; equal whenever the item is
    groups : (n,) int64 from 0 on
    shares : split -> share, in the order of the ranges; they need not add up to 1
    strata : (n,) int64 from 0 on, optional; each stratum is divided alike, a group going with its
        member of the smallest key
    """
    names, weights = _weights(shares)
    count = int(groups.max(initial=-1)) + 1
    sizes = np.bincount(groups, minlength=count)
    order = np.lexsort((keys, groups))
    leaders = order[np.searchsorted(groups[order], np.arange(count))]
    places = keys[leaders] / np.float64(2**64)
    codes = np.full(count, -1, np.int64)
    kinds = np.zeros(count, np.int64) if strata is None else strata[leaders]

    n = len(keys)
    room = weights * n
    large = np.flatnonzero(sizes > max(1.0, _LARGE * room.min()))
    for group in sorted(large.tolist(), key=lambda one: (-sizes[one], places[one])):
        codes[group] = np.argmax(room)
        room[codes[group]] -= sizes[group]
    _by_place(codes, places, sizes, kinds, np.maximum(room, 0))
    return Splits(names, codes[groups], count)


def _weights(shares: Mapping[str, float]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    weights = np.array(list(shares.values()), np.float64)
    if not len(weights) or not np.isfinite(weights).all() or (weights <= 0).any():
        raise ExportError(
            "Splits need shares above 0, such as train=0.8,val=0.1,test=0.1; "
            f"these are {dict(shares)}."
        )
    return tuple(shares), weights / weights.sum()


def _by_place(
    codes: NDArray[np.int64],
    places: NDArray[np.float64],
    sizes: NDArray[np.int64],
    kinds: NDArray[np.int64],
    room: NDArray[np.float64],
) -> None:
    """Fill in the codes of groups that have none, kind by kind."""
    if not room.sum():
        room = np.ones_like(room)
    borders = np.cumsum(room / room.sum())[:-1]
    owed = np.zeros(len(borders))  # what earlier kinds could not be given is made up by later ones
    open_ = np.flatnonzero(codes < 0)
    open_ = open_[np.lexsort((places[open_], kinds[open_]))]
    starts = np.flatnonzero(np.diff(kinds[open_], prepend=-1))  # a kind is 0 or more
    for part in np.split(open_, starts[1:]) if len(open_) else ():
        below = np.concatenate([[0], np.cumsum(sizes[part])])
        aims = borders * below[-1] + owed
        cuts = np.searchsorted(places[part], borders)
        slack = _TOLERANCE * below[-1]
        off = np.abs(below[cuts] - aims) > slack
        cuts = np.maximum.accumulate(np.where(off, _nearest(below, aims), cuts))
        owed = aims - below[cuts]
        codes[part] = np.searchsorted(cuts, np.arange(len(part)), side="right")


def _nearest(rising: NDArray[np.int64], aims: NDArray[np.float64]) -> NDArray[np.int64]:
    after = np.clip(np.searchsorted(rising, aims), 1, len(rising) - 1)
    before_is_nearer = aims - rising[after - 1] <= rising[after] - aims
    return np.where(before_is_nearer, after - 1, after)
