"""Texts as weighted means of the vectors of their words."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedcurate.items import Segment
from embedcurate.spaces.encoder import SHARED, TextEncoder, Vectors
from embedcurate.spaces.fingerprint import fingerprint
from embedcurate.spaces.rows import unit_rows

from .formats import Words, read, sniff

__all__ = ["WordVectors"]

_BETWEEN = (
    r"\s!-/:-@\[-`{-~\u00a1-\u00bf\u060c\u061b\u061f\u06d4\u0964\u0965"
    r"\u2010-\u206f\u3000-\u3020\uff01-\uff0f\uff1a-\uff20"
)
"""White space and punctuation; what `re` calls a word leaves out the vowel signs of India."""

_WORD = re.compile(rf"[^{_BETWEEN}]+(?:['\u2019\-][^{_BETWEEN}]+)*")
_SMOOTHING = 1e-3  # "a" of Arora et al.
_REMEMBERED = 50_000  # words
_COMMONEST = 10_000  # words from which their common direction is taken
_SHORTEST_PART = 3
_LONGEST_PART = 40
_UNSPACED = "\u2e80"  # from here on scripts have no spaces between words, and short words
_PASSAGE_WORDS = 120
_OVERLAP_WORDS = 20


class WordVectors(TextEncoder):
    """Encode texts by the word vectors in `path`; see `formats` for what that may be.

    A text is the mean of its words' vectors, each weighted by a / (a + p), where p is the word's
    probability by its rank in the file after Zipf (smooth inverse frequency: Arora, Liang and Ma
    2017). A word is looked for as it is written, then in lower case, capitalised and in capitals.
    One that the file does not have gets its n-grams' mean where the file is fastText's `.bin`; else
    it is taken apart into the longest known words of three letters or more (in scripts without
    spaces: of any length), and what is left of it is left out. A text without a known word gets a
    vector of equal components.

    `remove_common` takes the direction away that the expected word has most of, which is a constant
    of the file: a vector does not depend on the batch, as it does by the paper.
    """

    batch_size = 256

    def __init__(self, path: Path, *, remove_common: bool = False) -> None:
        self._path = path
        self._remove_common = remove_common
        self._dimension = sniff(path).dimension
        self.channels: Mapping[str, int] = {SHARED: self._dimension}
        name = "word-vectors-1-removed" if remove_common else "word-vectors-1"
        self.fingerprint = fingerprint(name, path)
        self._weighted = lru_cache(_REMEMBERED)(self._look_up)

    @cached_property
    def _words(self) -> Words:
        return read(self._path)

    @cached_property
    def _harmonic(self) -> float:
        """The sum of 1 / rank, by which the probabilities of all words add up to one."""
        return float((1 / np.arange(1, len(self._words.index) + 1)).sum())

    @cached_property
    def _common(self) -> NDArray[np.float64] | None:
        """The direction (d,) of the largest second moment of a weighted word."""
        if not self._remove_common:
            return None
        words = list(self._words.index)[:_COMMONEST]
        ranks = np.array([self._words.index[word] for word in words])
        chance = 1 / ((ranks + 1) * self._harmonic)
        rows = np.stack([self._words.of(word) for word in words]).astype(np.float64)
        rows *= (np.sqrt(chance) * self._weights(ranks))[:, None]
        direction: NDArray[np.float64] = np.linalg.eigh(rows.T @ rows)[1][:, -1]
        return direction

    def _weights(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        weights: NDArray[np.float64] = _SMOOTHING / (
            _SMOOTHING + 1 / ((ranks + 1) * self._harmonic)
        )
        return weights

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode each text by itself."""
        rows = np.zeros((len(batch), self._dimension))
        for row, text in zip(rows, batch, strict=True):
            for word in _WORD.findall(text):
                row += self._weighted(word)
        if self._common is not None:
            rows -= (rows @ self._common)[:, None] * self._common
        return {SHARED: unit_rows(rows)}

    def passages(self, text: str) -> list[Segment]:
        """Cut `text` into runs of 120 words, of which neighbours share 20."""
        words = [(found.start(), found.end()) for found in re.finditer(r"\S+", text)]
        if len(words) <= _PASSAGE_WORDS:
            return [Segment(0, len(text))]
        starts = range(0, len(words) - _OVERLAP_WORDS, _PASSAGE_WORDS - _OVERLAP_WORDS)
        cuts = [words[start : start + _PASSAGE_WORDS] for start in starts]
        return [Segment(cut[0][0], cut[-1][1]) for cut in cuts]

    def _look_up(self, word: str) -> NDArray[np.float64]:
        """Return the weighted vector (d,) of a word; zeros if nothing of it is known."""
        for form in (word, word.lower(), word.capitalize(), word.upper()):
            if form in self._words.index:
                return self._of_known(form)
        by_parts = self._words.of_parts(word)
        if by_parts is not None:
            return by_parts.astype(np.float64)
        found = np.zeros(self._dimension)
        for part in self._parts(word.lower()):
            found += self._of_known(part)
        return found

    def _of_known(self, word: str) -> NDArray[np.float64]:
        weight = self._weights(np.array([self._words.index[word]]))
        return weight * self._words.of(word).astype(np.float64)

    def _parts(self, word: str) -> list[str]:
        """Return the longest known words that stand in `word` one after the other."""
        parts, start = [], 0
        shortest = 1 if max(word) >= _UNSPACED else _SHORTEST_PART
        while start <= len(word) - shortest:
            for end in range(min(len(word), start + _LONGEST_PART), start + shortest - 1, -1):
                if word[start:end] in self._words.index:
                    parts.append(word[start:end])
                    start = end
                    break
            else:
                start += 1
        return parts
