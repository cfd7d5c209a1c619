"""The rows that belong to items in the tables beside `items`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from embedcurate.collection.checksums import with_checksums
from embedcurate.collection.records import Encoded, storable
from embedcurate.collection.schema import TEXTS, segments, shared_of, vectors
from embedcurate.collection.storage import Storage, vector_column
from embedcurate.errors import UnusableVector
from embedcurate.items import Item, Outcome
from embedcurate.spaces.encoder import Channel, Vectors

__all__ = [
    "caption_rows",
    "check",
    "item_texts",
    "own_texts",
    "rekeyed",
    "segment_rows",
    "vector_rows",
    "vector_table",
]

_NORM_TOLERANCE = 1e-3


def check(encoded: Encoded, channels: Sequence[Channel]) -> None:
    """Raise `UnusableVector` unless each vector is finite, of unit length and in its channel."""
    item = encoded.item
    for channel in channels:
        if item.modality in channel.modalities:
            if channel.name not in encoded.vectors:
                raise UnusableVector(item.id, item.path, f"there is none in '{channel.name}'")
            _check_vector(item, encoded.vectors[channel.name], channel)
            for _, vectors_of in encoded.segments:
                _check_vector(item, vectors_of[channel.name], channel)


def _check_vector(item: Item, vector: Vectors, channel: Channel) -> None:
    vector = np.asarray(vector)
    if vector.shape != (channel.dimension,):
        why = f"it has shape {vector.shape}, and '{channel.name}' {channel.dimension} dimensions"
        raise UnusableVector(item.id, item.path, why)
    if not np.isfinite(vector).all():
        raise UnusableVector(item.id, item.path, "it is not finite")
    norm = float(np.linalg.norm(vector))
    if abs(norm - 1) > _NORM_TOLERANCE:
        raise UnusableVector(item.id, item.path, f"its length is {norm:.4g}, not 1")


def vector_rows(
    batch: Iterable[Encoded], channel: Channel, storage: Storage = Storage.FLOAT32
) -> pa.Table:
    """Return the rows of a channel's table."""
    living = [one for one in batch if one.item.modality in channel.modalities]
    ids = [one.item.id for one in living]
    modalities = [str(one.item.modality) for one in living]
    rows = [one.vectors[channel.name] for one in living]
    return vector_table(ids, modalities, rows, channel, storage)


def caption_rows(
    items: Sequence[Item],
    captions: Sequence[Vectors],
    channels: Sequence[Channel],
    storage: Storage = Storage.FLOAT32,
) -> pa.Table:
    """Return the rows of the table `captions`: each item with the vector of its caption."""
    shared = shared_of(channels)
    for item, vector in zip(items, captions, strict=True):
        _check_vector(item, vector, shared)
    ids, modalities = [item.id for item in items], [str(item.modality) for item in items]
    return vector_table(ids, modalities, captions, shared, storage)


def vector_table(
    ids: Sequence[str],
    modalities: Sequence[str],
    rows: Sequence[Vectors] | Vectors,
    channel: Channel,
    storage: Storage = Storage.FLOAT32,
) -> pa.Table:
    """Return vectors, (d,) each or (n, d), as rows of a channel's table."""
    return with_checksums(
        pa.table(
            {
                "id": ids,
                "modality": modalities,
                "vector": vector_column(rows, channel.dimension, storage),
                "checksum": [None] * len(ids),
            },
            schema=vectors(channel, storage),
        )
    )


def segment_rows(
    batch: Iterable[Encoded], channel: Channel, storage: Storage = Storage.FLOAT32
) -> pa.Table:
    """Return the rows of the table of the segments in a channel."""
    parts = [
        (one.item, place, segment, vectors_of[channel.name])
        for one in batch
        if one.item.modality in channel.modalities
        for place, (segment, vectors_of) in enumerate(one.segments)
    ]
    return with_checksums(
        pa.table(
            {
                "id": [f"{item.id}:{place}" for item, place, _, _ in parts],
                "item": [item.id for item, _, _, _ in parts],
                "modality": [str(item.modality) for item, _, _, _ in parts],
                "start": [float(segment.start) for _, _, segment, _ in parts],
                "end": [float(segment.end) for _, _, segment, _ in parts],
                "vector": vector_column(
                    [vector for _, _, _, vector in parts], channel.dimension, storage
                ),
                "checksum": [None] * len(parts),
            },
            schema=segments(channel, storage),
        )
    )


def item_texts(batch: Iterable[Encoded]) -> pa.Table:
    """Return the rows of the table `texts`: names, captions and passages."""
    rows = []
    for one in batch:
        rows += _own(one.item)
        several = len(one.passages) > 1
        for place, (segment, text) in enumerate(one.passages):
            span = (segment.start, segment.end) if several else (None, None)
            rows.append(_text_row(one.item.id, str(place), "passage", text, *span))
    return _texts(rows)


def own_texts(items: Iterable[Item]) -> pa.Table:
    """Return the rows of `texts` that follow from the items alone: names and captions."""
    return _texts([row for item in items if item.outcome is Outcome.OK for row in _own(item)])


def rekeyed(rows: pa.Table, sources: Mapping[str, Sequence[str]]) -> pa.Table:
    """Return `rows` as the rows of other items: item -> the items that get its rows."""
    owner = "item" if "item" in rows.column_names else "id"
    places: list[int] = []
    targets: list[str] = []
    for place, id_ in enumerate(rows[owner].to_pylist()):
        for target in sources.get(id_, ()):
            places.append(place)
            targets.append(target)
    taken = rows.take(pa.array(places, pa.int64()))
    keys = targets
    if owner == "item":
        ends = [key.rpartition(":")[2] for key in taken["id"].to_pylist()]
        keys = [f"{target}:{end}" for target, end in zip(targets, ends, strict=True)]
        place = taken.schema.get_field_index("item")
        taken = taken.set_column(place, taken.schema.field(place), pa.array(targets, pa.string()))
    place = taken.schema.get_field_index("id")
    taken = taken.set_column(place, taken.schema.field(place), pa.array(keys, pa.string()))
    return with_checksums(taken)


def _own(item: Item) -> list[dict[str, Any]]:
    rows = []
    # The rows of a table share one file name: it would match them all, and says nothing of any.
    if item.row is None:
        rows.append(_text_row(item.id, "name", "name", item.path.name))
    if item.caption:
        rows.append(_text_row(item.id, "caption", "caption", item.caption))
    return rows


def _text_row(
    item: str,
    end: str,
    kind: str,
    text: str,
    start: float | None = None,
    stop: float | None = None,
) -> dict[str, Any]:
    return {
        "id": f"{item}:{end}",
        "item": item,
        "kind": kind,
        "start": start,
        "end": stop,
        "text": storable(text),
        "checksum": None,
    }


def _texts(rows: list[dict[str, Any]]) -> pa.Table:
    return with_checksums(pa.Table.from_pylist(rows, schema=TEXTS))
