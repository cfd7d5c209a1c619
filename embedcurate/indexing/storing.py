"""What a run wants stored, gathered into few large commits."""

import time
from collections.abc import Sequence
from dataclasses import replace

from embedcurate.collection import Collection, Encoded, Writer
from embedcurate.items import Facts, Found, Item, Outcome, item_id
from embedcurate.media.text import decode as decode_text

__all__ = ["Storing", "item_of"]

_AT_ONCE = 256  # items in a commit: many small commits make the store slow and large
_AFTER_S = 30.0
_LONGEST_CAPTION = 10_000  # characters


def item_of(found: Found, content: str, facts: Facts) -> Item:
    """Return the item that a found and decoded file becomes.

    Raises
    ------
    MediaError
        If the file's sidecar can't be read as text.
    """
    return Item(
        id=item_id(found.path),
        path=found.path,
        modality=found.modality,
        size=found.size,
        mtime_ns=found.mtime_ns,
        outcome=Outcome.OK,
        content=content,
        facts=facts,
        caption=_caption(found),
        label=found.label,
        split=found.split,
    )


class Storing:
    """Encoded items and changes of known ones, held back until a commit is worth it."""

    def __init__(self, writer: Writer, collection: Collection) -> None:
        self._writer = writer
        self._collection = collection
        self._encoded: list[Encoded] = []
        self._records: list[Item] = []
        self._refreshed: list[tuple[str, Found]] = []
        self._missing: list[str] = []
        self._copies: list[tuple[str, Found]] = []
        self._moves: list[tuple[str, Found]] = []
        self._expected: set[str] = set()
        self._stored_at = time.monotonic()

    def expect(self, id_: str) -> None:
        """Note that an item is on its way through its encoder: copies of it have to wait."""
        self._expected.add(id_)

    def store(self, encoded: Sequence[Encoded]) -> None:
        """Store encoded items."""
        self._encoded += encoded
        self._flush_if_due()

    def record(self, item: Item) -> None:
        """Store an item's row alone; a vector that it has stays."""
        self._records.append(item)
        self._flush_if_due()

    def refresh(self, id_: str, found: Found) -> None:
        """Store what the file system and the sources now say of a known item."""
        self._refreshed.append((id_, found))
        self._flush_if_due()

    def missing(self, id_: str) -> None:
        """Note that an item's file is gone."""
        self._missing.append(id_)
        self._flush_if_due()

    def copy(self, id_: str, found: Found) -> None:
        """Give a found file the vectors of an item with the same bytes."""
        self._copies.append((id_, found))
        self._flush_if_due()

    def move(self, id_: str, found: Found) -> None:
        """Let a found file be the item that was at another path, marks and all."""
        self._moves.append((id_, found))
        self._flush_if_due()

    def flush(self) -> None:
        """Store all that can be stored now."""
        if self._encoded:
            self._writer.store(self._encoded)
            self._expected.difference_update(one.item.id for one in self._encoded)
            self._encoded = []
        self._flush_known()
        if self._records:
            self._writer.record(self._records)
            self._records = []
        ready = [copy for copy in self._copies if copy[0] not in self._expected]
        if ready:
            self._writer.copy(self._as_items(ready))
            self._copies = [copy for copy in self._copies if copy[0] in self._expected]
        if self._moves:
            self._writer.move(self._as_items(self._moves))
            self._moves = []
        self._stored_at = time.monotonic()

    def _flush_if_due(self) -> None:
        waiting = (
            len(self._encoded)
            + len(self._records)
            + len(self._refreshed)
            + len(self._missing)
            + len(self._copies)
            + len(self._moves)
        )
        late = time.monotonic() - self._stored_at > _AFTER_S
        if waiting >= _AT_ONCE or (late and waiting):
            self.flush()

    def _flush_known(self) -> None:
        """Turn refreshed and missing items into rows."""
        self._records += [item for _, item in self._as_items(self._refreshed)]
        self._refreshed = []
        if self._missing:
            items = self._collection.items(self._missing)
            self._records += [replace(item, outcome=Outcome.MISSING) for item in items]
            self._missing = []

    def _as_items(self, pairs: Sequence[tuple[str, Found]]) -> list[tuple[str, Item]]:
        """Return (known id, the known item as the found file now has it)."""
        known = self._collection.items([id_ for id_, _ in pairs])
        return [
            (
                item.id,
                replace(
                    item,
                    id=item_id(found.path),
                    path=found.path,
                    size=found.size,
                    mtime_ns=found.mtime_ns,
                    outcome=Outcome.SKIPPED if item.outcome is Outcome.SKIPPED else Outcome.OK,
                    caption=_caption(found) or item.caption,
                    label=found.label or item.label,
                    split=found.split or item.split,
                ),
            )
            for item, (_, found) in zip(known, pairs, strict=True)
        ]


def _caption(found: Found) -> str | None:
    if found.sidecar is None:
        return found.caption
    return decode_text(found.sidecar).text.strip()[:_LONGEST_CAPTION] or None
