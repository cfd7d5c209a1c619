"""Tiny media, drawn and plucked."""

from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.spaces.tiny import COLOURS

__all__ = ["Shape", "make_picture", "make_sound", "make_text", "pluck"]

Shape: TypeAlias = Literal["disc", "square", "stripes"]


def make_picture(
    path: Path,
    *,
    colour: str = "red",
    shape: Shape = "disc",
    background: str = "white",
    size_px: tuple[int, int] = (96, 64),
) -> Path:
    """Draw a `shape` of a named `colour` and save it in the format of the suffix.

    `colour` and `background` are keys of `embedcurate.spaces.tiny.COLOURS`; `size_px` is
    (width, height). Return `path`.
    """
    from PIL import Image, ImageDraw

    width, height = size_px
    picture = Image.new("RGB", size_px, COLOURS[background])
    draw = ImageDraw.Draw(picture)
    ink = COLOURS[colour]
    if shape == "stripes":
        for left in range(0, width, max(2, width // 4)):
            draw.rectangle((left, 0, left + width // 8, height), fill=ink)
    else:
        outline = (width // 20, height // 20, width - width // 20 - 1, height - height // 20 - 1)
        (draw.ellipse if shape == "disc" else draw.rectangle)(outline, fill=ink)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)
    return path


def make_sound(
    path: Path,
    *,
    pitch_hz: float = 440.0,
    duration_s: float = 1.0,
    rate_hz: int = 16000,
    channels: int = 1,
) -> Path:
    """Pluck a string tuned to `pitch_hz` and save it in the format of the suffix; 0 Hz is silence.

    The string is Karplus and Strong's (1983): it has overtones and dies away. Return `path`.
    """
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    samples = pluck(pitch_hz, round(duration_s * rate_hz), rate_hz)
    soundfile.write(path, np.repeat(samples[:, None], channels, axis=1), rate_hz)
    return path


def pluck(pitch_hz: float, length: int, rate_hz: int) -> NDArray[np.float64]:
    """Return (length,) samples in [-0.8, 0.8] of a plucked string; 0 Hz is silence."""
    if not pitch_hz:
        return np.zeros(length)
    period = max(2, round(rate_hz / pitch_hz - 0.5))  # the average of neighbours adds half a sample
    string = np.interp(np.arange(period) / period, (0, 0.3, 1), (0, 1, 0))  # lifted, let go
    string -= string.mean()
    turns = []
    for _ in range(-(-length // period)):
        turns.append(string)
        string = 0.998 * (string + np.roll(string, 1)) / 2
    samples = np.concatenate([*turns, np.zeros(0)])[:length]
    return samples * 0.8 / max(float(np.abs(samples).max(initial=0.0)), 1e-9)


def make_text(path: Path, text: str = "A red disc on a white ground.\n") -> Path:
    """Write `text` in UTF-8, whatever the platform. Return `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path
