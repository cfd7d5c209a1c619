"""Pictures: sharpness, light, information, colour, and how hard a JPEG was pressed."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

__all__ = ["jpeg_quality", "measure"]

_SHORTER_PX = 448
"""Sharpness is measured at this scale, or at the picture's own where that is smaller."""

_TILES = 8
_SHARPEST = 6  # tiles: a small subject before a soft background is a sharp picture
_FLAT = 3.0  # levels of mean gradient below which a tile holds noise rather than edges

# Table K.1 of the JPEG standard, in ascending order, as tables are compared here.
_LUMINANCE = np.sort(
    np.array(
        [
            16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
            14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
            18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
            49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
        ]
    )
)  # fmt: skip


def measure(
    pixels: NDArray[np.uint8],
    *,
    frames: int = 1,
    tables: Mapping[int, Sequence[int]] | None = None,
) -> dict[str, float]:
    """Measure a picture.

    Parameters
    ----------
    pixels : (height, width, 3) uint8, upright RGB.
    frames : how many pictures the file shows one after the other.
    tables : the quantisation tables of a JPEG file by number.

    Returns
    -------
    sharpness
        The mean spatial frequency of the sharpest parts, by the ratio of their Laplacian's to their
        gradient's energy: about 1 where edges are as sharp as pixels allow, 0.2 where none is.
        Contrast cancels out; absent where nothing has an edge.
    dark_level, bright_level
        The luminance in [0, 1] that 1 % of the pixels are below, and 1 % above.
    entropy
        Bits of a pixel's luminance, 0 to 8.
    saturation
        The greatest colourfulness in [0, 1] (largest minus smallest of red, green and blue) but for
        1 % of the pixels.
    jpeg_quality
        As `jpeg_quality` estimates it.
    frames
        As given.
    """
    picture = Image.fromarray(pixels)
    grey = picture.convert("L")
    red, green, blue = picture.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    least = ImageChops.darker(ImageChops.darker(red, green), blue)
    counts = np.array(grey.histogram())
    shares = counts[counts > 0] / counts.sum()
    figures = {
        "dark_level": _level(counts, 0.01),
        "bright_level": _level(counts, 0.99),
        "entropy": max(0.0, -float(shares @ np.log2(shares))),
        "saturation": _level(np.array(ImageChops.subtract(most, least).histogram()), 0.99),
        "frames": float(frames),
    }
    if tables:
        figures["jpeg_quality"] = jpeg_quality(tables)
    sharpness = _sharpness(_scaled(grey))
    if sharpness is not None:
        figures["sharpness"] = sharpness
    return figures


def jpeg_quality(tables: Mapping[int, Sequence[int]]) -> float:
    """Estimate the quality, 1 to 100, that libjpeg takes to make a file's quantisation tables.

    It is the quality whose luminance table comes nearest; the order of a table does not matter.
    """
    table = np.sort(np.array(tables[min(tables)]))
    qualities = np.arange(1, 101)
    scales = np.where(qualities < 50, 5000 // qualities, 200 - 2 * qualities)
    made = np.clip((_LUMINANCE * scales[:, None] + 50) // 100, 1, 255)
    return float(qualities[np.abs(made - table).sum(axis=1).argmin()])


def _level(counts: NDArray[np.int64], share: float) -> float:
    """Return the level in [0, 1] up to which `share` of the pixels of a histogram lie."""
    return float(np.searchsorted(np.cumsum(counts), share * counts.sum())) / 255


def _scaled(grey: Image.Image) -> Image.Image:
    shorter = min(grey.size)
    if shorter <= _SHORTER_PX:
        return grey
    width, height = (max(1, round(side * _SHORTER_PX / shorter)) for side in grey.size)
    return grey.resize((width, height), Image.Resampling.BOX)


def _sharpness(grey: Image.Image) -> float | None:
    """Return the sharpness of the sharpest tiles, of every third row; None without any edge."""
    levels = np.asarray(grey).astype(np.int16)
    height, width = levels.shape
    if min(height, width) < 3:
        return None
    above, here, below = (levels[first : height - 2 + first : 3] for first in range(3))
    left, middle, right = here[:, :-2], here[:, 1:-1], here[:, 2:]
    above, below = above[:, 1:-1], below[:, 1:-1]
    across, down = ((right - left).astype(np.float32), (below - above).astype(np.float32))
    bend = (left + right + above + below - 4 * middle).astype(np.float32)
    gradient = _by_tile(across * across + down * down) / 4
    laplacian = _by_tile(bend * bend)
    edged = gradient > _FLAT**2
    if not edged.any():
        return None
    frequencies = np.sort(np.sqrt(laplacian[edged] / gradient[edged]))
    return float(frequencies[-_SHARPEST:].mean())


def _by_tile(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of each tile."""
    rows, columns = (
        np.unique(np.linspace(0, side, _TILES + 1).astype(np.int64)[:-1]) for side in values.shape
    )
    sums = np.add.reduceat(np.add.reduceat(values, rows, axis=0), columns, axis=1)
    areas = np.outer(np.diff([*rows, values.shape[0]]), np.diff([*columns, values.shape[1]]))
    means: NDArray[np.float32] = (sums / areas).astype(np.float32)
    return means
