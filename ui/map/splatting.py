"""Draw points into a picture: each a dot, and darker where there are few."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import ceil, log10, pi, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .points import Floats, Points
from .viewport import Viewport

__all__ = ["Picture", "Scene", "picture", "radius_px"]

Picture: TypeAlias = NDArray[np.uint32]

_COVER = 0.05  # the share of the window that all dots together would fill
_LARGEST_PX, _SMALLEST_PX = 5.5, 0.75
_BEHIND = 0.7  # how much smaller dots are that lie behind others
_CELL_PX = 4  # in which points are counted
_SPARSE = 20_000  # seen points from which on density is shown, more and more up to ten times that
_FAINTEST = 0.22  # opacity of a lone point among a million
_RIM = 0.38  # how far the rim of a large dot goes from its colour to the background's


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be drawn.

    points : `Points`
    shades : (n,) uint8, for each point its place in `lut`
    strong : (n,) bool, those that lie on top of the others and set the size; None for all
    lut : (256,) uint32, 0xRRGGBB
    background : 0xRRGGBB
    """

    points: Points
    shades: NDArray[np.uint8]
    strong: NDArray[np.bool_] | None
    lut: Picture
    background: int


def radius_px(count: int, view: Viewport) -> float:
    """Return how large dots are if so many are seen."""
    room = view.width_px * view.height_px * _COVER
    return min(max(sqrt(room / (max(count, 1) * pi)), _SMALLEST_PX), _LARGEST_PX)


def picture(scene: Scene, view: Viewport, ratio: float = 1.0) -> tuple[Picture, int]:
    """Draw what is seen: (height, width) uint32 0xAARRGGBB, not premultiplied, and its frame.

    ratio : device pixels to each of the window's

    The picture has a frame on every side, so wide in device pixels, in which dots end whose middle
    is seen. Where several dots meet, each pixel has the colour of the one to whose middle it is
    nearest. From 20,000 points on, those in thinly populated places are fainter: by the logarithm
    of how many share their place.
    """
    frame = ceil(_LARGEST_PX * ratio) + 1
    width = ceil(view.width_px * ratio) + 2 * frame
    height = ceil(view.height_px * ratio) + 2 * frame
    canvas = np.zeros(width * height, np.uint32)
    stretches = scene.points.stretches(view)
    if not stretches:
        return canvas.reshape(height, width), frame
    x, y = (_taken(side, stretches) for side in (scene.points.x, scene.points.y))
    place, seen = _pixels(x, y, view, ratio, (height, width, frame))
    shades = _taken(scene.shades, stretches)
    strong = None if scene.strong is None else _taken(scene.strong, stretches)
    if not seen.all():
        place, shades = place[seen], shades[seen]
        strong = None if strong is None else strong[seen]
    if strong is None or strong.all():
        layers = [(place, shades)]
    else:
        layers = [(place[~strong], shades[~strong]), (place[strong], shades[strong])]
    top = len(layers) - 1
    for level, (where, which) in enumerate(layers):
        if len(where):
            radius = radius_px(len(where), view) * (1 if level == top else _BEHIND)
            _stamp(canvas, where, which, scene, radius * ratio, (height, width))
    return canvas.reshape(height, width), frame


def _taken(column: NDArray, stretches: list[slice]) -> NDArray:  # type: ignore[type-arg]
    if len(stretches) == 1:
        return column[stretches[0]]
    return np.concatenate([column[one] for one in stretches])


def _pixels(
    x: Floats, y: Floats, view: Viewport, ratio: float, shape: tuple[int, int, int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return in which pixel of a flat picture each point lies, and which lie in the window."""
    height, width, frame = shape
    across, down = view.pixels(x, y, ratio)
    seen = (across >= 0) & (across < width - 2 * frame)
    seen &= (down >= 0) & (down < height - 2 * frame)
    across[~seen] = down[~seen] = 0
    place = down.astype(np.int64)
    place += frame
    place *= width
    # Both are cut off apart: their sum would carry from one row into the next.
    place += across.astype(np.int64)
    place += frame
    return place, seen


def _stamp(
    canvas: Picture,
    place: NDArray[np.int64],
    shades: NDArray[np.uint8],
    scene: Scene,
    radius: float,
    shape: tuple[int, int],
) -> None:
    faint = _density(place, shape)
    alpha = np.full(1, 255, np.uint32) if faint is None else faint
    rim_lut = _mixed(scene.lut, scene.background)
    for (coverage, rim), pixels in groupby(_dot(round(radius, 1)), lambda pixel: pixel[2:]):
        opacity = (alpha * np.uint32(coverage) // np.uint32(255)) << np.uint32(24)
        colours = (rim_lut if rim else scene.lut).take(shades) | opacity
        for dy, dx, _, _ in pixels:
            canvas[place + (dy * shape[1] + dx)] = colours


def _density(place: NDArray[np.int64], shape: tuple[int, int]) -> NDArray[np.uint32] | None:
    """Return the opacity (n,) uint32, 0 to 255, of each point; None if all are opaque."""
    shown = min(max(log10(max(len(place), 1) / _SPARSE), 0.0), 1.0)
    if not shown:
        return None
    height, width = shape
    wide = width // _CELL_PX + 1
    row = place // width
    cell = (row // _CELL_PX) * wide
    place = place - row * width
    place //= _CELL_PX
    cell += place
    tall = height // _CELL_PX + 1
    counts = _smoothed(np.bincount(cell, minlength=wide * tall).reshape(tall, wide)).ravel()
    dense = float(np.quantile(counts[counts > 0], 0.98))
    level = np.minimum(np.log1p(counts) / np.log1p(max(dense, 2.0)), 1)
    least = 1 - (1 - _FAINTEST) * shown
    opacity = ((least + (1 - least) * level) * 255).astype(np.uint32)
    taken: NDArray[np.uint32] = opacity.take(cell)
    return taken


def _smoothed(counts: NDArray[np.int64]) -> Floats:
    """Return the means over three by three cells."""
    padded = np.pad(counts.astype(np.float32), 1)
    across = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    means: Floats = (across[:-2] + across[1:-1] + across[2:]) / np.float32(9)
    return means


@lru_cache(maxsize=64)
def _dot(radius: float) -> tuple[tuple[int, int, int, bool], ...]:
    """Return the pixels of a dot, the most covered last: offsets, coverage, and if it is the rim.

    A dot of less than a pixel is a square of two by two.
    """
    if radius < 1.25:
        return ((0, 0, 255, False), (0, 1, 255, False), (1, 0, 255, False), (1, 1, 255, False))
    reach = ceil(radius)
    pixels = []
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            apart = sqrt(dx * dx + dy * dy)
            coverage = min(max(radius + 0.5 - apart, 0.0), 1.0)
            if coverage > 0:
                rim = radius >= 3 and apart > radius - 0.9
                pixels.append((apart, dy, dx, round(coverage * 255), rim))
    return tuple(pixel[1:] for pixel in sorted(pixels, reverse=True))


def _mixed(lut: Picture, background: int) -> Picture:
    """Return the colours on their way to the background."""
    mixed = np.zeros_like(lut)
    for shift in (0, 8, 16):
        own = (lut >> np.uint32(shift)) & np.uint32(255)
        to = (background >> shift) & 255
        mixed |= (own * (1 - _RIM) + to * _RIM).astype(np.uint32) << np.uint32(shift)
    return mixed
