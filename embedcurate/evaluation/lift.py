"""Which tags and labels go together more, or less, than chance would have it."""

from collections.abc import Collection as AbstractCollection
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

__all__ = ["Lift", "adjusted", "tag_lifts"]

_RARE = 5
"""Tags of fewer items are not tested: nothing could be said of them."""

_MOST_TAGS = 200


@dataclass(frozen=True, slots=True)
class Lift:
    """Two tags that go together: how many items have both, as a multiple of what chance gives.

    `p` is of Fisher's exact test, two-sided; `q` bounds the share of false findings among all
    pairs with a q as small (Benjamini & Hochberg 1995).
    """

    first: str
    second: str
    both: int
    lift: float
    p: float
    q: float


def tag_lifts(tags: Sequence[AbstractCollection[str]]) -> list[Lift]:
    """Test all pairs of tags of (n,) items, each a set; the surest findings first.

    Of more than 200 tags the 200 commonest are tested.
    """
    from scipy.stats import fisher_exact

    counts: dict[str, int] = {}
    for some in tags:
        for tag in some:
            counts[tag] = counts.get(tag, 0) + 1
    common = sorted((tag for tag in counts if counts[tag] >= _RARE), key=lambda t: (-counts[t], t))
    common = sorted(common[:_MOST_TAGS])
    has = np.array([[tag in some for tag in common] for some in tags], np.float32)
    if len(common) < 2:
        return []
    n, together = len(tags), np.rint(has.T @ has).astype(int)
    pairs = list(combinations(range(len(common)), 2))
    p = np.empty(len(pairs))
    for at, (i, j) in enumerate(pairs):
        both, only_i, only_j = together[i, j], together[i, i], together[j, j]
        table = [[both, only_i - both], [only_j - both, n - only_i - only_j + both]]
        p[at] = fisher_exact(table).pvalue
    lifts = [
        Lift(
            common[i],
            common[j],
            int(together[i, j]),
            float(together[i, j] * n / (together[i, i] * together[j, j])),
            float(p[at]),
            float(q),
        )
        for at, ((i, j), q) in enumerate(zip(pairs, adjusted(p), strict=True))
    ]
    return sorted(lifts, key=lambda lift: (lift.q, lift.p, lift.first, lift.second))


def adjusted(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the q-values of p-values (m,) by Benjamini and Hochberg's step-up (1995)."""
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p)) if len(p) else p
