"""The fingerprints of items, and how similar they are."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.duplicates.grouping import Rows
from embedcurate.fingerprints import audio, image, text
from embedcurate.items import Modality
from embedcurate.progress import Progress, ignore

__all__ = ["NEAR", "compare_prints", "lengths_of", "prints_of", "proposed", "similarities"]

Lengths: TypeAlias = NDArray[np.float64]
"""(n,) seconds of sounds; NaN of other media."""

NEAR: Mapping[Modality, float] = {
    Modality.IMAGE: image.NEAR,
    Modality.AUDIO: audio.NEAR,
    Modality.TEXT: text.NEAR,
}
"""The similarity of fingerprints from which two media are the same, edited."""

_KINDS = {Modality.IMAGE: image, Modality.AUDIO: audio, Modality.TEXT: text}
_BLOCK = 65_536
_COVERED = 0.75


def prints_of(collection: Collection, rows: Rows) -> list[bytes | None]:
    """Return the fingerprints of rows of the catalogue, which itself does not keep them."""
    places = np.full(len(collection.catalogue), -1, np.int64)
    places[rows] = np.arange(len(rows))
    found: list[bytes | None] = [None] * len(rows)
    for batch in collection.iter_items(["id", "fingerprint"]):
        of_batch = collection.catalogue.rows_of(batch["id"])
        at = np.where(of_batch >= 0, places[of_batch], -1)
        kept = np.flatnonzero(at >= 0)
        prints = batch["fingerprint"].take(pa.array(kept)).to_pylist()
        for place, one in zip(at[kept].tolist(), prints, strict=True):
            found[place] = one
    return found


def lengths_of(collection: Collection, rows: Rows) -> Lengths:
    """Return the seconds of sounds at rows of the catalogue: (n,) float64, NaN of other media."""
    seconds = collection.catalogue.column("duration_s").take(pa.array(rows))
    return np.asarray(seconds.to_numpy(zero_copy_only=False), np.float64)


def proposed(modality: Modality, prints: Sequence[bytes | None], progress: Progress) -> Rows:
    """Return the pairs of places (m, 2) whose fingerprints are close enough for a second look."""
    found: Rows = _KINDS[modality].candidates([one or b"" for one in prints], progress=progress)
    return found


def compare_prints(
    modality: Modality,
    first: Sequence[bytes],
    second: Sequence[bytes],
    lengths_s: tuple[Lengths, Lengths],
) -> NDArray[np.float32]:
    """Return the similarity of the fingerprints of each pair: (m,) float32 in [0, 1].

    Fingerprints tell of the first minute of a sound alone: two that go on from there are less
    similar by as much as one has that the other lacks, as short ones are.
    """
    similar: NDArray[np.float32] = _KINDS[modality].similarities(first, second)
    if modality is Modality.AUDIO:
        least, most = np.fmin(*lengths_s), np.fmax(*lengths_s)
        covered = np.minimum(1, least / np.maximum(_COVERED * most, 1e-9))
        similar = np.where(most > audio.LONGEST_S, similar * covered**2, similar)
    return similar.astype(np.float32, copy=False)


def similarities(
    modality: Modality,
    prints: Sequence[bytes | None],
    lengths_s: Lengths,
    left: Rows,
    right: Rows,
    *,
    progress: Progress = ignore,
) -> NDArray[np.float32]:
    """Return how similar the fingerprints of pairs of places are: (m,) float32 in [0, 1].

    prints, lengths_s : the fingerprint and, of sounds, the length of each item
    """
    found = np.empty(len(left), np.float32)
    for start in range(0, len(left), _BLOCK):
        progress(start, len(left), "comparing fingerprints")
        places = left[start : start + _BLOCK], right[start : start + _BLOCK]
        one, other = ([prints[place] or b"" for place in side.tolist()] for side in places)
        found[start : start + len(one)] = compare_prints(
            modality, one, other, (lengths_s[places[0]], lengths_s[places[1]])
        )
    return found
