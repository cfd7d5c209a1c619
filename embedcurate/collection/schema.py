"""The tables of a collection, as Arrow schemas."""

from collections.abc import Sequence

import pyarrow as pa

from embedcurate.collection.storage import Storage
from embedcurate.items import FIGURES, Modality
from embedcurate.spaces.encoder import SHARED, Channel

__all__ = [
    "CAPTIONS",
    "DECISIONS",
    "FORMAT_VERSION",
    "ITEMS",
    "MARKS",
    "TEXTS",
    "schemas",
    "segmented",
    "segments",
    "segments_table",
    "shared_of",
    "vectors",
    "vectors_table",
]

FORMAT_VERSION = 2
"""The newest that is read; 1 knew float32 alone, and is what such collections still are."""

CAPTIONS = "captions"

# LanceDB's upsert lets two processes insert the same new key twice unless the key is declared so.
_KEY = {"lance-schema:unenforced-primary-key": "true"}


def _key(name: str = "id") -> pa.Field:
    return pa.field(name, pa.string(), nullable=False, metadata=_KEY)


ITEMS = pa.schema(
    [
        _key(),
        pa.field("path", pa.string()),  # for display: undecodable bytes are replaced
        pa.field("path_bytes", pa.binary()),  # the path itself, `os.fsencode`d
        pa.field("row", pa.int32()),
        pa.field("modality", pa.string()),
        pa.field("content", pa.string()),
        pa.field("size", pa.int64()),
        pa.field("mtime_ns", pa.int64()),
        pa.field("outcome", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("format", pa.string()),
        pa.field("width_px", pa.int32()),
        pa.field("height_px", pa.int32()),
        pa.field("duration_s", pa.float64()),
        pa.field("rate_hz", pa.int32()),
        pa.field("channels", pa.int32()),
        pa.field("characters", pa.int64()),
        pa.field("note", pa.string()),
        pa.field("language", pa.string()),
        pa.field("fingerprint", pa.binary()),
        *(pa.field(name, pa.float32()) for names in FIGURES.values() for name in names),
        pa.field("caption", pa.string()),
        pa.field("label", pa.string()),
        pa.field("split", pa.string()),
        pa.field("checksum", pa.int64()),
    ]
)

MARKS = pa.schema(
    [
        _key(),  # of the item
        pa.field("content", pa.string()),
        pa.field("pick", pa.string()),  # "pick", "reject" or ""
        pa.field("stars", pa.int8()),
        pa.field("tags", pa.list_(pa.string())),
        pa.field("note", pa.string()),
        pa.field("checksum", pa.int64()),
    ]
)

DECISIONS = pa.schema(
    [
        _key(),  # "<first>:<second>"
        pa.field("first", pa.string()),  # the lesser content hash of the pair
        pa.field("second", pa.string()),
        pa.field("kind", pa.string()),  # "duplicate", "different", "alternate", or "" if taken back
        pa.field("keep", pa.string()),  # the content hash of the one that stays
        pa.field("checksum", pa.int64()),
    ]
)

TEXTS = pa.schema(
    [
        _key(),  # "<item>:name", "<item>:caption" or "<item>:<index of the passage>"
        pa.field("item", pa.string()),
        pa.field("kind", pa.string()),  # "name", "caption" or "passage"
        pa.field("start", pa.float64()),  # of a passage of a text of several
        pa.field("end", pa.float64()),
        pa.field("text", pa.string()),
        pa.field("checksum", pa.int64()),
    ]
)


def vectors_table(channel: str) -> str:
    """Return the name of the table that holds the vectors of `channel`."""
    return f"vectors_{channel}"


def vectors(channel: Channel, storage: Storage = Storage.FLOAT32) -> pa.Schema:
    """Return the schema of a channel's table: one row an item that lives in the channel."""
    return pa.schema(
        [
            _key(),
            pa.field("modality", pa.string()),
            pa.field("vector", pa.list_(storage.arrow, channel.dimension)),
            pa.field("checksum", pa.int64()),
        ]
    )


def segmented(channels: Sequence[Channel]) -> list[Channel]:
    """Return the channels that keep the parts of long items: `shared`, and where texts ask."""
    return [one for one in channels if one.name == SHARED or Modality.TEXT in one.modalities]


def segments_table(channel: str) -> str:
    """Return the name of the table that holds the segments' vectors in `channel`."""
    return "segments" if channel == SHARED else f"segments_{channel}"


def segments(channel: Channel, storage: Storage = Storage.FLOAT32) -> pa.Schema:
    """Return the schema of the segments in a channel: only items of more than one have any."""
    return pa.schema(
        [
            _key(),  # "<item>:<index>"
            pa.field("item", pa.string()),
            pa.field("modality", pa.string()),
            pa.field("start", pa.float64()),
            pa.field("end", pa.float64()),
            pa.field("vector", pa.list_(storage.arrow, channel.dimension)),
            pa.field("checksum", pa.int64()),
        ]
    )


def shared_of(channels: Sequence[Channel]) -> Channel:
    """Return the channel that every space has."""
    return next(channel for channel in channels if channel.name == SHARED)


def schemas(
    channels: Sequence[Channel], storage: Storage = Storage.FLOAT32
) -> dict[str, pa.Schema]:
    """Return the tables of a collection with these channels, by name."""
    cut = segmented(channels)
    return {
        "items": ITEMS,
        "marks": MARKS,
        "decisions": DECISIONS,
        "texts": TEXTS,
        **{segments_table(channel.name): segments(channel, storage) for channel in cut},
        CAPTIONS: vectors(shared_of(channels), storage),
        **{vectors_table(channel.name): vectors(channel, storage) for channel in channels},
    }
