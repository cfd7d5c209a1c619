"""Make a resident copy of a table, and keep it in step with the table's versions."""

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from embedcurate.collection.resident import SCANNED_FROM, Resident
from embedcurate.collection.resident_part import Batch, Listing, Part, Rows, read_part, write_part
from embedcurate.collection.storage import dtype_of, raw_rows
from embedcurate.collection.tables import Lance, translated
from embedcurate.errors import CollectionDamaged, CollectionReadOnly, DiskFull
from embedcurate.progress import Progress, ignore

__all__ = ["codes_fit", "default_budget", "memory_bytes", "open_resident", "version_of"]

Mask: TypeAlias = NDArray[np.bool_]

_STALE_SHARE = 0.25
"""Of the base's rows, how many may be dead or in the tail before all is laid out anew."""

_TAKEN_AT_ONCE = 8192
_READ_AT_ONCE = 50_000

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}


def memory_bytes() -> int:
    """Return how much memory the machine has; 8 GiB where the system does not tell."""
    if hasattr(os, "sysconf"):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return 8 << 30


def default_budget() -> int:
    """Return the bytes that resident codes may take: a quarter of the machine's memory."""
    return memory_bytes() // 4


def open_resident(
    table: Lance,
    folder: Path,
    *,
    budget_bytes: int | None = None,
    progress: Progress = ignore,
) -> Resident:
    """Open the copy of an open table of vectors, making or mending it first if need be.

    `folder` holds the copy, COLLECTION/resident/<table>, and is made if missing. A disk that is
    full or read-only gives a copy in memory if it fits `budget_bytes`, else raises `DiskFull` or
    `CollectionReadOnly`. `progress` may raise `Cancelled`: the copy that was there stays.
    """
    budget = default_budget() if budget_bytes is None else budget_bytes
    with translated(folder.parent.parent):
        n = int(table.count_rows())
        coded = n >= SCANNED_FROM and codes_fit(table, budget)
    dimension, dtype = _dimension(table), dtype_of(table.schema)
    plan = _Plan(table, folder, version_of(table), n, dimension, dtype, coded, progress)

    ready = plan.read_if_current()
    if ready is not None:
        return ready
    try:
        with _alone(folder, progress):
            try:
                return plan.read_if_current() or plan.mended() or plan.made(on_disk=True)
            finally:
                plan.tidy()
    except OSError as error:
        if error.errno not in _FULL | _CLOSED:
            raise
        codes = 1 if coded and dtype != np.int8 else 0
        if n * (dimension * (dtype.itemsize + codes) + 64) > budget:
            refusal = DiskFull if error.errno in _FULL else CollectionReadOnly
            raise refusal(folder.parent.parent) from error
        return plan.made(on_disk=False)


def codes_fit(table: Lance, budget_bytes: int) -> bool:
    """Return whether the int8 codes of an open table fit a budget.

    Vectors that are stored as int8 are their own codes: what has no room is read from disk again.
    """
    if dtype_of(table.schema) == np.int8:
        return True
    return int(table.count_rows()) * (_dimension(table) + 8) <= budget_bytes


def _dimension(table: Lance) -> int:
    return int(table.schema.field("vector").type.list_size)


def version_of(table: Lance) -> str:
    """Return a text that differs whenever the content of an open table may differ."""
    # A repaired table can have the same version number twice, with other content.
    number = int(table.version)
    manifest = Path(table.uri) / "_versions" / f"{2**64 - 1 - number:020d}.manifest"
    try:
        return f"{number}.{manifest.stat().st_mtime_ns:x}"
    except FileNotFoundError:
        return str(number)


@contextmanager
def _alone(folder: Path, progress: Progress) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    while True:
        try:
            lock.acquire(timeout=0.2)
            break
        except Timeout:
            progress(0, None, "Waiting for another process that prepares the search")
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class _State:
    """What `copy.json` says."""

    version: str
    coded: bool
    base: str
    tail: str | None = None
    dead: str | None = None

    def names(self) -> set[str]:
        return {name for name in (self.base, self.tail, self.dead) if name is not None}


