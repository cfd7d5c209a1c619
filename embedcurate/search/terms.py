"""The terms of a query -> directions in the channels of a space."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedcurate.collection import Collection
from embedcurate.errors import MediaError, QueryError, SourceNotFound
from embedcurate.items import Modality
from embedcurate.media.decoding import decode
from embedcurate.media.formats import modality_of
from embedcurate.media.tables import is_table
from embedcurate.media.text import Document
from embedcurate.query import ItemRef, MediumFile, Term, Words
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.pooling import encode_all, encode_queries, needs, pool, split
from embedcurate.spaces.sending import agreed
from embedcurate.spaces.space import Space

__all__ = ["Direction", "direction_of"]


@dataclass(frozen=True, slots=True)
class Direction:
    """A term as vectors: channel -> (d,) float32 unit vector, one for each channel it lives in."""

    term: str
    weight: float
    modality: Modality
    vectors: Mapping[str, Vectors]
    item: str | None = None


def direction_of(term: Term, collection: Collection, space: Space) -> Direction:
    """Encode a term: words, a file that need not be in the collection, or an item.

    Raises
    ------
    QueryError, SourceNotFound, UnknownItem
        If the term names a file or item that is not there or can't be used.
    """
    match term.what:
        case Words(text):
            if space.text is None:
                raise QueryError(
                    f"The space '{space.name}' knows no words: search by @file or #item, "
                    'by filters, or by "full text" in quotes.'
                )
            return _asked(text, term.weight, space)
        case MediumFile(named):
            path = Path(os.path.expanduser(named))  # noqa: PTH111 - Path's own raises
            if not os.path.isfile(path):  # noqa: PTH113 - as above
                raise SourceNotFound(path)
            modality = modality_of(path)
            if modality not in space.modalities or is_table(path):
                raise QueryError(f"'{path}' is no picture, sound or text to search by.")
            try:
                medium = decode(path, modality, needs(space)).medium
                assert not isinstance(medium, tuple), "tables were refused"
                whole = medium.text if isinstance(medium, Document) else medium
                parts = split(whole, space, path)
            except MediaError as error:
                why = str(error).rstrip(".")
                raise QueryError(f"'{path}' can't be searched by: {why}.") from error
            with agreed():  # it is the user who asks by it
                vectors = encode_all(space.encoders[modality], parts.inputs)
            return _pooled(f"@{path.name}", term.weight, modality, vectors)
        case ItemRef(prefix):
            item = collection.item_like(prefix)
            encoder = space.encoders[item.modality]
            vectors = {name: collection.vectors([item.id], name)[0] for name in encoder.channels}
            return Direction(f"#{item.id}", term.weight, item.modality, vectors, item.id)


def _asked(text: str, weight: float, space: Space) -> Direction:
    assert space.text is not None, "the caller looked"
    return _pooled(
        text, weight, Modality.TEXT, encode_queries(space.text, split(text, space).inputs)
    )


def _pooled(
    name: str, weight: float, modality: Modality, vectors: Mapping[str, Vectors]
) -> Direction:
    pooled = {channel: pool(rows) for channel, rows in vectors.items()}
    return Direction(name, weight, modality, pooled)
