"""Groups of copies as columns, read from what an analysis kept on disk."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..items import PICKS, Items, Rows

__all__ = ["REJECT", "Groups", "Mask", "read_groups"]

Mask = NDArray[np.bool_]

REJECT = PICKS.index("reject")
_NONE: Rows = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups, one after the other, each with its keeper first and then the most similar.

    Attributes
    ----------
    starts : (g + 1,) int64, where each group begins among the members, and the end
    rows : (c,) int64, rows of the items
    group : (c,) int64, the number of each one's group
    similarity : (c,) float32 to the keeper, 1 for keepers, NaN where only a decision says so
    by_mark : (c,) bool, a reject mark on it or its keeper settles it: its bytes are those of the
        keeper, which leaves nothing to decide, or it is a leak
    asked : (c,) bool, the bytes differ and nothing was said of it yet
    reason : (c,) strings, why it stays or doesn't
    """

    starts: Rows
    rows: Rows
    group: Rows
    similarity: NDArray[np.float32]
    by_mark: Mask
    asked: Mask
    reason: pa.Array

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def none(cls) -> "Groups":
        """Return no groups."""
        no = np.empty(0, np.bool_)
        return cls(
            np.zeros(1, np.int64),
            _NONE,
            _NONE,
            np.empty(0, np.float32),
            no,
            no,
            pa.array([], pa.string()),
        )

    @property
    def keepers(self) -> Rows:
        """The row that stays of each group: (g,) int64."""
        return self.rows[self.starts[:-1]]

    @property
    def is_member(self) -> Mask:
        """Which ones another one stays for: (c,) bool."""
        found = np.ones(len(self.rows), np.bool_)
        found[self.starts[:-1]] = False
        return found

    def members(self, group: int) -> slice:
        """Return where the members of a group are, its keeper first."""
        return slice(int(self.starts[group]), int(self.starts[group + 1]))

    def open(self, pick: NDArray[np.int8]) -> Mask:
        """Tell which members wait for a word of the user: (c,) bool.

        `pick` are the marks of all items.
        """
        kept = pick[self.keepers][self.group] != REJECT
        waits: Mask = self.asked | (self.by_mark & kept & (pick[self.rows] != REJECT))
        return waits

    def any_of(self, members: Mask) -> Mask:
        """Tell which groups have one of those members: (g,) bool."""
        return np.asarray(np.bincount(self.group[members], minlength=len(self)) > 0)


def read_groups(items: Items, table: pa.Table) -> Groups:
    """Return the groups of a run of `duplicates`, given its part ``items``.

    Items that are not there any more are left out, and groups that then have no two.
    """
    table = table.filter(pc.is_valid(table["group"]))
    rows, keepers = items.rows_of(table["id"]), items.rows_of(table["keep"])
    there = (rows >= 0) & (keepers >= 0)
    there[there] = np.isin(keepers[there], rows[there & (rows == keepers)])
    there[there] = np.bincount(keepers[there], minlength=len(items))[keepers[there]] > 1
    found = np.asarray(table["similarity"].to_numpy(), np.float32)
    known = np.nan_to_num(found, nan=-1.0)
    at = np.flatnonzero(there)
    at = at[np.lexsort([rows[at], -known[at], rows[at] != keepers[at], keepers[at]])]
    rows, keepers, similarity = rows[at], keepers[at], found[at]
    starts = np.flatnonzero(np.diff(keepers, prepend=-1))
    return Groups(
        np.append(starts, len(rows)),
        rows,
        np.cumsum(np.diff(keepers, prepend=-1) != 0) - 1,
        similarity,
        _same_bytes(items, rows, keepers),
        np.asarray(pc.fill_null(table["asked"], False), np.bool_)[at],
        table["reason"].combine_chunks().take(pa.array(at)),
    )


def _same_bytes(items: Items, rows: Rows, keepers: Rows) -> Mask:
    """Return which members have the bytes of their keeper."""
    content = items.column("content")
    own, kept = (content.take(pa.array(side)).combine_chunks() for side in (rows, keepers))
    equal = np.asarray(pc.fill_null(pc.equal(own, kept), False), np.bool_)
    found: Mask = (rows != keepers) & equal
    return found