@dataclass(frozen=True, slots=True)
class _Plan:
    """One table at one version, and where its copy goes."""

    table: Lance
    folder: Path
    version: str
    n: int
    dimension: int
    dtype: np.dtype[Any]
    coded: bool
    progress: Progress

    @property
    def collection(self) -> Path:
        return self.folder.parent.parent

    def read_if_current(self) -> Resident | None:
        state = self._state()
        if state is None or (state.version, state.coded) != (self.version, self.coded):
            return None
        return self._read(state)

    def made(self, *, on_disk: bool) -> Resident:
        """Lay out all rows anew."""
        listing = self._listing()
        state = _State(self.version, self.coded, f"base.{secrets.token_hex(8)}")
        part = self._part(listing, self._streamed(listing), state.base if on_disk else None)
        if on_disk:
            self._publish(state)
        return Resident(part, version=self.version)

    def mended(self) -> Resident | None:
        """Bring the copy of another version up to date; None if making it anew is better."""
        state = self._state()
        old = None if state is None or state.coded != self.coded else self._read(state)
        if state is None or old is None or old.dimension != self.dimension:
            return None
        if old.base.vectors.dtype != self.dtype:
            return None
        listing = self._listing()
        at = _where(listing, old)
        in_base = (at >= 0) & (at < len(old.base))
        dead = np.ones(len(old.base), bool)
        dead[at[in_base]] = False
        rest = np.flatnonzero(~in_base)
        if len(rest) + int(dead.sum()) > _STALE_SHARE * len(old.base):
            return None

        tail, tail_name, dead_name = None, None, None
        if len(rest):
            tail_name = f"tail.{secrets.token_hex(8)}"
            tail = self._part(listing.take(rest), self._brought(listing, rest, at, old), tail_name)
        if dead.any():
            dead_name = f"dead.{secrets.token_hex(8)}.npy"
            np.save(self.folder / dead_name, dead)
        self._publish(_State(self.version, self.coded, state.base, tail_name, dead_name))
        return Resident(old.base, tail, dead if dead_name else None, self.version)

    def _part(self, listing: Listing, batches: Iterator[Batch], name: str | None) -> Part:
        return write_part(
            listing,
            batches,
            dimension=self.dimension,
            dtype=self.dtype,
            coded=self.coded,
            folder=None if name is None else self.folder / name,
        )

    def _listing(self) -> Listing:
        ids, modalities, checksums = [np.empty(0, "S1")], [np.empty(0, "U1")], [np.empty(0, int)]
        with translated(self.collection):
            for batch in self.table.search().select(["id", "modality", "checksum"]).to_batches():
                ids.append(_as_bytes(batch["id"]))
                modalities.append(batch["modality"].to_numpy(zero_copy_only=False).astype(str))
                checksums.append(batch["checksum"].to_numpy())
        return Listing(*(np.concatenate(column) for column in (ids, modalities, checksums)))

    def _streamed(self, listing: Listing) -> Iterator[Batch]:
        """Yield the vectors of the whole table, in the order of its listing."""
        at = 0
        for batch in self._windows(len(listing)):
            rows = np.arange(at, min(at + len(batch), len(listing)))
            if not np.array_equal(_as_bytes(batch["id"]), listing.ids[rows]):
                raise CollectionDamaged(self.collection, "a table gave its rows in two orders")
            yield rows, raw_rows(batch["vector"])
            at += len(batch)
            self.progress(at, len(listing), "Preparing the search")
        if at != len(listing):
            raise CollectionDamaged(self.collection, "a table gave fewer vectors than rows")

    def _windows(self, n: int) -> Iterator[pa.RecordBatch]:
        # One scan of all rows reads far ahead of us: 600 MB for 400,000 x 384, windows 400 MB.
        for start in range(0, n, _READ_AT_ONCE):
            with translated(self.collection):
                query = self.table.search().select(["id", "vector"])
                yield from query.offset(start).limit(_READ_AT_ONCE).to_batches()

    def _brought(self, listing: Listing, rest: Rows, at: Rows, old: Resident) -> Iterator[Batch]:
        """Yield the vectors of the rows `rest` of the listing: from the old tail, or the table."""
        known = np.flatnonzero(at[rest] >= 0)
        for some in np.array_split(known, -(-len(known) // _TAKEN_AT_ONCE) or 1):
            yield some, old.stored(at[rest[some]])
        new = np.flatnonzero(at[rest] < 0)
        for start in range(0, len(new), _TAKEN_AT_ONCE):
            some = new[start : start + _TAKEN_AT_ONCE]
            self.progress(start, len(new), "Preparing the search")
            with translated(self.collection):
                query = self.table.take_offsets(rest[some].tolist())
                taken = query.select(["id", "vector"]).to_arrow().combine_chunks()
            if np.any(_as_bytes(taken["id"]) != listing.ids[rest[some]]):
                raise CollectionDamaged(self.collection, "a table gave its rows in two orders")
            yield some, raw_rows(taken["vector"])

    def _state(self) -> _State | None:
        try:
            return _State(**json.loads((self.folder / "copy.json").read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _read(self, state: _State) -> Resident | None:
        """Map what `state` names; None if it is no longer all there."""
        try:
            return Resident(
                read_part(self.folder / state.base),
                None if state.tail is None else read_part(self.folder / state.tail),
                None if state.dead is None else np.load(self.folder / state.dead),
                state.version,
            )
        except (FileNotFoundError, EOFError, ValueError, KeyError):
            return None

    def _publish(self, state: _State) -> None:
        """Make `state` the copy, and remove what only copies before it needed."""
        written = self.folder / "copy.json.new"
        text = json.dumps({name: getattr(state, name) for name in _State.__slots__})
        with written.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self.folder / "copy.json")

    def tidy(self) -> None:
        """Remove what the present copy does not need: older copies, and what was left half done."""
        state = self._state()
        needed = set() if state is None else state.names()
        for entry in self.folder.iterdir():
            if entry.name.startswith(("base.", "tail.", "dead.")) and entry.name not in needed:
                # Windows keeps files that another process has mapped; a later call removes them.
                with suppress(PermissionError):
                    shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _where(listing: Listing, old: Resident) -> Rows:
    """Return the row of `old` that holds each row of `listing` unchanged, -1 if none does."""
    living = _living(old)
    before = old.listing().take(living)
    found = pc.index_in(pa.array(listing.ids), value_set=pa.array(before.ids))
    at = np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
    same = at >= 0
    held = before.take(at[same])
    same[same] = (held.checksums == listing.checksums[same]) & (
        held.modalities == listing.modalities[same]
    )
    return np.where(same, living[at] if len(living) else -1, -1)


def _living(resident: Resident) -> Rows:
    everything = np.arange(len(resident))
    return everything if resident.alive is None else everything[resident.alive]


def _as_bytes(ids: pa.Array | pa.ChunkedArray) -> NDArray[np.bytes_]:
    values = ids.cast(pa.binary()).to_numpy(zero_copy_only=False)
    return values.astype(np.bytes_) if len(values) else np.empty(0, "S1")
