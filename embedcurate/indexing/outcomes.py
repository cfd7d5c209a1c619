"""Every found file is brought to its outcome: triage by a stat, decode ahead, encode in batches."""

import os
import time
from collections.abc import Collection as AbstractCollection
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

from embedcurate.collection import Collection, Encoded
from embedcurate.collection.parts import check
from embedcurate.collection.records import STALE
from embedcurate.errors import (
    MediaError,
    MediumMissing,
    SourceError,
    UnsupportedMedium,
    UnusableVector,
)
from embedcurate.indexing.ahead import Ahead
from embedcurate.indexing.batches import Batches
from embedcurate.indexing.describing import captioned, failed_item, item_of, row_item
from embedcurate.indexing.known import Known, KnownItem
from embedcurate.indexing.report import Failure, IndexReport
from embedcurate.indexing.storing import Storing
from embedcurate.items import Found, Item, Modality, Outcome, item_id
from embedcurate.media.audio import Sound
from embedcurate.media.image import Picture
from embedcurate.media.pool import DecoderPool
from embedcurate.media.tables import Row, is_table
from embedcurate.media.text import Document
from embedcurate.progress import Progress
from embedcurate.sources import Annotations, Scan, find
from embedcurate.spaces.pooling import Medium
from embedcurate.spaces.space import Space

__all__ = ["Run"]


