"""One new file against a collection: whether it is there already."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embedcurate.collection import Collection
from embedcurate.duplicates.levels import Level
from embedcurate.duplicates.pairs import channel_of, similar_from
from embedcurate.duplicates.prints import NEAR, compare_prints
from embedcurate.errors import MediaError, QueryError, SourceNotFound
from embedcurate.media.decoding import decode
from embedcurate.media.formats import modality_of
from embedcurate.media.tables import is_table
from embedcurate.media.text import Document
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.pooling import encode_all, needs, pool, split
from embedcurate.spaces.space import Space

__all__ = ["Match", "Matches", "like_file"]

_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Match:
    """An item that a file is like, at which level; `similarity` is that of the fingerprints."""

    id: str
    path: Path
    level: Level
    similarity: float
    cosine: float


@dataclass(frozen=True, slots=True)
class Matches:
    """The items that a file is like, the most alike first."""

    path: Path
    matches: tuple[Match, ...]

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate duplicates --file --json` prints."""
        return {
            "path": os.fspath(self.path),
            "matches": [
                {
                    "id": match.id,
                    "path": os.fspath(match.path),
                    "level": str(match.level),
                    "similarity": match.similarity,
                    "cosine": match.cosine,
                }
                for match in self.matches
            ],
        }


def like_file(
    collection: Collection, path: Path, space: Space, *, progress: Progress = ignore
) -> Matches:
    """Return the items that are the file, an edit of it, or similar to it.

    The nearest 50 by their vectors are compared; `progress` hears of the copy of the vectors that
    the first call makes.

    Raises
    ------
    SourceNotFound, QueryError
        If the file is not there, or can't be read as one picture, sound or text.
    """
    if not path.is_file():
        raise SourceNotFound(path)
    modality = modality_of(path)
    channel = None if modality is None else channel_of(collection.channels, modality)
    if modality not in space.modalities or channel is None or is_table(path):
        raise QueryError(f"'{path}' is no picture, sound or text that can be compared.")
    try:
        decoded = decode(path, modality, needs(space))
    except MediaError as error:
        raise QueryError(f"'{path}' can't be compared: {error}.") from error
    medium = decoded.medium
    assert not isinstance(medium, tuple), "tables were refused"
    parts = split(medium.text if isinstance(medium, Document) else medium, space, path)
    query = pool(encode_all(space.encoders[modality], parts.inputs)[channel])

    nearest = collection.nearest(f"vectors_{channel}", progress=progress)
    best = nearest.top(query, _LOOKED_AT, modality=modality)
    same = collection.with_content([decoded.content])
    cosines = dict(zip(nearest.resident.ids_of(best.rows), best.products.tolist(), strict=True))
    ids = list(dict.fromkeys([*same.values(), *cosines]))
    items = [item for item in collection.items(ids) if item.outcome == "ok"]
    prints = compare_prints(
        modality,
        [medium.facts.fingerprint or b""] * len(items),
        [item.facts.fingerprint or b"" for item in items],
        (
            np.full(len(items), medium.facts.duration_s or np.nan),
            np.array([item.facts.duration_s or np.nan for item in items]),
        ),
    )
    similar = similar_from(collection, modality)
    matches = []
    for item, alike in zip(items, prints.tolist(), strict=True):
        cosine = cosines.get(item.id, 1.0)  # of the same bytes, but beyond the nearest
        if item.content == decoded.content:
            matches.append(Match(item.id, item.path, Level.EXACT, 1.0, cosine))
        elif alike >= NEAR[modality]:
            matches.append(Match(item.id, item.path, Level.NEAR, alike, cosine))
        elif cosine >= similar:
            matches.append(Match(item.id, item.path, Level.SIMILAR, alike, cosine))
    order = list(Level)
    matches.sort(key=lambda m: (order.index(m.level), -m.similarity, -m.cosine, m.id))
    return Matches(path, tuple(matches))
