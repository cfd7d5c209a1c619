"""What goes into and comes out of a collection, and how it lies in Arrow."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from embedcurate.collection.checksums import with_checksums
from embedcurate.collection.schema import ITEMS, MARKS
from embedcurate.items import FIGURES, Facts, Item, Modality, Outcome, Segment
from embedcurate.spaces.encoder import Vectors

__all__ = [
    "STALE",
    "Encoded",
    "Marks",
    "Pick",
    "TextMatch",
    "items_from",
    "items_to",
    "marks_from",
    "marks_to",
    "storable",
]

Pick = Literal["pick", "reject", ""]

STALE = -1
"""A size that no file has: indexing encodes such an item again, whatever its bytes."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """An item with everything that encoding made of it.

    vectors : channel -> (d,) float32 unit vector
    segments : parts of a long item, each with its vectors, as above
    passages : parts of a text, each with its words, for full-text search
    """

    item: Item
    vectors: Mapping[str, Vectors]
    segments: tuple[tuple[Segment, Mapping[str, Vectors]], ...] = ()
    passages: tuple[tuple[Segment, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """What the user says of an item."""

    pick: Pick = ""
    stars: int = 0
    tags: frozenset[str] = field(default_factory=frozenset)
    note: str = ""


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A text in which the words of a query occur: an item's name, its caption or a passage."""

    item: str
    segment: Segment | None
    kind: str
    score: float


def storable(text: str) -> str:
    """Replace what Arrow can't hold in a string: halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _text(text: str | None) -> str | None:
    return None if text is None else storable(text)


def items_from(items: Iterable[Item]) -> pa.Table:
    """Return `items` as rows of the table `items`."""
    rows = [_row(item) for item in items]
    return with_checksums(pa.Table.from_pylist(rows, schema=ITEMS))


def _row(item: Item) -> dict[str, Any]:
    path = os.fsencode(item.path)
    facts = item.facts
    return {
        "id": item.id,
        "path": path.decode("utf-8", "replace"),
        "path_bytes": path,
        "row": item.row,
        "modality": str(item.modality),
        "content": item.content,
        "size": item.size,
        "mtime_ns": item.mtime_ns,
        "outcome": str(item.outcome),
        "reason": _text(item.reason),
        "format": storable(facts.format),
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "duration_s": facts.duration_s,
        "rate_hz": facts.rate_hz,
        "channels": facts.channels,
        "characters": facts.characters,
        "note": _text(facts.note),
        "language": facts.language,
        "fingerprint": facts.fingerprint,
        **facts.figures,
        "caption": _text(item.caption),
        "label": _text(item.label),
        "split": _text(item.split),
        "checksum": None,
    }


def items_to(table: pa.Table) -> list[Item]:
    """Return the rows of the table `items` as items."""
    return [_item(row) for row in table.to_pylist()]


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        id=row["id"],
        path=Path(os.fsdecode(row["path_bytes"])),
        modality=Modality(row["modality"]),
        size=row["size"],
        mtime_ns=row["mtime_ns"],
        outcome=Outcome(row["outcome"]),
        row=row["row"],
        reason=row["reason"],
        content=row["content"],
        facts=Facts(
            format=row["format"],
            width_px=row["width_px"],
            height_px=row["height_px"],
            duration_s=row["duration_s"],
            rate_hz=row["rate_hz"],
            channels=row["channels"],
            characters=row["characters"],
            note=row["note"],
            language=row["language"],
            figures={
                name: row[name]
                for name in FIGURES[Modality(row["modality"])]
                if row[name] is not None
            },
            fingerprint=row["fingerprint"],
        ),
        caption=row["caption"],
        label=row["label"],
        split=row["split"],
    )


def marks_from(marks: Mapping[str, Marks], contents: Sequence[str | None]) -> pa.Table:
    """Return the marks of items, with the items' contents, as rows of the table `marks`."""
    return with_checksums(
        pa.table(
            {
                "id": list(marks),
                "content": contents,
                "pick": [m.pick for m in marks.values()],
                "stars": [m.stars for m in marks.values()],
                "tags": [sorted(map(storable, m.tags)) for m in marks.values()],
                "note": [storable(m.note) for m in marks.values()],
                "checksum": [None] * len(marks),
            },
            schema=MARKS,
        )
    )


def marks_to(table: pa.Table) -> dict[str, Marks]:
    """Return the rows of the table `marks` by id."""
    columns = [table[name].to_pylist() for name in ("id", "pick", "stars", "tags", "note")]
    return {
        id_: Marks(pick or "", stars or 0, frozenset(tags or ()), note or "")
        for id_, pick, stars, tags, note in zip(*columns, strict=True)
    }