class Run:
    """One run: what was known, what is being decoded, what waits to be encoded, what came of it."""

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
        self._channels = collection.channels
        self._batches = Batches(space)
        self._pool = pool
        self._retry_failed = retry_failed
        self._progress = progress
        self._total: int | None = None
        self._ahead = Ahead()
        self._fresh: dict[tuple[Modality, str], str] = {}  # bytes -> id that has them by this run
        self._changed: set[str] = set()  # ids that no longer stand for the bytes they had

    def expect(
        self,
        sources: Sequence[Path],
        wanted: AbstractCollection[Modality],
        annotations: Annotations | None,
    ) -> None:
        """Count the files in the background, so that progress has a total as soon as it can."""
        found = find(sources, Scan(), modalities=wanted, annotations=annotations)

        def count() -> None:
            with suppress(SourceError):  # which the run itself meets, and tells
                self._total = sum(1 for _ in found)

        Thread(target=count, daemon=True).start()

    def take(self, files: Iterable[Found]) -> None:
        """Bring every found file to its outcome."""
        for found in files:
            self._triage(found)
            while self._ahead.is_full:
                self._settle()
        while self._ahead:
            self._settle()
        started = time.perf_counter()
        encoded = self._batches.drain()
        self.report.encoding_s += time.perf_counter() - started
        self._store(encoded)
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
        if known is None or known.id in self._changed or known.was_never_used:
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
            self.storing.refresh(known.id, self._captioned(found))
        outcome = Outcome.SKIPPED if known.outcome is Outcome.SKIPPED else Outcome.OK
        self._count(found.path, outcome, known.reason, reused=outcome is Outcome.OK)

    def _start(self, found: Found, *, only_hash: bool = False) -> None:
        if only_hash:
            pending = self._pool.hash(found.path)
        else:
            pending = self._pool.decode(found.path, found.modality)
        self._ahead.add(found, pending)

    def _settle(self) -> None:
        """Bring the file that was started first to its outcome, or to its next step."""
        found, pending = self._ahead.take()
        started = time.perf_counter()
        try:
            result = self._pool.result(pending, meanwhile=lambda: self._tell(found.path))
        except MediaError as error:
            self._fail(found, error)
            return
        finally:
            waited_s = time.perf_counter() - started
            self.report.waited_s += waited_s
            self.report.starting_s = self.report.starting_s or waited_s
        if isinstance(result, str):
            if not self._reuse(found, result):
                self._start(found)
        elif isinstance(result.medium, tuple):
            self._take_rows(found, result.medium)
        else:
            self._ahead.learn(found, result.medium)
            self._take_medium(found, result.content, result.medium)

    def _reuse(self, found: Found, content: str) -> bool:
        """Take the vectors of known bytes over; tell whether there were any."""
        id_ = item_id(found.path)
        sources = [
            known
            for known in self._known.with_content(content)
            if known.row is None
            and known.modality == found.modality
            and known.id not in self._changed
            and not (known.is_stale and os.path.lexists(known.path))
        ]
        sources.sort(key=lambda known: known.id != id_)
        if not sources:
            return False
        known = sources[0]
        if known.id == id_:
            self._keep(found, known)
            return True
        if os.path.lexists(known.path):
            self.storing.copy(known.id, self._captioned(found))
        else:
            self._known.see(known.id)
            self._changed.add(known.id)
            renamed = replace(found, size=STALE) if known.is_stale else found
            self.storing.move(known.id, self._captioned(renamed))
            self.report.moved += 1
        self._changed.add(id_)
        self._fresh[found.modality, content] = id_
        self._count(found.path, Outcome.OK, reused=True)
        return True

    def _take_medium(self, found: Found, content: str, medium: Picture | Sound | Document) -> None:
        if self._reuse(found, content):
            return
        found = self._captioned(found)
        twin = self._fresh.get((found.modality, content))
        if twin is not None:
            self._changed.add(item_id(found.path))
            self.storing.repeat(twin, found)
            self._count(found.path, Outcome.OK, reused=True)
            return
        item = item_of(found, content, medium.facts)
        self._fresh[found.modality, content] = item.id
        self._encode(item, medium.text if isinstance(medium, Document) else medium)

    def _take_rows(self, found: Found, rows: Sequence[Row]) -> None:
        """Take the rows of a table of texts, each an item of its own."""
        known = {row.row: row for row in self._known.rows_of(found.path)}
        for row in rows:
            item = row_item(found, row)
            before = known.get(row.index)
            if before is not None:
                self._known.see(before.id)
            if row.problem is not None:
                self.storing.record(item)
                self._count(found.path, item.outcome, f"row {row.index + 1}: {row.problem}")
            elif before and before.content == item.content and not before.is_stale:
                self.storing.record(item)
                self._count(found.path, Outcome.OK, reused=True)
            else:
                self._encode(item, row.text)
        whole = self._known.get(item_id(found.path))
        if whole is not None:  # it could not be read as a table before
            self.storing.missing(whole.id)

    def _captioned(self, found: Found) -> Found:
        """Read a file's caption; one that can't be read costs the caption alone."""
        try:
            return captioned(found)
        except MediaError as error:
            self.report.failures.append(Failure(found.sidecar or found.path, str(error)))
            return replace(found, sidecar=None)

    def _encode(self, item: Item, medium: Medium) -> None:
        self._changed.add(item.id)
        self.storing.expect(item.id)
        started = time.perf_counter()
        try:
            encoded = self._batches.add(item, medium)
        except UnusableVector as error:
            self._count(item.path, Outcome.OK)
            self._withdraw(item, str(error))
            return
        self.report.encoding_s += time.perf_counter() - started
        self._store(encoded)
        self._count(item.path, Outcome.OK)

    def _store(self, encoded: Sequence[Encoded]) -> None:
        """Store what was encoded; what got no usable vector has failed after all."""
        usable = []
        for one in encoded:
            try:
                check(one, self._channels)
            except UnusableVector as error:
                self._withdraw(one.item, str(error))
            else:
                usable.append(one)
        self.storing.store(usable)

    def _withdraw(self, item: Item, reason: str) -> None:
        """Let an item fail that was counted as `ok`, and those that wait to repeat it."""
        self._fresh = {content: id_ for content, id_ in self._fresh.items() if id_ != item.id}
        repeats = self.storing.withdraw(item.id)
        self.storing.record(replace(item, outcome=Outcome.FAILED, reason=reason, content=None))
        for found in repeats:
            self.storing.record(failed_item(found, Outcome.FAILED, reason))
        failed = [item.path, *(found.path for found in repeats)]
        self.report.ok -= len(failed)
        self.report.reused -= len(repeats)
        self.report.failed += len(failed)
        self.report.failures += [Failure(path, reason) for path in failed]

    def _fail(self, found: Found, error: MediaError) -> None:
        if isinstance(error, MediumMissing):  # since the folder was read
            self.report.missing += 1
            if self._known.get(item_id(found.path)) is not None:
                self.storing.missing(item_id(found.path))
            return
        outcome = Outcome.SKIPPED if isinstance(error, UnsupportedMedium) else Outcome.FAILED
        item = failed_item(found, outcome, str(error))
        self._changed.add(item.id)
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
        self._tell(path)

    def _tell(self, path: Path) -> None:
        self._progress(self.report.seen, self._total, path.name)


def _under(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
