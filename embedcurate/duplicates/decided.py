"""What the user's decisions make of pairs of contents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Decision, Pair
from embedcurate.duplicates.grouping import Rows

__all__ = ["Decided", "codes", "decided"]


@dataclass(frozen=True, slots=True)
class Decided:
    """Decisions about contents that are there, the contents numbered.

    about : (k,) the contents that any decision is about, ascending
    apart : (a,) pairs i < j as i * n + j that are different, or alternates of which both stay
    joined : (j, 2) pairs that are duplicates
    losers, winners : (l,) of the joined pairs, where the user said which one stays
    kept_copies : contents of which all copies stay
    """

    n: int
    about: Rows
    apart: Rows
    joined: Rows
    losers: Rows
    winners: Rows
    kept_copies: Rows

    def has(self, left: Rows, right: Rows) -> NDArray[np.bool_]:
        """Tell about which pairs there is a decision."""
        known = np.concatenate([self.apart, codes(self.n, self.joined[:, 0], self.joined[:, 1])])
        return np.isin(codes(self.n, left, right), known)

    def apart_of(self, left: Rows, right: Rows) -> NDArray[np.bool_]:
        """Tell which pairs are different or alternates."""
        return np.isin(codes(self.n, left, right), self.apart)


def codes(n: int, left: Rows, right: Rows) -> Rows:
    """Return a number for each pair, whichever comes first in it."""
    return np.minimum(left, right) * n + np.maximum(left, right)


def decided(contents: pa.Array, decisions: Mapping[Pair, Decision]) -> Decided:
    """Return the decisions about the contents of these hashes (n,)."""
    n = len(contents)
    pairs = list(decisions.items())
    left = _places(contents, [pair[0] for pair, _ in pairs])
    right = _places(contents, [pair[1] for pair, _ in pairs])
    keep = _places(contents, [decision.keep for _, decision in pairs])
    there = (left >= 0) & (right >= 0)
    joins = there & np.array([decision.kind == "duplicate" for _, decision in pairs], np.bool_)
    copies = there & (left == right)
    apart = there & ~joins & ~copies
    won = joins & ~copies & ((keep == left) | (keep == right))
    joins &= ~copies
    return Decided(
        n,
        np.unique(np.concatenate([left[there], right[there]])),
        np.unique(codes(n, left[apart], right[apart])),
        np.column_stack([left[joins], right[joins]]),
        np.where(keep == left, right, left)[won],
        keep[won],
        np.unique(left[copies & ~joins]),
    )


def _places(contents: pa.Array, wanted: Sequence[str | None]) -> Rows:
    """Return where each wanted hash is, -1 where it is not."""
    asked = pa.array(wanted, pa.string())
    known = contents.filter(pc.is_in(contents, value_set=asked))
    at = pc.indices_nonzero(pc.is_in(contents, value_set=asked)).to_numpy().astype(np.int64)
    found = pc.fill_null(pc.index_in(asked, value_set=known), -1).to_numpy()
    return np.where(found >= 0, np.append(at, -1)[found], -1).astype(np.int64)
