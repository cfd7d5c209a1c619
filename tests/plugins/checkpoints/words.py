"""Vectors of words that every small checkpoint shares, so that right answers are known.

A word that names a colour or a sound lies on an axis of its own, or near it, any other where its
hash points among the axes that are left. All vectors have unit length and mean zero, so that the
layer normalisations of a real architecture turn them into nothing but a multiple of themselves.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

__all__ = ["COLOURS", "DIMENSION", "NOTHING", "SOUNDS", "axis", "word_vector", "word_vectors"]

DIMENSION = 32

COLOURS = {
    "red": (1, -1, -1),
    "yellow": (1, 1, -1),
    "green": (-1, 1, -1),
    "cyan": (-1, 1, 1),
    "blue": (-1, -1, 1),
    "magenta": (1, -1, 1),
    "black": (-1, -1, -1),
    "white": (1, 1, 1),
    "grey": (0, 0, 0),
}
"""Name -> RGB, from -1 to 1: the corners of the cube and its middle."""

SOUNDS = {
    "rumble": "red",
    "low": "yellow",
    "middle": "green",
    "high": "cyan",
    "shrill": "blue",
    "silent": "black",
}
"""The bands of `embedcurate.spaces.tiny` and the word for none of them -> the colour they lean to.

As with light, low is red: so that pictures and sounds have something to find in each other.
"""

NOTHING = "<nothing>"
"""What a text without words is about."""

_LEAN = 0.5
_NAMED = (*COLOURS, *SOUNDS, NOTHING)


@cache
def _basis() -> NDArray[np.float64]:
    """Return (31, 32): orthonormal rows of mean zero, those of the discrete cosine transform."""
    waves = np.arange(1, DIMENSION)[:, None] * (np.arange(DIMENSION) + 0.5)
    rows: NDArray[np.float64] = np.cos(np.pi / DIMENSION * waves) * np.sqrt(2 / DIMENSION)
    return rows


def axis(word: str) -> NDArray[np.float64]:
    """Return the axis (32,) of a word that has one."""
    return _basis()[_NAMED.index(word)]


def word_vector(word: str) -> NDArray[np.float32]:
    """Return the vector (32,) of any word: float32, unit length, mean zero."""
    return word_vectors([word])[0]


def word_vectors(words: Iterable[str]) -> NDArray[np.float32]:
    """Return the vectors (n, 32) of words."""
    listed: Sequence[str] = list(words)
    free = _basis()[len(_NAMED) :]
    size = 2 * len(free)
    hashes = b"".join(blake2b(word.encode(), digest_size=size).digest() for word in listed)
    rows = (np.frombuffer(hashes, "<i2").reshape(-1, len(free)) + 0.5) @ free
    for index, word in enumerate(listed):
        if word in _NAMED:
            rows[index] = axis(word)
        if word in SOUNDS:
            rows[index] += _LEAN * axis(SOUNDS[word])
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
