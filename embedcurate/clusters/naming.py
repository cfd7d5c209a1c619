"""Names for clusters: the words that say what sets each apart."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedcurate.clusters.vocabulary import candidates, fit, word_vectors
from embedcurate.clusters.words import Counts, count_words, significance, words_of
from embedcurate.collection import Collection
from embedcurate.errors import CollectionError, SpaceError
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import TextEncoder, Vectors
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Space

__all__ = ["Name", "name_clusters", "names_from"]

_MOST_MEMBERS = 200  # of a cluster whose words are read
_MOST_OTHERS = 5_000  # of all items, for comparison
_FREQUENT = 3  # items with a word that make it a candidate for all clusters
_MOST_FREQUENT = 1_000
_LEAST_SCORE = 4.0  # the best of 1,500 words that mean nothing reaches 3.3
_SECOND = 0.75  # of the first word's score, to stand beside it
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Name:
    """What a cluster is called, and by how many standard deviations its first word stands out.

    The text is empty where no word does.
    """

    text: str
    score: float


def name_clusters(
    collection: Collection,
    ids: Sequence[str],
    labels: NDArray[np.int32],
    vectors: Vectors,
    kinds: NDArray[np.str_],
    *,
    space: Space | None = None,
    progress: Progress = ignore,
) -> list[Name]:
    """Name the clusters 0 to k - 1 of `labels`.

    ids : (n,) the items; vectors : (n, d) float32, their unit rows in the channel `shared`
    kinds : (n,) their modalities

    A word's score is the sum of how significantly commoner it is in the captions, labels, tags,
    texts and file names of the members than elsewhere, and of how well its vector fits the
    cluster's, each in standard deviations. Without `space`, the collection's is loaded; if that
    can't be, vectors are not asked.
    """
    if not (labels >= 0).any():
        return []
    rows = _sample(labels)
    progress(0, None, "reading what the items are called")
    counts = count_words(_words(collection, [ids[row] for row in rows]))
    typical = significance(counts, labels[rows])
    encoder = _text_encoder(collection, space)
    if encoder is None:
        return names_from(counts.words, typical)
    frequency = np.asarray(counts.present.sum(axis=0))
    order = np.argsort(-frequency, kind="stable")[:_MOST_FREQUENT]
    words = candidates(counts.words[word] for word in order if frequency[word] >= _FREQUENT)
    fits = fit(vectors, kinds, labels, word_vectors(collection, encoder, words, progress=progress))
    fits = (fits - fits.mean(axis=1, keepdims=True)) / np.maximum(
        fits.std(axis=1, keepdims=True), 1e-6
    )
    return names_from(words, fits + _along(counts, typical, words))


def names_from(words: Sequence[str], scores: NDArray[np.float32]) -> list[Name]:
    """Return a name for each row of `scores` (k, words): up to three words, no two alike.

    Words are taken while they score at least three quarters of the first, and share no part with
    those taken; the clusters with the highest scores choose first.
    """
    names = [Name("", 0.0)] * len(scores)
    if not len(words):
        return names
    taken: set[str] = set()
    best = scores.max(axis=1)
    for row in np.lexsort((np.arange(len(scores)), -best)):
        if best[row] < _LEAST_SCORE:
            break
        chosen: list[str] = []
        order = np.lexsort((np.arange(len(words)), -scores[row]))
        for place in order[:50]:
            word, score = words[place], scores[row, place]
            room = len(chosen) < _MOST_WORDS and score >= _SECOND * best[row]
            if _joined(chosen) not in taken and not room:
                break
            if not any(_alike(word, other) for other in chosen):
                chosen.append(word)
        if _joined(chosen) not in taken:
            taken.add(_joined(chosen))
            names[row] = Name(_joined(chosen), float(best[row]))
    return names


def _joined(words: Sequence[str]) -> str:
    return ", ".join(words)


def _alike(one: str, other: str) -> bool:
    """Tell whether two words share a part: "guitar" and "electric guitars"."""
    return any(
        a.startswith(b) or b.startswith(a)
        for a in one.lower().split()
        for b in other.lower().split()
    )


def _sample(labels: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return rows of each cluster, and of all, evenly spaced: sorted."""
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    parts = [part for part in np.split(order, cuts) if labels[part[0]] >= 0]
    chosen = [part[:: -(-len(part) // _MOST_MEMBERS)] for part in parts]
    everywhere = np.arange(0, len(labels), -(-len(labels) // _MOST_OTHERS))
    return np.unique(np.concatenate([*chosen, everywhere]))


def _words(collection: Collection, ids: Sequence[str]) -> list[set[str]]:
    """Return the words that are known of each item."""
    texts: dict[str, list[str]] = defaultdict(list)
    found = collection.tables.rows("texts", ids, ["item", "kind", "text"], key="item")
    for item, kind, text in zip(*(column.to_pylist() for column in found.columns), strict=True):
        texts[item].append(text.rpartition(".")[0] or text if kind == "name" else text)
    catalogue = collection.catalogue
    labels = catalogue.column("label").take(catalogue.rows_of(list(ids))).to_pylist()
    marks = collection.marks(ids)
    return [
        words_of([*texts[id_], *marks[id_].tags, label or ""])
        for id_, label in zip(ids, labels, strict=True)
    ]


def _text_encoder(collection: Collection, space: Space | None) -> TextEncoder | None:
    try:
        space = space or load(collection.settings.space)
        collection.check_space(space)
    except (SpaceError, CollectionError):
        return None
    # A whole vocabulary is not sent to a service for the sake of names.
    return None if space.text is None or space.text.sending is not None else space.text


def _along(
    counts: Counts, values: NDArray[np.float32], words: Sequence[str]
) -> NDArray[np.float32]:
    """Lay values (k, counted words) out along `words`; zero for those that were not counted."""
    place = {word: number for number, word in enumerate(counts.words)}
    columns = np.array([place.get(word, -1) for word in words])
    padded = np.concatenate([values, np.zeros((len(values), 1), np.float32)], axis=1)
    return padded[:, columns]
