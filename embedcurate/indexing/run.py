"""One indexing run: triage by a stat, decode ahead, encode in batches, store in larger ones."""

import os
import time
from collections import deque
from collections.abc import Collection as AbstractCollection
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread

from blake3 import blake3

from embedcurate.collection import Collection
from embedcurate.errors import Cancelled, MediaError, MediumMissing, UnsupportedMedium
from embedcurate.indexing.backgrounds import measure_backgrounds
from embedcurate.indexing.batches import Batches
from embedcurate.indexing.known import Known, KnownItem
from embedcurate.indexing.report import Failure, IndexReport
from embedcurate.indexing.storing import Storing, item_of
from embedcurate.items import Facts, Found, Item, Modality, Outcome, item_id
from embedcurate.media.audio import Sound
from embedcurate.media.image import Picture
from embedcurate.media.pool import DecoderPool, Pending
from embedcurate.media.tables import Row, is_table
from embedcurate.media.text import Document
from embedcurate.progress import Progress, ignore
from embedcurate.sources import Annotations, Scan, find
from embedcurate.spaces.pooling import Medium, needs
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Space

__all__ = ["index", "open_and_index"]

_DEFAULT_SPACE = "starter"
_AHEAD = 48  # files that are being decoded or wait decoded: bounds the memory


def index(
    collection: Collection,
    space: Space,
    sources: Sequence[Path],
    *,
    modalities: AbstractCollection[Modality] = frozenset(Modality),
    annotations: Annotations | None = None,
    retry_failed: bool = False,
    progress: Progress = ignore,
) -> IndexReport:
    """Bring `collection` up to date with `sources`; originals are read and never touched.

    Every file ends in one outcome. Unchanged files cost a stat; renamed and moved ones keep their
    vector and marks; the same bytes are encoded once; what vanished becomes `missing`. Files that
    failed before are tried again when they changed, or with `retry_failed`.

    Raises
    ------
    Cancelled
        If `progress` raised it; all that was encoded is stored first.
    SourceNotFound, CollectionLocked, CollectionReadOnly, DiskFull, SpaceMismatch
        As their sentences say; what was stored before is kept.
    """
    collection.check_space(space)
    wanted = space.modalities & frozenset(modalities)
    with collection.writer() as writer, DecoderPool(needs(space)) as pool:
        run = _Run(collection, Storing(writer, collection), space, pool, retry_failed, progress)
        run.expect(sources, wanted, annotations)
        started = time.perf_counter()
        scan = Scan()
        try:
            run.take(find(sources, scan, modalities=wanted, annotations=annotations))
        except (Cancelled, KeyboardInterrupt):
            run.storing.flush()
            raise
        run.finish(scan, wanted)
        if writer.backgrounds_due():
            writer.save_backgrounds(measure_backgrounds(collection, space))
    collection.keep_indexes()
    run.report.seconds = time.perf_counter() - started
    return run.report


def open_and_index(
    path: Path,
    sources: Sequence[Path],
    *,
    space: str | None = None,
    modalities: AbstractCollection[Modality] = frozenset(Modality),
    annotations: Annotations | None = None,
    retry_failed: bool = False,
    progress: Progress = ignore,
) -> tuple[Collection, IndexReport]:
    """Index into the collection at `path`, which is made if there is none.

    `space` names the space of a new collection, ``starter`` if it is None; an old one has its own.
    Raises as `index` does, and `UnknownSpace` or `SpaceUnavailable`.
    """
    if Collection.is_at(path):
        collection = Collection.open(path)
        loaded = load(space or collection.settings.space, progress)
    else:
        loaded = load(space or _DEFAULT_SPACE, progress)
        collection = Collection.create(path, loaded)
    report = index(
        collection,
        loaded,
        sources,
        modalities=modalities,
        annotations=annotations,
        retry_failed=retry_failed,
        progress=progress,
    )
    return collection, report


