"""Waves and spectrograms, pixel by pixel."""

import numpy as np
from embedcurate_ui.inspector.span import Span
from embedcurate_ui.inspector.waves import ramp, spectrogram, waveform
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage


def painted(image: QImage) -> NDArray[np.bool_]:
    """Return which pixels have anything on them, (h, w)."""
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    return pixels != 0


def test_each_column_reaches_from_the_lowest_to_the_highest_sample_of_its_time() -> None:
    rng = np.random.default_rng(0)
    peaks = np.sort(rng.uniform(-1, 1, (700, 2)), axis=1).astype(np.float32)
    width, height = 90, 101
    span = Span(1.7, 6.3)
    drawn = painted(waveform(peaks, 7.0, span, QSize(width, height), "#ff0000"))
    for x in range(width):
        start = span.second_at(x, width) * 100
        end = span.second_at(x + 1, width) * 100
        part = peaks[int(np.floor(start + 1e-9)) : int(np.ceil(end - 1e-9))]
        rows = np.flatnonzero(drawn[:, x])
        assert abs(rows[0] - (50 - part[:, 1].max() * 50)) <= 1
        assert abs(rows[-1] - (50 - part[:, 0].min() * 50)) <= 1
        assert len(rows) == rows[-1] - rows[0] + 1


def test_there_is_no_wave_outside_the_sound() -> None:
    peaks = np.tile(np.float32([-1, 1]), (10, 1))
    drawn = painted(waveform(peaks, 1.0, Span(0.0, 2.0), QSize(40, 9), "#ff0000"))
    assert drawn[:, :20].all()
    assert not drawn[:, 20:].any()
    empty = waveform(np.empty((0, 2), np.float32), 1.0, Span(0.0, 1.0), QSize(4, 3), "#ff0000")
    assert not painted(empty).any()


def test_the_highest_frequency_is_at_the_top_in_the_colour_of_its_level() -> None:
    levels = np.array([[0, 0, 255], [128, 0, 0]], np.uint8)
    shades = ramp("#000000", "#ff0000", "#ffffff")
    image = spectrogram(levels, shades)
    assert (image.width(), image.height()) == (3, 2)
    assert image.pixelColor(2, 0) == QColor("#ffffff")
    assert image.pixelColor(0, 0) == QColor("#000000")
    assert image.pixelColor(0, 1).red() == 255
    assert image.pixelColor(0, 1).green() < 8


def test_a_ramp_goes_evenly_from_stop_to_stop() -> None:
    shades = [QColor.fromRgb(rgb) for rgb in ramp("#000000", "#646464")]
    assert len(shades) == 256
    assert shades[0] == QColor("#000000")
    assert shades[255] == QColor("#646464")
    lightness = [shade.red() for shade in shades]
    assert lightness == sorted(lightness)
