"""Where the tiles of a grid lie: arithmetic over positions, the same for ten items and a billion.

A position counts the items shown, from 0, line by line. Pixels are logical ones, measured from the
content's top left corner, so they don't change when the grid scrolls.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

__all__ = ["Layout", "Step"]


class Step(Enum):
    """Where a key moves to."""

    LEFT = auto()
    RIGHT = auto()
    UP = auto()
    DOWN = auto()
    PAGE_UP = auto()
    PAGE_DOWN = auto()
    FIRST = auto()
    LAST = auto()


@dataclass(frozen=True, slots=True)
class Layout:
    """Tiles of one size in lines of `columns`, `gap_px` apart, inside a margin."""

    count: int
    columns: int
    tile_width_px: int
    tile_height_px: int
    gap_px: int = 0
    margin_px: int = 0

    @classmethod
    def grid(
        cls,
        count: int,
        *,
        width_px: int,
        size_px: int,
        caption_px: int,
        gap_px: int,
        margin_px: int,
    ) -> "Layout":
        """Lay out square tiles with a caption below: as many in a line as fit, stretched to fill.

        `size_px` is the least side of the square; a width that holds no tile gets one that fills
        it.
        """
        inner = max(1, width_px - 2 * margin_px)
        columns = max(1, (inner + gap_px) // (size_px + gap_px))
        side = max(1, (inner - gap_px * (columns - 1)) // columns)
        return cls(count, columns, side, side + caption_px, gap_px, margin_px)

    @classmethod
    def table(cls, count: int, *, width_px: int, line_px: int) -> "Layout":
        """Lay out one item a line."""
        return cls(count, 1, max(1, width_px), line_px)

    def of(self, count: int) -> "Layout":
        """Return the same layout for another number of items."""
        return replace(self, count=count)

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return -(-self.count // self.columns)

    @property
    def line_px(self) -> int:
        """The distance from a line's top to the next one's."""
        return self.tile_height_px + self.gap_px

    @property
    def height_px(self) -> int:
        """The content's height, margins included."""
        return max(0, self.lines * self.line_px - self.gap_px) + 2 * self.margin_px

    def place(self, position: int) -> tuple[int, int]:
        """Return the left and top pixel of a tile."""
        line, column = divmod(position, self.columns)
        return (
            self.margin_px + column * (self.tile_width_px + self.gap_px),
            self.margin_px + line * self.line_px,
        )

    def at(self, x: int, y: int) -> int:
        """Return the position of the tile under a point, -1 between tiles and beside them."""
        column, across = divmod(x - self.margin_px, self.tile_width_px + self.gap_px)
        line, down = divmod(y - self.margin_px, self.line_px)
        if across >= self.tile_width_px or down >= self.tile_height_px:
            return -1
        if not 0 <= column < self.columns or line < 0:
            return -1
        position = line * self.columns + column
        return position if position < self.count else -1

    def visible(self, top_px: int, height_px: int) -> range:
        """Return the positions of the lines that a window on the content touches."""
        first = max(0, (top_px - self.margin_px) // self.line_px)
        last = max(0, -(-(top_px + height_px - self.margin_px) // self.line_px))
        return range(min(self.count, first * self.columns), min(self.count, last * self.columns))

    def inside(self, left: int, top: int, right: int, bottom: int) -> NDArray[np.int64]:
        """Return the positions of the tiles that a rectangle touches: (m,) int64, rising.

        `right` and `bottom` are exclusive.
        """
        columns = _touched(
            left - self.margin_px, right - self.margin_px, self.tile_width_px, self.gap_px
        )
        lines = _touched(
            top - self.margin_px, bottom - self.margin_px, self.tile_height_px, self.gap_px
        )
        across = np.arange(columns.start, min(columns.stop, self.columns))
        down = np.arange(lines.start, min(lines.stop, self.lines))
        found = (down[:, None] * self.columns + across).ravel()
        return found[found < self.count].astype(np.int64)

    def moved(self, position: int, step: Step, *, height_px: int) -> int:
        """Return where a key leads from `position` in a window `height_px` high.

        Left and right go on to the next line; down from above a short last line goes to its end.
        From no position (-1), every key leads to the first item, except that to the last.
        """
        if self.count == 0:
            return -1
        last = self.count - 1
        if step is Step.LAST:
            return last
        if step is Step.FIRST or position < 0:
            return 0
        if step in {Step.LEFT, Step.RIGHT}:
            return min(last, max(0, position + (1 if step is Step.RIGHT else -1)))
        page = max(1, height_px // self.line_px)
        lines = {Step.UP: -1, Step.DOWN: 1, Step.PAGE_UP: -page, Step.PAGE_DOWN: page}[step]
        line, column = divmod(position, self.columns)
        line = min(self.lines - 1, max(0, line + lines))
        return min(last, line * self.columns + column)

    def revealing(self, position: int, top_px: int, height_px: int) -> int:
        """Return how far to scroll, from `top_px`, no further than a tile needs to be seen."""
        _, top = self.place(position)
        first, last = top - self.margin_px, top + self.tile_height_px + self.margin_px
        if first < top_px or last - first > height_px:
            return max(0, first)
        return max(top_px, last - height_px)


def _touched(start: int, stop: int, size: int, gap: int) -> range:
    """Return which of many intervals, `size` long and `gap` apart from 0, meet [start, stop)."""
    first = max(0, -(-(start - size + 1) // (size + gap)))
    last = max(first, -(-stop // (size + gap)))
    return range(first, last)
