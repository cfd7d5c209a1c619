"""Files `.bin` of fastText, mapped and not read: words, and the vectors of their parts.

Bojanowski et al. 2017, arXiv 1607.04606. A word's vector is the mean of those of its n-grams, which
share a table by their hashes, and of its own if it was met in training.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedcurate.errors import WeightsError
from embedcurate.spaces.encoder import Vectors

__all__ = ["MAGIC", "FastText", "Header", "header"]

MAGIC = struct.pack("<i", 793712314)

_HEADER = struct.Struct("<14id")
_COUNTS = struct.Struct("<3i2q")
_OF_WORD = struct.Struct("<qb")
_MATRIX = struct.Struct("<?2q")
_SENTENCE_END = "</s>"


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of its training: the lengths of n-grams in characters, and their table."""

    dimension: int
    buckets: int
    shortest: int
    longest: int


def header(path: Path, start: bytes) -> Header:
    """Read the header from the first bytes of a file."""
    if len(start) < _HEADER.size:
        raise _broken(path, "it ends within its first line")
    numbers = _HEADER.unpack_from(start)
    found = Header(numbers[2], numbers[10], numbers[11], numbers[12])
    if found.dimension < 1 or found.buckets < 0:
        raise _broken(path, "its header makes no sense")
    return found


class FastText:
    """The words of a file. What is computed for one is not kept: callers remember."""

    index: Mapping[str, int]

    def __init__(self, path: Path) -> None:
        data = np.memmap(path, np.uint8, "r")
        self._header = header(path, data[: _HEADER.size].tobytes())
        self.index, end = _vocabulary(path, data)
        self._words = len(self.index)
        if end + _MATRIX.size > len(data):
            raise _broken(path, f"it ends at byte {len(data)}, before its vectors")
        packed, rows, dimension = _MATRIX.unpack(data[end : end + _MATRIX.size].tobytes())
        if packed:
            raise WeightsError(
                f"'{path}' is quantised (.ftz), which is not read here. Use the model's .bin file."
            )
        end += _MATRIX.size
        if dimension != self._header.dimension or rows < self._words + self._header.buckets:
            raise _broken(path, f"it announces {rows} vectors of {dimension} numbers at byte {end}")
        if end + 4 * rows * dimension > len(data):
            raise _broken(path, f"it ends at byte {len(data)}, in the midst of its vectors")
        self._rows: Vectors = np.memmap(path, "<f4", "r", end, (rows, dimension))

    def of(self, word: str) -> Vectors:
        """Return the vector (d,) of a word that was met in training."""
        return self._mean([self.index[word], *self._n_grams(word)])

    def of_parts(self, word: str) -> Vectors | None:
        """Return the vector (d,) of any other word by its n-grams; None if it is too short."""
        rows = list(self._n_grams(word))
        return self._mean(rows) if rows else None

    def _mean(self, rows: list[int]) -> Vectors:
        mean: Vectors = self._rows[rows].mean(axis=0)
        return mean if np.isfinite(mean).all() else np.zeros_like(mean)

    def _n_grams(self, word: str) -> Iterator[int]:
        """Yield the rows of a word's n-grams, as `Dictionary::computeSubwords` finds them."""
        if not self._header.buckets or word == _SENTENCE_END:
            return
        inside = f"<{word}>"
        for start in range(len(inside)):
            for length in range(max(1, self._header.shortest), self._header.longest + 1):
                end = start + length
                if end > len(inside):
                    break
                if length > 1 or 0 < start < len(inside) - 1:
                    yield self._words + _hash(inside[start:end].encode()) % self._header.buckets


def _vocabulary(path: Path, data: NDArray[np.uint8]) -> tuple[dict[str, int], int]:
    """Return word -> row, and the byte after the last of them."""
    at = _HEADER.size
    ended = _broken(path, f"it ends at byte {len(data)}, in the midst of its words")
    if at + _COUNTS.size > len(data):
        raise ended
    entries, words, _, _, pruned = _COUNTS.unpack(data[at : at + _COUNTS.size].tobytes())
    if pruned > 0 or not 0 < words <= entries:
        raise _broken(path, f"it announces {words} words of {entries} at byte {at}")
    at += _COUNTS.size
    index: dict[str, int] = {}
    block, block_at = b"", at
    for row in range(entries):
        while (end := block.find(b"\0", at - block_at)) < 0 or len(block) < end + 1 + _OF_WORD.size:
            more = data[block_at + len(block) : block_at + len(block) + (1 << 20)].tobytes()
            if not more:
                raise ended
            block, block_at = block[at - block_at :] + more, at
        if row < words:
            index.setdefault(block[at - block_at : end].decode(errors="replace"), row)
        at = block_at + end + 1 + _OF_WORD.size
    return index, at


def _hash(n_gram: bytes) -> int:
    """Return FNV-1a of 32 bits over signed bytes, as fastText has it."""
    value = 2166136261
    for byte in n_gram:
        value = (value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 16777619 & 0xFFFFFFFF
    return value


def _broken(path: Path, why: str) -> WeightsError:
    return WeightsError(f"'{path}' can't be used as word vectors: {why}. Fetch the file again.")
