"""Pairs -> groups in which every member is a pair with the group's keeper: no chains."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Rows", "Stars", "star_groups"]

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stars:
    """Who stays for whom.

    keepers : (n,) int64, the keeper of each row: itself if it is no member of a group
    similarities : (n,) float32 to the keeper; 1 for keepers, NaN where only a decision says so
    """

    keepers: Rows
    similarities: NDArray[np.float32]

    @property
    def members(self) -> NDArray[np.bool_]:
        """Which rows another one stays for: (n,) bool."""
        return np.asarray(self.keepers != np.arange(len(self.keepers)))


def star_groups(
    left: Rows,
    right: Rows,
    similarities: NDArray[np.float32],
    places: Rows,
    *,
    losers: Rows | None = None,
    winners: Rows | None = None,
) -> Stars:
    """Group rows around keepers.

    In the order of `places`, each row that is not a pair with an earlier keeper becomes a keeper;
    each other row joins the most similar of the keepers that it is a pair with, of equal ones the
    first. So keepers are never pairs with each other, and no member is far from its keeper,
    however long a chain of pairs is.

    left, right : (m,) int, the pairs, in any order
    similarities : (m,) float32
    places : (n,) int, the place of each row in the order of preference, a permutation
    losers, winners : (l,) int, pairs that the user decided: a loser is never a keeper, and goes
        where its winner goes. Of several winners of a loser the first in order counts.
    """
    n = len(places)
    winner = _final_winners(n, places, losers, winners)
    free = winner < 0
    kept = free[left] & free[right]
    left, right, similarities = left[kept], right[kept], similarities[kept]
    swap = places[left] > places[right]
    better, worse = np.where(swap, right, left), np.where(swap, left, right)

    keeper = np.ones(n, np.bool_)
    by_better = np.argsort(places[better], kind="stable")
    ordered, heads = worse[by_better], better[by_better]
    starts = np.flatnonzero(np.diff(heads, prepend=-1))
    stops = np.flatnonzero(np.diff(heads, append=-1)) + 1
    for head, start, stop in zip(
        heads[starts].tolist(), starts.tolist(), stops.tolist(), strict=True
    ):
        if keeper[head]:
            keeper[ordered[start:stop]] = False

    keepers = np.arange(n)
    found = np.ones(n, np.float32)
    joins = np.flatnonzero(keeper[better])
    first = joins[np.lexsort((places[better[joins]], -similarities[joins], worse[joins]))]
    rows, at = np.unique(worse[first], return_index=True)
    keepers[rows], found[rows] = better[first[at]], similarities[first[at]]

    lost = np.flatnonzero(~free)
    keepers[lost] = keepers[winner[lost]]
    found[lost] = np.nan
    return Stars(keepers, found)


def _final_winners(n: int, places: Rows, losers: Rows | None, winners: Rows | None) -> Rows:
    """Return for each row who won over it in the end, -1 for a row that never lost.

    Rows that lost to each other in a circle are free again: such decisions say nothing.
    """
    winner = np.full(n, -1)
    if losers is None or winners is None:
        return winner
    for at in np.argsort(-places[winners], kind="stable").tolist():
        winner[losers[at]] = winners[at]
    final = winner.copy()
    for row in np.flatnonzero(winner >= 0).tolist():
        seen, last = {row}, int(winner[row])
        while winner[last] >= 0 and last not in seen:
            seen.add(last)
            last = int(winner[last])
        final[row] = -1 if last in seen else last
    return final
