"""Bring a damaged collection back: keep all that is whole, set the rest aside, say what is lost."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from embedcurate.collection import backup, fulltext
from embedcurate.collection.files import LOG
from embedcurate.collection.history import History
from embedcurate.collection.journal import JOURNAL
from embedcurate.collection.ledger import backups, changed_files, is_in_use, note_files
from embedcurate.collection.lock import running, writing
from embedcurate.collection.parts import own_texts
from embedcurate.collection.records import STALE, items_from, items_to
from embedcurate.collection.salvage import Salvage
from embedcurate.collection.schema import ITEMS, schemas, segmented, segments_table
from embedcurate.collection.settings import Settings, read_settings
from embedcurate.collection.tables import Lance, Tables, newest_manifest, translated
from embedcurate.collection.upsert import upsert
from embedcurate.collection.verify import without_vectors
from embedcurate.collection.writer import Writer
from embedcurate.errors import CollectionDamaged
from embedcurate.items import Item, Modality, Outcome
from embedcurate.progress import Progress, ignore

__all__ = ["RepairReport", "repair"]

_REBUILT = "__rebuilt"


@dataclass(slots=True)
class RepairReport:
    """What a repair did. `lost` counts rows by table; `to_index` items that want indexing again."""

    done: list[str] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)
    to_index: int = 0
    aside: Path | None = None


def repair(path: Path, *, progress: Progress = ignore) -> RepairReport:
    """Make the collection at `path` whole again, without the rows that are damaged.

    Nothing is deleted: damaged files are set aside under `log`. Items whose vector or parts are
    lost are encoded again by the next indexing. Marks and decisions come back from the log.

    Raises
    ------
    NotACollection, CollectionVersionError, CollectionLocked, CollectionReadOnly, DiskFull
    CollectionDamaged
        If `collection.toml` and its copy are both gone: then nothing tells the space.
    """
    path = path.absolute()
    report = RepairReport()
    if backup.restore_settings(path):
        report.done.append("collection.toml came back from its copy")
    settings = read_settings(path)
    doing = "embedcurate repair"
    with running(path, doing=doing), writing(path, doing=doing):
        _Repair(Tables(path), settings, report, progress).run()
    return report


class _Repair:
    def __init__(
        self, tables: Tables, settings: Settings, report: RepairReport, progress: Progress
    ) -> None:
        self._tables = tables
        self._settings = settings
        self._report = report
        self._progress = progress
        stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        self._aside = tables.collection / LOG / f"damaged-{stamp}"

    def run(self) -> None:
        expected = schemas(self._settings.channels, self._settings.storage)
        for name in self._tables.names():
            if name.endswith(_REBUILT):
                self._finish_swap(name)
        changed = changed_files(self._tables, self._progress)
        for name in sorted({*expected, *self._tables.names()}):
            own = {file for file in changed if self._folder(name) in file.parents}
            self._repair_table(name, expected.get(name), own)
        self._tell_again()
        self._link()
        fulltext.create_index(self._tables)
        note_files(self._tables, anew=True)

    def _repair_table(self, name: str, schema: pa.Schema | None, changed: set[Path]) -> None:
        table = self._opened(name, changed)
        if table is None:
            self._set_aside(self._folder(name))
            self._lose(name, 0, "could not be opened in any version")
            if schema is not None:
                self._tables.create(name, schema)
            return
        used = {file for file in changed if not file.exists() or is_in_use(self._tables, file)}
        # Lance may abort the process on a file with altered bytes; one that is gone, it reports.
        for file in changed:
            self._set_aside(file)
        salvage = Salvage(self._tables.collection, table)
        for _ in salvage.batches(self._progress, f"reading {name}"):
            pass
        fits = schema is None or table.schema.equals(schema)
        if used or not salvage.is_whole or not fits:
            self._rebuild(name, table, schema if fits else None)

    def _opened(self, name: str, changed: set[Path]) -> Lance | None:
        """Return the newest version that can be opened, from copies if need be."""
        folder = self._folder(name)
        for copy in backups(self._tables, name):
            original = folder / copy.parent.name / copy.name
            if copy.parent.name == "_deletions" and (original in changed or not original.exists()):
                self._restore(copy, original, changed)
        copies = {c.name: c for c in backups(self._tables, name) if c.parent.name == "_versions"}
        while True:
            newest = newest_manifest(folder)
            if newest is None:
                if not copies:
                    return None
                first = min(copies)
                self._restore(copies.pop(first), folder / "_versions" / first, changed)
                self._report.done.append(f"{name}: its versions came back from a copy")
                continue
            if newest not in changed:
                try:
                    table = self._tables.open(name)
                    with translated(self._tables.collection):
                        table.count_rows()
                except CollectionDamaged:
                    pass
                else:
                    return table
            self._set_aside(newest)
            changed.discard(newest)
            self._report.done.append(f"{name}: an unreadable version was set aside")
            kept = copies.pop(newest.name, None)
            if kept is not None:
                self._restore(kept, newest, changed)

    def _rebuild(self, name: str, table: Lance, schema: pa.Schema | None) -> None:
        """Write the rows that are whole to a new table, and put it in the place of the old."""
        fresh = name + _REBUILT
        salvage = Salvage(self._tables.collection, table)
        target = self._tables.create(fresh, schema or table.schema)
        kept = 0
        for batch in salvage.batches(self._progress, f"rebuilding {name}"):
            with translated(self._tables.collection):
                target.add(batch)
            kept += batch.num_rows
        self._set_aside(self._folder(name))
        self._finish_swap(fresh)
        self._lose(name, salvage.rows - kept, f"was rebuilt from {kept} whole rows")

    def _finish_swap(self, fresh: str) -> None:
        """Put a rebuilt table in its place; one whose old table is still there is not finished."""
        target = self._folder(fresh.removesuffix(_REBUILT))
        if target.exists():
            self._tables.drop(fresh)
        else:
            self._folder(fresh).rename(target)

    def _tell_again(self) -> None:
        """Keep what is whole of the log, and make what follows from it."""
        history = History(self._tables)
        damage = history.journal.damage(self._progress)
        if damage:
            history.journal.mend(damage, self._aside / JOURNAL)
            self._lose(LOG, damage.entries, "the entries that are whole were kept")
            if damage.lines:
                self._report.aside = self._aside
        changed = history.rebuild(damage=damage)
        if changed:
            self._report.done.append(f"{changed} marks and decisions came back from the log")

    def _link(self) -> None:
        """Make the tables agree again, and note what has to be encoded again."""
        tables, report = self._tables, self._report
        Writer(tables, self._settings).recover()
        bare = without_vectors(tables, self._settings)
        items = self._items(bare)
        again = [
            replace(
                item,
                outcome=Outcome.FAILED,
                reason="its vector was damaged: index again",
                content=None,
                size=STALE,
            )
            for item in items
        ]
        suspect: set[Modality] = set()
        cut = map(segments_table, (one.name for one in segmented(self._settings.channels)))
        if any(report.lost.get(name) is not None for name in cut):
            suspect = {Modality.TEXT, Modality.AUDIO}
        elif report.lost.get("texts") is not None:
            suspect = {Modality.TEXT}
        if "texts" in report.lost or suspect:
            known = [item for item in self._items(None) if item.id not in bare]
            upsert(tables, "texts", own_texts(known))
            # They stay findable; which of them lost a part can't be told.
            again += [replace(item, size=STALE) for item in known if item.modality in suspect]
        upsert(tables, "items", items_from(again))
        report.to_index = len(again)

    def _items(self, ids: Iterable[str] | None) -> list[Item]:
        if ids is None:
            rows = self._tables.columns("items", ITEMS.names)
        else:
            rows = self._tables.rows("items", sorted(ids), ITEMS.names)
        return [item for item in items_to(rows) if item.outcome is Outcome.OK]

    def _lose(self, name: str, rows: int, what: str) -> None:
        self._report.lost[name] = rows
        self._report.done.append(f"{name}: {what}")

    def _folder(self, name: str) -> Path:
        return self._tables.folder / f"{name}.lance"

    def _restore(self, copy: Path, original: Path, changed: set[Path]) -> None:
        original.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy, original)
        changed.discard(original)

    def _set_aside(self, path: Path) -> None:
        if not path.exists():
            return
        target = self._aside / path.relative_to(self._tables.folder)
        while target.exists():
            target = target.with_name(target.name + "~")
        with translated(self._tables.collection):
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
        self._report.aside = self._aside
