"""Sounds drawn by numpy: a waveform of any stretch, a spectrogram in the theme's colours."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, qRgb

from .span import Span

__all__ = ["ramp", "spectrogram", "waveform"]


def waveform(
    peaks: NDArray[np.float32], duration_s: float, span: Span, size: QSize, colour: str
) -> QImage:
    """Draw a stretch of a sound.

    Parameters
    ----------
    peaks : (n, 2) float32 in [-1, 1], lowest and highest sample of each nth of the sound
    size : in the screen's pixels

    Returns
    -------
    An image with nothing behind the wave; what lies outside the sound is empty.
    """
    width, height = max(size.width(), 1), max(size.height(), 1)
    count = len(peaks)
    edges = np.linspace(span.start, span.end, width + 1) / duration_s * count
    first = np.floor(edges[:-1]).astype(np.int64)
    last = np.maximum(np.ceil(edges[1:]).astype(np.int64), first + 1)
    inside = (last > 0) & (first < count)
    if not count or not inside.any():
        blank = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        blank.fill(0)
        return blank
    first, last = np.clip(first, 0, count - 1), np.clip(last, 1, count)
    low = _reduced(np.minimum, peaks[:, 0], first, last)
    high = _reduced(np.maximum, peaks[:, 1], first, last)
    middle = (height - 1) / 2
    top = np.floor(middle - np.clip(high, -1, 1) * middle)
    bottom = np.ceil(middle - np.clip(low, -1, 1) * middle)
    rows = np.arange(height)[:, None]
    painted = (rows >= top) & (rows <= bottom) & inside
    image = np.where(painted, np.uint32(QColor(colour).rgba()), np.uint32(0))
    return QImage(
        image.tobytes(), width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied
    ).copy()


def _reduced(
    ufunc: np.ufunc, values: NDArray[np.float32], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the ufunc over each ``values[first:last]``, none of which is empty."""
    # The end may be one past the values, which reduceat does not take as a start.
    padded = np.append(values, values[-1])
    pairs = np.column_stack([first, last]).ravel()
    found: NDArray[np.float32] = ufunc.reduceat(padded, pairs)[::2]
    return found


def spectrogram(levels: NDArray[np.uint8], colours: list[int]) -> QImage:
    """Return (f, t) uint8 levels, high frequencies first, as an image with these at the top."""
    height, width = levels.shape
    image = QImage(levels.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(colours)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def ramp(*stops: str) -> list[int]:
    """Return 256 colours that go evenly from the first of the stops to the last."""
    colours = [QColor(stop) for stop in stops]
    places = np.linspace(0, len(stops) - 1, 256)
    red, green, blue = (
        np.interp(places, range(len(stops)), channel).round().astype(int).tolist()
        for channel in zip(*((c.red(), c.green(), c.blue()) for c in colours), strict=True)
    )
    return [qRgb(*rgb) for rgb in zip(red, green, blue, strict=True)]
