"""What clicks, keys and rectangles select."""

from dataclasses import dataclass

import numpy as np

from ..items import Rows

__all__ = ["Choosing", "joined"]


@dataclass(slots=True)
class Choosing:
    """Turns gestures at positions into a new selection of rows, sorted: (s,) int64.

    `anchor` is the position from which Shift extends.
    """

    anchor: int = -1

    def one(self, rows: Rows, position: int) -> Rows:
        """Select one item and nothing else."""
        self.anchor = position
        return rows[[position]]

    def toggled(self, rows: Rows, selection: Rows, position: int) -> Rows:
        """Select or deselect one item; the others stay."""
        self.anchor = position
        row = rows[[position]]
        others: Rows = selection[selection != row]
        return others if len(others) < len(selection) else joined(selection, row)

    def extended(self, rows: Rows, selection: Rows, position: int, *, adding: bool) -> Rows:
        """Select from the anchor to `position`; `adding` keeps what was selected before."""
        if not 0 <= self.anchor < len(rows):
            self.anchor = position
        first, last = sorted((self.anchor, position))
        return joined(rows[first : last + 1], *([selection] if adding else []))

    def banded(self, rows: Rows, selection: Rows, positions: Rows, *, adding: bool) -> Rows:
        """Select what a rectangle touches; `adding` keeps what was selected before."""
        return joined(rows[positions], *([selection] if adding else []))


def joined(*parts: Rows) -> Rows:
    """Return the rows that are in any of the parts: (s,) int64, sorted.

    By marking them: `np.union1d` took 0.9 s for a million rows, this 2 ms.
    """
    count = max((int(part.max()) + 1 for part in parts if len(part)), default=0)
    marked = np.zeros(count, np.bool_)
    for part in parts:
        marked[part] = True
    return np.flatnonzero(marked)
