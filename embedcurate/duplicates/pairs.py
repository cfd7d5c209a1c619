"""All pairs of a collection that may be duplicates: found once, for every level and threshold."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.duplicates.grouping import Rows
from embedcurate.duplicates.prints import lengths_of, prints_of, proposed, similarities
from embedcurate.duplicates.sameness import classes_of, digests, expanded, large_only
from embedcurate.filters import Compare
from embedcurate.fingerprints.buckets import ascending
from embedcurate.items import Modality
from embedcurate.neighbours.pairs import all_pairs
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import SHARED, Channel, Vectors

__all__ = [
    "Candidates",
    "candidates",
    "channel_of",
    "similar_from",
]

_VERB = "pairs"
_PARTNERS = 5
"""How many unrelated partners an item may have on average among the pairs that are looked at."""

_LOWEST, _HIGHEST = 0.5, 0.95
"""Bounds of the cosine from which pairs are looked at. A higher one would miss edited copies where
a collection has so many copies that random pairs are among them."""

_UNKNOWN = 0.9
"""The default threshold for cosines where there are too few random pairs to tell."""

_SAMPLE, _AGAINST = 256, 65_536
_FEW = 50
_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pairs of one modality whose vectors or fingerprints are close.

    Items with the same bytes stand for one another: of each content only the first item by id is
    here, and pairs with itself are not listed.

    items : (n,) int64 rows of the catalogue, ascending, one for each content
    left, right : (m,) int64 places in `items`, left < right
    cosines : (m,) float32; prints : (m,) float32, the similarity of the fingerprints
    same_prints, same_vectors : (n,) int64, the place of the first of many equal ones, of which only
        that first has pairs; for all others their own place
    lowest : the cosine from which all pairs are there
    similar : the default threshold for cosines
    recall : the share of the pairs above `lowest` that are there
    unprinted : items without a fingerprint, which are compared by their vectors alone
    """

    modality: Modality
    channel: str
    items: Rows
    left: Rows
    right: Rows
    cosines: NDArray[np.float32]
    prints: NDArray[np.float32]
    same_prints: Rows
    same_vectors: Rows
    lowest: float
    similar: float
    recall: float
    unprinted: int

    def __len__(self) -> int:
        return len(self.left)


def channel_of(channels: Sequence[Channel], modality: Modality) -> str | None:
    """Return the channel made for the modality: the one with the fewest others, None if none."""
    fitting = [channel for channel in channels if modality in channel.modalities]
    best = min(fitting, key=lambda c: (len(c.modalities), c.name == SHARED), default=None)
    return None if best is None else best.name


def similar_from(collection: Collection, modality: Modality) -> float:
    """Return the default threshold for cosines that the newest pairs of the modality have."""
    run = collection.results.latest(_VERB, modality=str(modality))
    return _UNKNOWN if run is None else float(run.summary["similar"])


