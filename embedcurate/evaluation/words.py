"""Tests of a text encoder by words: similarity of pairs, analogies, associations."""

import csv
import itertools
import math
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from embedcurate.errors import UnreadableSource
from embedcurate.spaces.encoder import Vectors

__all__ = [
    "Analogies",
    "Association",
    "Encode",
    "WordPairs",
    "analogies",
    "association",
    "associations",
    "word_pairs",
]

Encode: TypeAlias = Callable[[Sequence[str]], Vectors]
"""Words -> (n, d) float32 unit rows."""

_ENOUGH = 10_000
"""Partitions up to which a permutation test counts all of them; of more, it draws that many."""


@dataclass(frozen=True, slots=True)
class WordPairs:
    """Spearman's rank correlation of cosines with people's scores, and its p-value."""

    spearman: float
    p: float
    pairs: int


@dataclass(frozen=True, slots=True)
class Analogies:
    """The share of analogies `a is to b as c is to d` whose d was found among all words."""

    accuracy: float
    chance: float
    questions: int


@dataclass(frozen=True, slots=True)
class Association:
    """How much nearer targets X are to attributes A than to B, compared with targets Y.

    `effect` in [-2, 2] is the effect size d and `p` the one-sided permutation p-value of the Word
    Embedding Association Test (Caliskan, Bryson & Narayanan 2017).
    """

    name: str
    effect: float
    p: float
    exact: bool


def word_pairs(path: Path, encode: Encode) -> WordPairs:
    """Compare cosines with the scores of a file of lines ``word word score``.

    Columns are separated by tabs or commas; a first line that has no number is a header. Raises
    `UnreadableSource` with the line that can't be read.
    """
    from scipy.stats import spearmanr

    rows = []
    for number, row in _rows(path):
        try:
            rows.append((row[0], row[1], float(row[2])))
        except (IndexError, ValueError) as error:
            if number == 1:
                continue
            raise UnreadableSource(path, f"line {number} is not 'word, word, score'") from error
    if len(rows) < 3:
        raise UnreadableSource(path, "it has fewer than three pairs of words with a score")
    first, second = encode([a for a, _, _ in rows]), encode([b for _, b, _ in rows])
    found = spearmanr((first * second).sum(axis=1), [score for _, _, score in rows])
    return WordPairs(float(found.statistic), float(found.pvalue), len(rows))


def analogies(path: Path, encode: Encode) -> Analogies:
    """Answer a file of lines ``a b c d`` by the word nearest to b - a + c (Mikolov et al. 2013).

    Candidates are all words of the file but the three that are given. Lines that start with a
    colon name sections and are passed over.
    """
    questions = []
    for number, row in _rows(path, separators=" \t,"):
        if row[0].startswith(":"):
            continue
        if len(row) != 4:
            raise UnreadableSource(path, f"line {number} has {len(row)} words and not four")
        questions.append(row)
    if not questions:
        raise UnreadableSource(path, "it has no analogies")
    words = sorted({word for row in questions for word in row})
    place = {word: at for at, word in enumerate(words)}
    vectors = encode(words)
    asked = np.array([[place[word] for word in row] for row in questions])
    a, b, c, d = asked.T
    right = 0
    for at in range(len(asked)):
        products = vectors @ (vectors[b[at]] - vectors[a[at]] + vectors[c[at]])
        products[[a[at], b[at], c[at]]] = -np.inf
        right += int(products.argmax() == d[at])
    return Analogies(right / len(asked), 1 / max(1, len(words) - 3), len(asked))


def associations(path: Path, encode: Encode, *, random_state: int = 0) -> list[Association]:
    """Run the tests of a TOML file: tables with the lists of words `X`, `Y`, `A` and `B`.

    For example ``[flowers-insects]``, ``X = ["rose", ...]``, ``Y = ["ant", ...]``,
    ``A = ["pleasant", ...]``, ``B = ["ugly", ...]``.
    """
    try:
        tests = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnreadableSource(path, f"it is not a TOML file of word lists ({error})") from error
    found = []
    for name, lists in tests.items():
        words = [_list(path, name, lists, key) for key in "XYAB"]
        x, y, a, b = (encode(some) for some in words)
        found.append(association(name, x, y, a, b, random_state=random_state))
    return found


def association(
    name: str, x: Vectors, y: Vectors, a: Vectors, b: Vectors, *, random_state: int = 0
) -> Association:
    """Test whether targets `x` lean to attributes `a` and `y` to `b`: (n, d) unit rows each."""
    targets = np.concatenate([x, y]).astype(np.float64)
    leaning = (targets @ a.T).mean(axis=1) - (targets @ b.T).mean(axis=1)
    n, size = len(leaning), len(x)
    spread = leaning.std(ddof=1)
    effect = (leaning[:size].mean() - leaning[size:].mean()) / spread if spread > 0 else 0.0
    seen = leaning[:size].sum()
    exact = math.comb(n, size) <= _ENOUGH
    if exact:
        sums = [leaning[list(chosen)].sum() for chosen in itertools.combinations(range(n), size)]
        p = float(np.mean(np.asarray(sums) >= seen - 1e-12))
    else:
        rng = np.random.default_rng(random_state)
        sums = [leaning[rng.permutation(n)[:size]].sum() for _ in range(_ENOUGH)]
        # The partition that was seen is one of them, or p could be 0 (Phipson & Smyth 2010).
        p = float((1 + np.sum(np.asarray(sums) >= seen - 1e-12)) / (1 + _ENOUGH))
    return Association(name, float(effect), p, exact)


def _list(path: Path, name: str, lists: Any, key: str) -> list[str]:
    words = lists.get(key) if isinstance(lists, Mapping) else None
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise UnreadableSource(path, f"the test '{name}' lacks the list of words '{key}'")
    return words


def _rows(path: Path, separators: str = "\t,") -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of a table that are not empty, split at the first separator that occurs."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSource(path, f"it can't be read as text ({error})") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        separator = next((one for one in reversed(separators) if one in line), separators[0])
        row = next(csv.reader([line.strip()], delimiter=separator))
        yield number, [cell.strip() for cell in row if cell.strip()]
