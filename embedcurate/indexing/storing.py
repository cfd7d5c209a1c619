"""What a run wants stored, gathered into few large commits."""

import time
from collections.abc import Sequence
from dataclasses import replace

from embedcurate.collection import Collection, Encoded, Turns, Writer
from embedcurate.items import Found, Item, Modality, Outcome, item_id
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.pooling import encode_all
from embedcurate.spaces.space import Space

__all__ = ["Storing"]

_AT_ONCE = 256  # items in a commit: many small commits make the store slow and large
_AFTER_S = 30.0


class Storing:
    """Encoded items and changes of known ones, held back until a commit is worth it."""

    def __init__(self, turn: Turns, collection: Collection, space: Space) -> None:
        self._turn = turn
        self._collection = collection
        self._space = space
        self._encoded: list[Encoded] = []
        self._records: list[Item] = []
        self._refreshed: list[tuple[str, Found]] = []
        self._missing: list[str] = []
        self._copies: list[tuple[str, Found]] = []
        self._moves: list[tuple[str, Found]] = []
        self._repeats: list[tuple[str, Found]] = []
        self._expected: set[str] = set()
        self._stored_at = time.monotonic()

    def expect(self, id_: str) -> None:
        """Note that an item is on its way through its encoder: repeats of it have to wait."""
        self._expected.add(id_)

    def withdraw(self, id_: str) -> list[Found]:
        """Expect an item no longer; return the files that were to repeat it."""
        self._expected.discard(id_)
        waiting = [found for source, found in self._repeats if source == id_]
        self._repeats = [repeat for repeat in self._repeats if repeat[0] != id_]
        return waiting

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
        """Give a found file the vectors that an item of the same bytes had before this run."""
        self._copies.append((id_, found))
        self._flush_if_due()

    def repeat(self, id_: str, found: Found) -> None:
        """Give a found file the vectors that an item of the same bytes gets by this run."""
        self._repeats.append((id_, found))
        self._flush_if_due()

    def move(self, id_: str, found: Found) -> None:
        """Let a found file be the item that was at another path, marks and all."""
        self._moves.append((id_, found))
        self._flush_if_due()

    def flush(self) -> None:
        """Store all that can be stored now, in one turn."""
        if self._waiting:
            with self._turn() as writer:
                self._flush(writer)
        self._stored_at = time.monotonic()

    def _flush(self, writer: Writer) -> None:
        # Vectors of before are read before anything takes their place, those of now afterwards.
        if self._copies:
            self._copy(writer, self._copies)
            self._copies = []
        if self._moves:
            moves = self._as_items(self._moves)
            self._store_captions(writer, [item for _, item in moves])
            writer.move(moves)
            self._moves = []
        if self._encoded:
            self._store_captions(writer, [one.item for one in self._encoded])
            writer.store(self._encoded)
            self._expected.difference_update(one.item.id for one in self._encoded)
            self._encoded = []
        self._flush_known(writer)
        if self._records:
            writer.record(self._records)
            self._records = []
        ready = [repeat for repeat in self._repeats if repeat[0] not in self._expected]
        if ready:
            self._copy(writer, ready)
            self._repeats = [repeat for repeat in self._repeats if repeat[0] in self._expected]

    @property
    def _waiting(self) -> int:
        return (
            len(self._encoded)
            + len(self._records)
            + len(self._refreshed)
            + len(self._missing)
            + len(self._copies)
            + len(self._moves)
            + len(self._repeats)
        )

    def _flush_if_due(self) -> None:
        waiting = self._waiting
        late = time.monotonic() - self._stored_at > _AFTER_S
        if waiting >= _AT_ONCE or (late and waiting):
            self.flush()

    def _flush_known(self, writer: Writer) -> None:
        """Turn refreshed and missing items into rows."""
        refreshed = [item for _, item in self._as_items(self._refreshed)]
        self._store_captions(writer, refreshed)
        self._records += refreshed
        self._refreshed = []
        if self._missing:
            items = self._collection.items(self._missing)
            self._records += [replace(item, outcome=Outcome.MISSING) for item in items]
            self._missing = []

    def _copy(self, writer: Writer, pairs: Sequence[tuple[str, Found]]) -> None:
        copies = self._as_items(pairs)
        self._store_captions(writer, [item for _, item in copies])
        writer.copy(copies)

    def _store_captions(self, writer: Writer, items: Sequence[Item]) -> None:
        """Encode and store the captions of pictures and sounds."""
        encoder = self._space.text
        captioned = [item for item in items if item.caption and item.modality is not Modality.TEXT]
        if encoder is None or not captioned:
            return
        vectors = encode_all(encoder, [item.caption for item in captioned])[SHARED]
        writer.store_captions(captioned, list(vectors))

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
                    caption=found.caption or item.caption,
                    label=found.label or item.label,
                    split=found.split or item.split,
                ),
            )
            for item, (_, found) in zip(known, pairs, strict=True)
        ]
