"""Which part of a picture is seen: zoom and pan, as arithmetic."""

from dataclasses import dataclass, replace

__all__ = ["CLOSEST", "FIT", "Frame", "Rect", "Size"]

Size = tuple[float, float]
Rect = tuple[float, float, float, float]
"""Left, top, width, height."""

CLOSEST = 64.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of a picture, said without its size, so that pictures of several sizes can share it.

    `zoom` counts from 1, at which the picture fits the view. `x` and `y` say what lies in the
    middle of the view, in shares of the picture's sides.
    """

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5

    def scale(self, view: Size, picture: Size) -> float:
        """Return how many pixels of the view one of the picture takes."""
        return min(view[0] / picture[0], view[1] / picture[1]) * self.zoom

    def placed(self, view: Size, picture: Size) -> Rect:
        """Return where in the view the whole picture lies; a side that fits is centred."""
        scale = self.scale(view, picture)
        width, height = picture[0] * scale, picture[1] * scale
        return (
            _laid(self.x, width, view[0]),
            _laid(self.y, height, view[1]),
            width,
            height,
        )

    def at(self, point: Size, view: Size, picture: Size) -> Size:
        """Return the point of the picture, in its pixels, that a point of the view shows."""
        left, top, width, height = self.placed(view, picture)
        return (
            (point[0] - left) / width * picture[0],
            (point[1] - top) / height * picture[1],
        )

    def zoomed(self, factor: float, point: Size, view: Size, picture: Size) -> "Frame":
        """Return the frame that is closer by `factor`, with the same thing under `point`."""
        zoom = min(max(self.zoom * factor, 1.0), CLOSEST)
        x, y = self.at(point, view, picture)
        closer = replace(self, zoom=zoom)
        scale = closer.scale(view, picture)
        return replace(
            closer,
            x=(x + (view[0] / 2 - point[0]) / scale) / picture[0],
            y=(y + (view[1] / 2 - point[1]) / scale) / picture[1],
        ).held(view, picture)

    def panned(self, dx: float, dy: float, view: Size, picture: Size) -> "Frame":
        """Return the frame after the picture was pushed by pixels of the view."""
        scale = self.scale(view, picture)
        return replace(
            self,
            x=self.x - dx / scale / picture[0],
            y=self.y - dy / scale / picture[1],
        ).held(view, picture)

    def held(self, view: Size, picture: Size) -> "Frame":
        """Return the frame with no more empty space in view than need be."""
        scale = self.scale(view, picture)
        return replace(
            self,
            x=_held(self.x, picture[0] * scale, view[0]),
            y=_held(self.y, picture[1] * scale, view[1]),
        )

    def actual(self, ratio: float, view: Size, picture: Size) -> "Frame":
        """Return the frame in which one pixel of the picture is one of the screen.

        `ratio` is the screen's pixels in one of the view. A picture that is smaller than the view
        would have to shrink below the fit: it stays.
        """
        fit = FIT.scale(view, picture)
        return replace(self, zoom=min(max(1 / ratio / fit, 1.0), CLOSEST)).held(view, picture)


FIT = Frame()


def _laid(share: float, length: float, room: float) -> float:
    """Return where a side starts: centred if it fits, else with `share` of it in the middle."""
    if length <= room:
        return (room - length) / 2
    return min(max(room / 2 - share * length, room - length), 0.0)


def _held(share: float, length: float, room: float) -> float:
    if length <= room:
        return 0.5
    half = room / 2 / length
    return min(max(share, half), 1 - half)
