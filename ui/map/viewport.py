"""What part of the plane is seen, and where on the screen each place of it lies."""

from dataclasses import dataclass, replace
from math import isfinite
from typing import Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Viewport"]

_MARGIN = 0.06  # of a side, left free around what is fitted
_CLOSEST = 1e-4  # of the width of all points, across the window


@dataclass(frozen=True, slots=True)
class Viewport:
    """A window of `width_px` by `height_px` whose middle shows the place (`x`, `y`).

    `scale` is in pixels a unit. Pixels count from the upper left corner and the plane's second
    axis points upwards, as in a diagram.
    """

    x: float
    y: float
    scale: float
    width_px: int
    height_px: int

    @classmethod
    def fitted(
        cls, low: tuple[float, float], high: tuple[float, float], width_px: int, height_px: int
    ) -> Self:
        """Show the rectangle from `low` to `high`, and a margin around it."""
        wide, tall = high[0] - low[0], high[1] - low[1]
        room = 1 - 2 * _MARGIN
        fits = [side * room / length for side, length in ((width_px, wide), (height_px, tall))
                if length > 0]  # fmt: skip
        scale = min(fits, default=1.0)
        if not isfinite(scale) or scale <= 0:
            scale = 1.0
        return cls((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, scale, width_px, height_px)

    def resized(self, width_px: int, height_px: int) -> Self:
        """Keep the middle and the scale in a window of another size."""
        return replace(self, width_px=width_px, height_px=height_px)

    def panned(self, dx_px: float, dy_px: float) -> Self:
        """Move what is seen by so many pixels to the right and down."""
        return replace(self, x=self.x - dx_px / self.scale, y=self.y + dy_px / self.scale)

    def zoomed(self, factor: float, at: tuple[float, float] | None = None) -> Self:
        """Enlarge by `factor` around a pixel, by default the middle, which keeps its place."""
        px, py = at or (self.width_px / 2, self.height_px / 2)
        x, y = self.place(px, py)
        scale = self.scale * factor
        return replace(
            self,
            x=x - (px - self.width_px / 2) / scale,
            y=y + (py - self.height_px / 2) / scale,
            scale=scale,
        )

    def limited(self, whole: Self) -> Self:
        """Keep between half of the scale at which all is seen, `whole`, and 10,000 times it."""
        scale = min(max(self.scale, whole.scale / 2), whole.scale / _CLOSEST)
        x = min(max(self.x, whole.left), whole.right)
        y = min(max(self.y, whole.bottom), whole.top)
        return replace(self, x=x, y=y, scale=scale)

    def place(self, px: float, py: float) -> tuple[float, float]:
        """Return the place of the plane that a pixel shows."""
        return (
            self.x + (px - self.width_px / 2) / self.scale,
            self.y - (py - self.height_px / 2) / self.scale,
        )

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel at which a place is shown."""
        return (
            (x - self.x) * self.scale + self.width_px / 2,
            (self.y - y) * self.scale + self.height_px / 2,
        )

    def pixels(
        self, x: NDArray[np.float32], y: NDArray[np.float32], ratio: float = 1.0
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the pixels (n,) and (n,) float32 of places, `ratio` of them to each of ours."""
        scale = np.float32(self.scale * ratio)
        # The middle is taken off first: a product would lose the digits that deep zooms need.
        across = (x - np.float32(self.x)) * scale
        across += np.float32(self.width_px * ratio / 2)
        down = (np.float32(self.y) - y) * scale
        down += np.float32(self.height_px * ratio / 2)
        return across, down

    @property
    def left(self) -> float:
        """The least first coordinate that is seen."""
        return self.x - self.width_px / 2 / self.scale

    @property
    def right(self) -> float:
        """The greatest first coordinate that is seen."""
        return self.x + self.width_px / 2 / self.scale

    @property
    def bottom(self) -> float:
        """The least second coordinate that is seen."""
        return self.y - self.height_px / 2 / self.scale

    @property
    def top(self) -> float:
        """The greatest second coordinate that is seen."""
        return self.y + self.height_px / 2 / self.scale