def candidates(
    collection: Collection,
    modality: Modality,
    *,
    lowest: float | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Candidates | None:
    """Return the pairs of a modality, read if they were stored for these contents, else found.

    `lowest` asks for pairs from a lower cosine than the one that is chosen. None is returned where
    the space has no encoder of the modality.
    """
    version = collection.contents()
    channel = channel_of(collection.channels, modality)
    if channel is None:
        return None
    parameters = {
        "modality": str(modality),
        "channel": channel,
        "lowest": lowest,
        "random_state": random_state,
    }
    run = collection.results.equal(_VERB, parameters, version)
    if run is None:
        started = time.perf_counter()
        found = _found(collection, modality, channel, lowest, random_state, progress)
        run = collection.results.save(
            _VERB,
            _tables(collection, found),
            version=version,
            parameters=parameters,
            summary={
                "pairs": len(found),
                "lowest": found.lowest,
                "similar": found.similar,
                "recall": found.recall,
                "unprinted": found.unprinted,
            },
            seconds=time.perf_counter() - started,
        )
        return found
    items = collection.results.table(run, "contents")
    pairs = collection.results.table(run, "pairs")
    rows = collection.catalogue.rows_of(items["id"])
    left, right = (
        pairs[side].combine_chunks().indices.to_numpy().astype(np.int64)
        for side in ("left", "right")
    )
    return Candidates(
        modality,
        channel,
        rows,
        left,
        right,
        pairs["cosine"].to_numpy(),
        pairs["fingerprint"].to_numpy(),
        items["same_print"].to_numpy(),
        items["same_vector"].to_numpy(),
        *(run.summary[name] for name in ("lowest", "similar", "recall", "unprinted")),
    )


def _tables(collection: Collection, found: Candidates) -> dict[str, pa.Table]:
    ids = pa.array(collection.catalogue.ids[found.items].astype(str))
    left, right = (
        pa.DictionaryArray.from_arrays(pa.array(side.astype(np.int32)), ids)
        for side in (found.left, found.right)
    )
    return {
        "pairs": pa.table(
            {"left": left, "right": right, "cosine": found.cosines, "fingerprint": found.prints}
        ),
        "contents": pa.table(
            {"id": ids, "same_print": found.same_prints, "same_vector": found.same_vectors}
        ),
    }


def _found(
    collection: Collection,
    modality: Modality,
    channel: str,
    lowest: float | None,
    random_state: int,
    progress: Progress,
) -> Candidates:
    collection.catalogue.refresh()
    matrix = collection.matrix(channel, Compare("modality", "=", modality))
    vectors, n = matrix.vectors, len(matrix)
    contents = collection.catalogue.column("content").take(pa.array(matrix.rows))
    of_content = classes_of(contents.to_pylist())
    first = np.flatnonzero(of_content == np.arange(n))  # of the rows of the matrix
    place = np.cumsum(of_content == np.arange(n))[of_content] - 1
    background = _background(vectors, random_state)
    chosen = _lowest(background, n)
    lowest = chosen if lowest is None else min(chosen, lowest)

    near = all_pairs(vectors, lowest, random_state=random_state, progress=progress)
    of_vector = classes_of(digests(vectors, first))
    by_vector = expanded(place[near.left], place[near.right], of_vector)
    prints = prints_of(collection, matrix.rows[first])
    lengths = lengths_of(collection, matrix.rows[first])
    of_print = classes_of(one or None for one in prints)
    shared = proposed(modality, prints, progress)
    one, other = shared.astype(np.int64).T
    by_print = expanded(one, other, of_print)

    codes = ascending(np.concatenate([by_vector, by_print]))
    left, right = codes // max(len(first), 1), codes % max(len(first), 1)
    return Candidates(
        modality,
        channel,
        matrix.rows[first],
        left,
        right,
        _cosines(vectors, first[left], first[right]),
        similarities(modality, prints, lengths, left, right, progress=progress),
        large_only(of_print),
        large_only(of_vector),
        near.lowest,
        _halfway(background),
        near.recall,
        sum(one is None for one in prints),
    )


def _background(vectors: Vectors, random_state: int) -> NDArray[np.float32]:
    """Return the cosines of a sample of pairs, sorted."""
    n = len(vectors)
    random = np.random.default_rng(random_state)
    rows = np.sort(random.permutation(n)[:_SAMPLE])
    others = np.sort(random.permutation(n)[:_AGAINST])
    products = vectors[rows] @ vectors[others].T
    return np.sort(products[rows[:, None] != others])


def _lowest(background: NDArray[np.float32], n: int) -> float:
    """Return the cosine that `_PARTNERS` others of `n` items reach on average, within bounds."""
    if not len(background):
        return _LOWEST
    share = min(_PARTNERS / n, 1.0)
    return float(np.clip(np.quantile(background, 1 - share), _LOWEST, _HIGHEST))


def _halfway(background: NDArray[np.float32]) -> float:
    """Return the cosine halfway between what one in 1,000 random pairs reaches and 1."""
    if len(background) < _FEW:
        return _UNKNOWN
    return min((1 + float(np.quantile(background, 0.999))) / 2, _HIGHEST)


def _cosines(vectors: Vectors, left: Rows, right: Rows) -> NDArray[np.float32]:
    found = np.empty(len(left), np.float32)
    for start in range(0, len(left), _BLOCK):
        part = slice(start, start + _BLOCK)
        np.einsum("ij,ij->i", vectors[left[part]], vectors[right[part]], out=found[part])
    return found
