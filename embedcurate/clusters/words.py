"""What words say of a cluster: those that its members have and the others lack."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Counts", "count_words", "significance", "words_of"]

_WORD = re.compile(r"[^\W\d_]{3,}")
_LEAST_ITEMS = 2
_MOST_WORDS = 20_000
_PRIOR = 100.0  # items' worth of what words are like anywhere


@dataclass(frozen=True, slots=True)
class Counts:
    """Which words occur in which items: `present` is a sparse (items, words) array of ones."""

    words: tuple[str, ...]
    present: Any


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words of texts in lower case, without those that say little of what is there.

    Function words, and what cameras and recorders call their files.
    """
    found = {word for text in texts for word in _WORD.findall(text.lower())}
    return found - _function_words()


def count_words(items: Sequence[set[str]]) -> Counts:
    """Count the words of items; those of a single item are left out, plurals are singulars."""
    from scipy.sparse import csr_array

    frequency = Counter(word for words in items for word in words)
    items = [{_singular(word, frequency) for word in words} for words in items]
    frequency = Counter(word for words in items for word in words)
    commonest = sorted(frequency, key=lambda word: (-frequency[word], word))[:_MOST_WORDS]
    vocabulary = sorted(word for word in commonest if frequency[word] >= _LEAST_ITEMS)
    place = {word: number for number, word in enumerate(vocabulary)}
    columns = [sorted(place[word] for word in words if word in place) for words in items]
    starts = np.concatenate(([0], np.cumsum([len(row) for row in columns]))).astype(np.int64)
    flat = np.array([column for row in columns for column in row], np.int64)
    present = csr_array((np.ones(len(flat)), flat, starts), shape=(len(items), len(vocabulary)))
    return Counts(tuple(vocabulary), present)


def _singular(word: str, known: Mapping[str, int]) -> str:
    """Return the word without a plural's ending if that is a word of the collection."""
    for ending in ("s", "es"):
        if word.endswith(ending) and word.removesuffix(ending) in known:
            return word.removesuffix(ending)
    return word


def significance(counts: Counts, labels: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return by how many standard deviations each word is commoner in a cluster than outside.

    labels : (items,) int32, 0 to k - 1, or -1 for the items outside of all clusters

    Returns (k, words) float32: the log-odds ratio of the shares of items that have the word, with
    a Dirichlet prior from all items, over its standard deviation (Monroe, Colaresi and Quinn 2008,
    "Fightin' Words"). A frequent and typical word stands above a rare and exclusive one.
    """
    from scipy.sparse import csr_array

    k = int(labels.max(initial=-1)) + 1
    members = np.flatnonzero(labels >= 0)
    chosen = csr_array((np.ones(len(members)), (labels[members], members)), shape=(k, len(labels)))
    inside = (chosen @ counts.present).toarray()
    sizes = chosen.sum(axis=1)[:, None]
    everywhere = np.asarray(counts.present.sum(axis=0))[None, :]
    outside, others = everywhere - inside, len(labels) - sizes
    share = (everywhere + 0.5) / (len(labels) + 1)  # of no word all or nothing
    prior = np.minimum(_PRIOR, len(labels) / 10)
    a, b = inside + prior * share, outside + prior * share
    without_a, without_b = sizes + prior - a, others + prior - b
    odds = np.log(a / without_a) - np.log(b / without_b)
    spread = np.sqrt(1 / a + 1 / without_a + 1 / b + 1 / without_b)
    result: NDArray[np.float32] = (odds / spread).astype(np.float32)
    return result


@cache
def _function_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS) | _OF_FILES


_OF_FILES = frozenset({
    "audio", "clip", "copy", "document", "dsc", "dscf", "dscn", "file", "image", "images", "img",
    "mvi", "photo", "photos", "picture", "pictures", "pxl", "rec", "recording", "sample", "scan",
    "screenshot", "sound", "sounds", "text", "track", "untitled", "vid",
})  # fmt: skip
