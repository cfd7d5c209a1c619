"""What two media differ in: pixels, the time at which a sound begins, words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter

__all__ = ["Change", "difference", "later_by", "words_changed"]

_GAIN = 4
_STEP_S = 0.02
_LONGEST_S = 600.0
_SURE = 0.6
_WORDS = 1500
_SIDE_PX = 1000


def difference(first: QImage, second: QImage) -> tuple[QImage, float]:
    """Return how far two pictures differ at each pixel, and the mean of it, of 255.

    Both are brought to the size of the smaller one, of 1,000 pixels a side at most. Of the three
    channels the one that differs most counts; the picture shows four times that, white for a
    quarter of the range or more.
    """
    size = min((first.size(), second.size()), key=lambda one: one.width() * one.height())
    size = size.boundedTo(size.scaled(_SIDE_PX, _SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio))
    apart = _at_size(first, size)
    painter = QPainter(apart)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(0, 0, _at_size(second, size))
    painter.end()
    pixels = np.frombuffer(apart.constBits(), np.uint8).reshape(size.height(), size.width(), 4)
    most = np.maximum(np.maximum(pixels[:, :, 0], pixels[:, :, 1]), pixels[:, :, 2])
    shown = np.minimum(most, 255 // _GAIN) * np.uint8(_GAIN)
    kind = QImage.Format.Format_Grayscale8
    image = QImage(shown.data, size.width(), size.height(), size.width(), kind)
    return image.copy(), float(most.mean())


def _at_size(image: QImage, size: QSize) -> QImage:
    if image.size() != size:
        image = image.scaled(
            size,
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return image.convertToFormat(QImage.Format.Format_RGB32).copy()


def later_by(
    first: NDArray[np.float32],
    first_s: float,
    second: NDArray[np.float32],
    second_s: float,
) -> float | None:
    """Return by how many seconds the second sound has what the first has later, if it is clear.

    The envelopes are laid over each other where they correlate best; None is returned where even
    there they do so little.

    first, second : (n, 2) peaks of the whole of each, which last `first_s` and `second_s`
    """
    step = max(_STEP_S, max(first_s, second_s) / (_LONGEST_S / _STEP_S))
    one, other = _envelope(first, first_s, step), _envelope(second, second_s, step)
    if not (one.any() and other.any()):
        return None
    length = 1 << (len(one) + len(other)).bit_length()
    products = np.fft.irfft(np.conj(np.fft.rfft(one, length)) * np.fft.rfft(other, length), length)
    best = int(np.argmax(products))
    agreement = products[best] / (np.linalg.norm(one) * np.linalg.norm(other))
    lag = best if best < len(other) else best - length
    return lag * step if agreement > _SURE else None


def _envelope(peaks: NDArray[np.float32], seconds: float, step_s: float) -> NDArray[np.float64]:
    """Return the loudness at even times, less its mean, so that silence says nothing."""
    loud = np.abs(peaks).max(axis=1) if len(peaks) else np.zeros(1)
    times = np.arange(0, max(seconds, step_s), step_s)
    at = (np.arange(len(loud)) + 0.5) * seconds / len(loud)
    heights = np.sqrt(np.interp(times, at, loud))
    return np.asarray(heights - heights.mean(), np.float64)


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of words; `first` and `second` are the same unless something was changed."""

    first: str
    second: str

    @property
    def same(self) -> bool:
        """Whether both sides say it."""
        return self.first == self.second


def words_changed(first: str, second: str) -> tuple[Sequence[Change], bool]:
    """Return what two texts have in common and not, word by word, and whether that is all.

    Only the first 1,500 words are compared, so that the window does not wait.
    """
    one, other = _words(first), _words(second)
    matcher = SequenceMatcher(None, one[:_WORDS], other[:_WORDS], autojunk=True)
    changes = [
        Change("".join(one[a:b]), "".join(other[c:d])) for _, a, b, c, d in matcher.get_opcodes()
    ]
    return changes, max(len(one), len(other)) <= _WORDS


def _words(text: str) -> list[str]:
    """Return the words, each with the space or the end of line that follows it."""
    return re.findall(r"[^ \n]*[ \n]|[^ \n]+$", text)