class _Run:
    def __init__(
        self,
        collection: Collection,
        storing: Storing,
        space: Space,
        pool: DecoderPool,
        retry_failed: bool,
        progress: Progress,
    ) -> None:
        self.report = IndexReport()
        self.storing = storing
        self._known = Known(collection.known())
        self._batches = Batches(space)
        self._pool = pool
        self._retry_failed = retry_failed
        self._progress = progress
        self._total: int | None = None
        self._pending: deque[tuple[Found, Pending]] = deque()
        self._fresh: dict[str, str] = {}  # content -> id of what this run encodes

    def expect(
        self,
        sources: Sequence[Path],
        wanted: AbstractCollection[Modality],
        annotations: Annotations | None,
    ) -> None:
        """Count the files in the background, so that progress has a total as soon as it can."""
        found = find(sources, Scan(), modalities=wanted, annotations=annotations)

        def count() -> None:
            self._total = sum(1 for _ in found)

        Thread(target=count, daemon=True).start()

    def take(self, files: Iterable[Found]) -> None:
        """Bring every found file to its outcome."""
        for found in files:
            self._triage(found)
            while len(self._pending) >= _AHEAD:
                self._settle()
        while self._pending:
            self._settle()
        self.storing.store(self._batches.drain())
        self.storing.flush()

    def finish(self, scan: Scan, wanted: AbstractCollection[Modality]) -> None:
        """Note what vanished and what was passed over."""
        for path, why in scan.unreadable:
            self._fail_unstored(path, why)
        self.report.passed = scan.passed
        passed = scan.passed.total()
        self.report.skipped += passed
        self.report.seen += passed
        unreadable = [path for path, _ in scan.unreadable]
        for known in self._known.unseen():
            if known.modality not in wanted or not _under(known.path, scan.roots):
                continue
            if _under(known.path, unreadable) or (
                os.path.lexists(known.path) and known.row is None
            ):
                continue
            self.report.missing += 1
            if known.outcome is not Outcome.MISSING:
                self.storing.missing(known.id)
        self.storing.flush()

    def _triage(self, found: Found) -> None:
        if is_table(found.path):
            self._triage_table(found)
            return
        known = self._known.get(item_id(found.path))
        if known is None:
            self._start(found, only_hash=self._known.has_size(found.size))
        elif not known.same_file(found):
            self._start(found, only_hash=known.size == found.size)
        elif known.outcome is Outcome.FAILED:
            if self._retry_failed:
                self._start(found)
            else:
                self._count(found.path, Outcome.FAILED, known.reason)
        else:
            self._keep(found, known)

    def _triage_table(self, found: Found) -> None:
        rows = self._known.rows_of(found.path)
        rows = [row for row in rows if row.outcome is not Outcome.MISSING]
        changed = not rows or not all(row.same_file(found) for row in rows)
        failed = any(row.outcome is Outcome.FAILED for row in rows)
        if changed or (failed and self._retry_failed):
            self._start(found)
            return
        for row in rows:
            self._known.see(row.id)
            reused = row.outcome is Outcome.OK
            self._count(found.path, row.outcome, row.reason, reused=reused)

    def _keep(self, found: Found, known: KnownItem) -> None:
        """Keep a known item whose bytes are as they were."""
        changed = not (known.same_file(found) and known.same_annotations(found))
        if changed or known.outcome is Outcome.MISSING:
            self.storing.refresh(known.id, found)
        outcome = Outcome.SKIPPED if known.outcome is Outcome.SKIPPED else Outcome.OK
        self._count(found.path, outcome, known.reason, reused=outcome is Outcome.OK)

    def _start(self, found: Found, *, only_hash: bool = False) -> None:
        if only_hash:
            pending = self._pool.hash(found.path)
        else:
            pending = self._pool.decode(found.path, found.modality)
        self._pending.append((found, pending))

    def _settle(self) -> None:
        """Bring the file that was started first to its outcome, or to its next step."""
        found, pending = self._pending.popleft()
        started = time.perf_counter()
        try:
            result = self._pool.result(pending)
        except MediaError as error:
            self._fail(found, error)
            return
        finally:
            self.report.waited_s += time.perf_counter() - started
        if isinstance(result, str):
            if not self._reuse(found, result):
                self._start(found)
        elif isinstance(result.medium, tuple):
            self._take_rows(found, result.medium)
        else:
            self._take_medium(found, result.content, result.medium)

    def _reuse(self, found: Found, content: str) -> bool:
        """Take the vectors of known bytes over; tell whether there were any."""
        id_ = item_id(found.path)
        for known in self._known.with_content(content):
            if known.id == id_:
                self._keep(found, known)
            elif known.row is not None or known.modality != found.modality:
                continue
            elif os.path.lexists(known.path):
                self.storing.copy(known.id, found)
                self._count(found.path, Outcome.OK, reused=True)
            else:
                self._known.see(known.id)
                self.storing.move(known.id, found)
                self.report.moved += 1
                self._count(found.path, Outcome.OK, reused=True)
            return True
        return False

    def _take_medium(self, found: Found, content: str, medium: Picture | Sound | Document) -> None:
        if self._reuse(found, content):
            return
        twin = self._fresh.get(content)
        if twin is not None:
            self.storing.copy(twin, found)
            self._count(found.path, Outcome.OK, reused=True)
            return
        item = self._item(found, content, medium.facts)
        self._fresh[content] = item.id
        self._encode(item, medium.text if isinstance(medium, Document) else medium)

    def _take_rows(self, found: Found, rows: Sequence[Row]) -> None:
        """Take the rows of a table of texts, each an item of its own."""
        known = {row.row: row for row in self._known.rows_of(found.path)}
        for row in rows:
            item = _row_item(found, row)
            before = known.get(row.index)
            if before is not None:
                self._known.see(before.id)
            if row.problem is not None:
                self.storing.record(item)
                self._count(found.path, item.outcome, f"row {row.index + 1}: {row.problem}")
            elif before is not None and before.content == item.content:
                self.storing.record(item)
                self._count(found.path, Outcome.OK, reused=True)
            else:
                self._encode(item, row.text)
        whole = self._known.get(item_id(found.path))
        if whole is not None:  # it could not be read as a table before
            self.storing.missing(whole.id)

    def _item(self, found: Found, content: str, facts: Facts) -> Item:
        """Describe a decoded file; a caption file that can't be read costs the caption alone."""
        try:
            return item_of(found, content, facts)
        except MediaError as error:
            self.report.failures.append(Failure(found.sidecar or found.path, str(error)))
            return item_of(replace(found, sidecar=None), content, facts)

    def _encode(self, item: Item, medium: Medium) -> None:
        self.storing.expect(item.id)
        started = time.perf_counter()
        encoded = self._batches.add(item, medium)
        self.report.encoding_s += time.perf_counter() - started
        self.storing.store(encoded)
        self._count(item.path, Outcome.OK)

    def _fail(self, found: Found, error: MediaError) -> None:
        if isinstance(error, MediumMissing):  # since the folder was read
            self.report.missing += 1
            if self._known.get(item_id(found.path)) is not None:
                self.storing.missing(item_id(found.path))
            return
        outcome = Outcome.SKIPPED if isinstance(error, UnsupportedMedium) else Outcome.FAILED
        item = Item(
            id=item_id(found.path),
            path=found.path,
            modality=found.modality,
            size=found.size,
            mtime_ns=found.mtime_ns,
            outcome=outcome,
            reason=str(error),
        )
        self.storing.record(item)
        self._count(found.path, outcome, str(error))

    def _fail_unstored(self, path: Path, why: str) -> None:
        self.report.seen += 1
        self.report.failed += 1
        self.report.failures.append(Failure(path, why))

    def _count(
        self, path: Path, outcome: Outcome, reason: str | None = None, *, reused: bool = False
    ) -> None:
        report = self.report
        report.seen += 1
        report.ok += outcome is Outcome.OK
        report.skipped += outcome is Outcome.SKIPPED
        report.failed += outcome is Outcome.FAILED
        report.reused += reused
        if outcome is Outcome.FAILED:
            report.failures.append(Failure(path, reason or ""))
        self._progress(report.seen, self._total, path.name)


def _row_item(found: Found, row: Row) -> Item:
    return Item(
        id=item_id(found.path, row.index),
        path=found.path,
        modality=found.modality,
        size=found.size,
        mtime_ns=found.mtime_ns,
        outcome=Outcome.OK if row.problem is None else Outcome.FAILED,
        row=row.index,
        reason=row.problem,
        content=None if row.problem else blake3(row.text.encode()).hexdigest(),
        facts=Facts(found.path.suffix.lstrip(".").lower(), characters=len(row.text)),
        label=row.label or found.label,
        split=row.split or found.split,
    )


def _under(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
