"""A space without weights: true but simple features whose right answers are known by hand.

It exists so that everything above the encoders can be tested in milliseconds. Pictures are
described by how much of each named colour they show, sounds by the energy in named bands, texts by
their words; a colour word points where pictures of that colour point, a band's name where sounds of
that band point. As with light, low is red: a sound leans a little to the colour of its band, so
that pictures and sounds can find each other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import product

import numpy as np
from numpy.typing import NDArray

from embedcurate.items import Modality, Segment
from embedcurate.spaces.encoder import (
    SHARED,
    ImageEncoder,
    Pixels,
    SoundEncoder,
    TextEncoder,
    Vectors,
    Waveform,
)
from embedcurate.spaces.space import Background, Space

__all__ = ["BANDS_HZ", "COLOURS", "TinyImages", "TinySounds", "TinyTexts", "tiny_space"]

COLOURS = {
    "red": (220, 30, 30),
    "yellow": (240, 220, 30),
    "green": (30, 170, 50),
    "cyan": (40, 200, 220),
    "blue": (30, 60, 220),
    "magenta": (210, 40, 200),
    "black": (15, 15, 15),
    "grey": (128, 128, 128),
    "white": (245, 245, 245),
}
"""Name -> RGB of the colours that the space knows."""

BANDS_HZ = {"rumble": 0, "low": 150, "middle": 400, "high": 1000, "shrill": 2500}
"""Name -> lower edge of the bands that the space knows; `silent` is the word for none of them."""

_DIMENSION = 32
_GRID = 4
_RATE_HZ = 8000
_LEAN = 0.3  # of a sound to the colour of its band
_COMMON = 0.1  # of every vector, so that none is zero
_AXES = {word: axis for axis, word in enumerate([*COLOURS, *BANDS_HZ, "silent"])}
_FREE = range(len(_AXES), _DIMENSION - 1)  # axes of the words that mean no colour and no band


def _unit(rows: Iterable[NDArray[np.float64]], dimension: int) -> Vectors:
    vectors = np.array(list(rows), np.float64).reshape(-1, dimension)
    vectors[:, -1] = _COMMON
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


class TinyImages(ImageEncoder):
    """Shared: the share of each named colour. Visual: the mean colours of a 4 x 4 grid."""

    channels: Mapping[str, int] = {SHARED: _DIMENSION, "visual": 3 * _GRID**2 + 1}
    fingerprint = "tiny-image-1"
    size_px = 32

    def encode(self, batch: Sequence[Pixels]) -> Mapping[str, Vectors]:
        """Encode each picture by itself."""
        return {
            SHARED: _unit(map(self._colours, batch), self.channels[SHARED]),
            "visual": _unit(map(self._layout, batch), self.channels["visual"]),
        }

    def _colours(self, pixels: Pixels) -> NDArray[np.float64]:
        step = max(1, min(pixels.shape[:2]) // self.size_px)
        seen = pixels[::step, ::step].reshape(-1, 1, 3).astype(np.float64)
        distance = ((seen - np.array(list(COLOURS.values()))) ** 2).sum(2) / 40.0**2
        likeness = np.exp(distance.min(1, keepdims=True) - distance)
        row = np.zeros(_DIMENSION)
        row[: len(COLOURS)] = (likeness / likeness.sum(1, keepdims=True)).mean(0)
        return row

    def _layout(self, pixels: Pixels) -> NDArray[np.float64]:
        height, width = pixels.shape[:2]
        tiles = [
            pixels[
                y * height // _GRID : max(y * height // _GRID + 1, (y + 1) * height // _GRID),
                x * width // _GRID : max(x * width // _GRID + 1, (x + 1) * width // _GRID),
            ].mean((0, 1))
            for y, x in product(range(_GRID), repeat=2)
        ]
        return np.append(np.array(tiles) / 255 - 0.5, _COMMON)


class TinySounds(SoundEncoder):
    """Shared: the share of the energy in each named band."""

    channels: Mapping[str, int] = {SHARED: _DIMENSION}
    fingerprint = "tiny-audio-1"
    rate_hz = _RATE_HZ
    window_s = 2.0
    hop_s = 1.0

    def encode(self, batch: Sequence[Waveform]) -> Mapping[str, Vectors]:
        """Encode each sound by itself."""
        return {SHARED: _unit(map(self._bands, batch), _DIMENSION)}

    def _bands(self, samples: Waveform) -> NDArray[np.float64]:
        row = np.zeros(_DIMENSION)
        energy = (
            np.abs(np.fft.rfft(samples.astype(np.float64))) ** 2 if len(samples) else np.zeros(1)
        )
        if energy.sum() <= 1e-9 * len(samples):
            row[_AXES["silent"]] = 1
            return row
        hertz = np.linspace(0, self.rate_hz / 2, len(energy))
        band = np.searchsorted(list(BANDS_HZ.values()), hertz, side="right") - 1
        shares = np.bincount(band, energy, len(BANDS_HZ)) / energy.sum()
        row[len(COLOURS) : len(COLOURS) + len(BANDS_HZ)] = shares
        row[: len(BANDS_HZ)] += _LEAN * shares
        return row


class TinyTexts(TextEncoder):
    """Shared: the words, each on the axis of what it names, or by its hash on one of the others."""

    channels: Mapping[str, int] = {SHARED: _DIMENSION}
    fingerprint = "tiny-text-1"
    passage_words = 50
    overlap_words = 10

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode each text by itself."""
        return {SHARED: _unit(map(self._words, batch), _DIMENSION)}

    def _words(self, text: str) -> NDArray[np.float64]:
        row = np.zeros(_DIMENSION)
        for word in re.findall(r"\w+", text.lower()):
            if word in _AXES:
                row[_AXES[word]] += 1
            else:
                code = int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "big")
                row[_FREE[code // 2 % len(_FREE)]] += 0.25 if code % 2 else -0.25
        return row

    def passages(self, text: str) -> list[Segment]:
        """Cut `text` into runs of `passage_words` words."""
        words = [(m.start(), m.end()) for m in re.finditer(r"\S+", text)]
        if len(words) <= self.passage_words:
            return [Segment(0, len(text))]
        starts = range(0, len(words) - self.overlap_words, self.passage_words - self.overlap_words)
        cuts = [words[start : start + self.passage_words] for start in starts]
        return [Segment(cut[0][0], cut[-1][1]) for cut in cuts]


def tiny_space() -> Space:
    """Return the space `tiny`: instant, deterministic, with answers that are known by hand."""
    return Space(
        name="tiny",
        encoders={
            Modality.IMAGE: TinyImages(),
            Modality.AUDIO: TinySounds(),
            Modality.TEXT: TinyTexts(),
        },
        routes={(Modality.IMAGE, Modality.IMAGE): "visual"},
        backgrounds={
            (query, item): Background(0.1, 0.2) for query in Modality for item in Modality
        },
    )
