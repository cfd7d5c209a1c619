"""Writing to a collection, so that a crash at any moment leaves it whole."""

from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from embedcurate.collection import backup, decisions, fulltext, keys, marking
from embedcurate.collection.compaction import compact, due
from embedcurate.collection.history import History
from embedcurate.collection.ledger import note_files
from embedcurate.collection.merging import ImportReport, import_log, settle
from embedcurate.collection.operations import (
    DecisionKind,
    Operation,
    RunChange,
    SelectionChange,
)
from embedcurate.collection.parts import (
    caption_rows,
    check,
    item_texts,
    own_texts,
    rekeyed,
    segment_rows,
    vector_rows,
)
from embedcurate.collection.records import Encoded, Pick, items_from
from embedcurate.collection.schema import CAPTIONS, segmented, segments_table, vectors_table
from embedcurate.collection.selections import Selection, Versions
from embedcurate.collection.settings import Settings, write_settings
from embedcurate.collection.tables import Tables
from embedcurate.collection.upsert import delete, replace_parts, upsert
from embedcurate.items import Item, Outcome
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.space import Background, Route

__all__ = ["Writer"]

_ENOUGH_TO_CALIBRATE = 60
_STORES_BETWEEN_LOOKS = 16


class Writer:
    """Change a collection while holding its lock; made by `Collection.writer`.

    Each call is a handful of commits, so hand in hundreds of items at once. What belongs to an
    item is committed before its row in `items`: an `ok` row implies that its vectors are there,
    and are those of its `content`.
    """

    def __init__(self, tables: Tables, settings: Settings) -> None:
        self._tables = tables
        self._settings = settings
        self._vectors = [vectors_table(channel.name) for channel in settings.channels]
        self._cut = [segments_table(channel.name) for channel in segmented(settings.channels)]
        self._stores = 0
        self._history = History(tables)
        self._came = False

    def store(self, batch: Sequence[Encoded]) -> None:
        """Store encoded items with all that belongs to them, replacing what they had.

        Raises `UnusableVector` before anything is written if an item's vectors can't be used.
        """
        for one in batch:
            check(one, self._settings.channels)
        batch = list({one.item.id: one for one in batch}.values())
        items = [one.item for one in batch]
        ids = [item.id for item in items]
        self._retire(items)
        storage = self._settings.storage
        for channel in self._settings.channels:
            rows = vector_rows(batch, channel, storage)
            upsert(self._tables, vectors_table(channel.name), rows)
        for channel in segmented(self._settings.channels):
            table = segments_table(channel.name)
            replace_parts(self._tables, table, ids, segment_rows(batch, channel, storage))
        replace_parts(self._tables, "texts", ids, item_texts(batch))
        self._put(items)
        self._stores += 1
        if self._stores % _STORES_BETWEEN_LOOKS == 0:
            compact(self._tables, due(self._tables), ignore)

    def store_captions(self, items: Sequence[Item], vectors: Sequence[Vectors]) -> None:
        """Store the vectors of items' captions: (d,) each, in `shared`, as those of texts.

        To be called before the items themselves are stored.
        """
        settings = self._settings
        rows = caption_rows(items, vectors, settings.channels, settings.storage)
        upsert(self._tables, CAPTIONS, rows)

    def record(self, items: Sequence[Item]) -> None:
        """Store items' rows alone: outcomes, or what the file system and sources now say.

        Items that are `ok` or `missing` keep their vectors; others lose them.
        """
        items = list({item.id: item for item in items}.values())
        upsert(self._tables, "texts", own_texts(items))
        self._put(items)
        kept = (Outcome.OK, Outcome.MISSING)
        self._delete_parts([item.id for item in items if item.outcome not in kept])

    def copy(self, pairs: Sequence[tuple[str, Item]]) -> None:
        """Give each item the vectors, segments and passages of a known id with the same bytes."""
        pairs = list({item.id: (source, item) for source, item in pairs}.values())
        sources: dict[str, list[str]] = {}
        for source, item in pairs:
            sources.setdefault(source, []).append(item.id)
        # All is read before anything is written: two files may have swapped their names.
        parts = {
            name: rekeyed(self._rows(name, list(sources)), sources)
            for name in (*self._vectors, *self._cut, "texts")
        }
        items = [item for _, item in pairs]
        ids = [item.id for item in items]
        self._retire(items)
        for name in self._vectors:
            upsert(self._tables, name, parts[name])
        for name in self._cut:
            replace_parts(self._tables, name, ids, parts[name])
        passages = parts["texts"].filter(pc.equal(parts["texts"]["kind"], "passage"))
        replace_parts(self._tables, "texts", ids, pa.concat_tables([passages, own_texts(items)]))
        self._put(items)

    def move(self, pairs: Sequence[tuple[str, Item]]) -> None:
        """Let each known id be the item that its file, renamed, is now; marks go along.

        In whatever state a crash leaves it, each file has at least one whole item; moving again
        finishes.
        """
        targets = dict(pairs)
        self._history.ready()
        keyed = {source: (item.id, item.content) for source, item in targets.items()}
        operation = self._history.record("move", moves=marking.moving(self._tables, keyed))
        self.copy(pairs)
        if operation is not None:
            self._history.make(operation)
        gone = sorted(set(targets) - {item.id for item in targets.values()})
        delete(self._tables, "items", gone)
        self._delete_parts(gone)

    def mark(
        self,
        ids: Sequence[str],
        *,
        add: Several[str] = (),
        remove: Several[str] = (),
        pick: Pick | None = None,
        stars: int | None = None,
        note: str | None = None,
    ) -> int:
        """Change what the user says of `ids`, and return how many items that changed.

        None leaves a mark as it is; "" and 0 clear it. Raises `UnknownItem`.
        """
        self._history.ready()
        moves, changes, rows = marking.marking(
            self._tables, ids, add=add, remove=remove, pick=pick, stars=stars, note=note
        )
        operation = self._history.record("mark", moves=moves, marks=changes)
        if operation is None:
            return 0
        self._history.make(operation, rows)
        return operation.items

    def decide(
        self,
        pairs: Sequence[tuple[str, str]],
        kind: DecisionKind | None,
        *,
        keep: str | Sequence[str | None] | None = None,
        reject: Sequence[str] = (),
    ) -> int:
        """Note what the user says of pairs of ids, and return how many decisions that changed.

        `keep` is the id that stays, of all pairs or of each. Deciding again replaces; None takes
        a decision back. `reject` are ids to be marked so in the same step. Raises `UnknownItem`,
        also for items whose file was never read.
        """
        self._history.ready()
        changes = decisions.deciding(self._tables, pairs, kind, keep)
        moves, marks, rows = marking.marking(
            self._tables, reject, add=(), remove=(), pick="reject", stars=None, note=None
        )
        operation = self._history.record("decide", moves=moves, marks=marks, decisions=changes)
        if operation is None:
            return 0
        self._history.make(operation, rows)
        return operation.pairs

    def edited(self, verb: str, *, was: str, now: str, said: str) -> None:
        """Note that the user changed a result: the kept run `now` stands for the run `was`.

        `said` tells in a few words what was changed. Undoing it lets `was` be the latest run
        again, if both are kept still and the analysis has found nothing else since.
        """
        operation = self._history.record("edit", runs=(RunChange(verb, was, now, said),))
        if operation is not None:
            self._history.make(operation)

    def save_selection(
        self, name: str, ids: Sequence[str], story: str, *, said: str = ""
    ) -> Selection:
        """Keep a selection under `name`, in the place of one that had it.

        `said` tells in a few words what undo would take back, where saving is not all. Raises
        `QueryError` for a name that can't be a file's, `CollectionReadOnly` or `DiskFull`.
        """
        selection, change = self._versions.saving(name, ids, story, said)
        self._select(change)
        return selection

    def rename_selection(self, name: str, new: str) -> None:
        """Give a selection another name.

        Raises `UnknownSelection`, or `QueryError` for a name that is taken or can't be a file's.
        """
        self._select(*self._versions.renaming(name, new))

    def delete_selection(self, name: str) -> None:
        """Forget a selection; the items stay. Raises `UnknownSelection`."""
        self._select(self._versions.deleting(name))

    def undo(self) -> Operation | None:
        """Take back the last change that is not taken back; None if there are none.

        What was said of items is found again after renames. Returns the entry of the log; None
        as well where damage cost the log the entry that would be next.
        """
        return self._history.undo()

    def redo(self) -> Operation | None:
        """Make again what `undo` took back last; None if something else was changed since."""
        return self._history.redo()

    def import_log(self, path: Path) -> ImportReport:
        """Merge what `Collection.export_log` wrote, here or elsewhere; twice is as once.

        Items are found by their content, then by their id; what is said of others is kept and
        holds once they come. Where two said different things of one mark, the later one holds:
        see `merging`. One `undo` takes all of it back. Raises `SourceNotFound`, or
        `UnreadableSource` for a line that is no entry of a log; then nothing was imported.
        """
        self._history.ready()
        return import_log(self._tables, self._history, path)

    def rebuild_marks(self) -> int:
        """Make marks and decisions anew from the log; return how many rows were not as it says.

        Reads all of the log. What the log never heard of stays, and is written down.
        """
        return self._history.rebuild()

    def backgrounds_due(self, *, any_is_better: bool = False) -> bool:
        """Tell whether the items have become enough, or twice as many, since the calibration.

        `any_is_better` is for a space that ships no backgrounds.
        """
        count = self._tables.count("items")
        enough = 1 if any_is_better else _ENOUGH_TO_CALIBRATE
        return count >= max(enough, 2 * self._settings.calibrated_on)

    def save_backgrounds(self, backgrounds: Mapping[Route, Background]) -> None:
        """Keep what was measured of the routes' cosines on this collection's items."""
        count = self._tables.count("items")
        self._settings = replace(self._settings, backgrounds=dict(backgrounds), calibrated_on=count)
        write_settings(self._tables.collection, self._settings)

    def compact(self, progress: Progress = ignore) -> None:
        """Merge small files, bring indexes up to date and drop versions nobody reads any more."""
        compact(self._tables, self._tables.names(), progress)
        note_files(self._tables)

    def look_again(self) -> None:
        """See what others wrote since this one held the lock."""
        self._history = History(self._tables)

    def recover(self) -> None:
        """Finish what a writer that died began: make the last entry of the log, drop orphans.

        Orphans are what it stored of items whose rows it did not get to.
        """
        self._history.catch_up()
        items = self._tables.columns("items", ["id"])["id"]
        for name in (*self._vectors, CAPTIONS, *self._cut, "texts"):
            key = self._owner(name)
            owners = self._tables.columns(name, [key])[key]
            orphans = owners.filter(pc.invert(pc.is_in(owners, value_set=items)))
            delete(self._tables, name, pc.unique(orphans).to_pylist(), key=key)

    def close(self) -> None:
        """Tidy up: imported entries about new items, small files, indexes, digests of files."""
        self._history.ready()
        if self._came:
            settle(self._tables, self._history)
        compact(self._tables, due(self._tables), ignore)
        fulltext.keep_up(self._tables)
        keys.keep_up(self._tables)
        backup.save_settings(self._tables.collection)
        note_files(self._tables)

    @property
    def _versions(self) -> Versions:
        self._history.ready()
        return self._history.versions

    def _select(self, *changes: SelectionChange) -> None:
        operation = self._history.record("edit", selections=changes)
        if operation is not None:
            self._history.make(operation)

    def _put(self, items: Sequence[Item]) -> None:
        upsert(self._tables, "items", items_from(items))
        self._came = True

    def _retire(self, items: Sequence[Item]) -> None:
        """Delete the rows of items whose content changes: their vectors are about to."""
        # Else a crash in between would leave a row that vouches for another content's vectors.
        contents = {item.id: item.content for item in items}
        known = self._tables.rows("items", list(contents), ["id", "content"])
        changed = [
            id_
            for id_, content in zip(
                known["id"].to_pylist(), known["content"].to_pylist(), strict=True
            )
            if content is not None and content != contents[id_]
        ]
        delete(self._tables, "items", changed)

    def _delete_parts(self, ids: Sequence[str]) -> None:
        for name in (*self._vectors, CAPTIONS, *self._cut, "texts"):
            delete(self._tables, name, ids, key=self._owner(name))

    def _rows(self, name: str, ids: Sequence[str]) -> pa.Table:
        columns = self._tables.open(name).schema.names
        return self._tables.rows(name, ids, columns, key=self._owner(name))

    def _owner(self, table: str) -> str:
        """Return the column that names the item to which a row of a table belongs."""
        return "item" if table in (*self._cut, "texts") else "id"
