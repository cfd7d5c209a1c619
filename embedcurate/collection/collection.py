"""A collection as readers see it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import decisions, fulltext, versions
from embedcurate.collection.creation import make
from embedcurate.collection.exchange import export_log
from embedcurate.collection.files import bytes_under
from embedcurate.collection.journal import Journal
from embedcurate.collection.lock import writing
from embedcurate.collection.marking import marks_of
from embedcurate.collection.matrix import Matrix, gather
from embedcurate.collection.nearest import Nearest
from embedcurate.collection.operations import Decision, Operation, Pair
from embedcurate.collection.origins import Origins
from embedcurate.collection.pool import ResidentPool
from embedcurate.collection.records import Marks, TextMatch, items_to
from embedcurate.collection.results import Results
from embedcurate.collection.schema import (
    CAPTIONS,
    ITEMS,
    segmented,
    segments_table,
    vectors_table,
)
from embedcurate.collection.selections import Selections
from embedcurate.collection.settings import FILE_NAME, Settings, read_settings, settings_state
from embedcurate.collection.storage import Storage, unit_rows_of
from embedcurate.collection.tables import Tables, translated
from embedcurate.collection.turns import Turns, turns
from embedcurate.collection.writer import Writer
from embedcurate.errors import QueryError, SpaceMismatch, UnknownItem
from embedcurate.filters import Filter
from embedcurate.items import Item, Outcome, Segment
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import SHARED, Channel, Vectors
from embedcurate.spaces.space import Space

if TYPE_CHECKING:
    from embedcurate.collection.catalogue import Catalogue

__all__ = ["Collection"]

_KNOWN = (
    "id", "path_bytes", "row", "modality", "size", "mtime_ns", "content", "outcome", "reason",
    "caption", "label", "split",
)  # fmt: skip


class Collection:
    """Read a collection; what another process commits is seen by the next call.

    Safe to use from several threads. To write, see `writer`.
    """

    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self._settings = settings
        self._settings_seen: tuple[int, ...] | None = None
        self._tables = Tables(path)
        self.results = Results(path)
        self.selections = Selections(path)
        self.origins = Origins(path)
        self._decisions: tuple[str, Mapping[Pair, Decision]] = ("", {})

    @classmethod
    def create(
        cls, path: Path, space: Space, *, storage: Storage = Storage.FLOAT32
    ) -> "Collection":
        """Make an empty collection for `space` in a folder that is empty or does not exist.

        What its vectors are stored as is settled here for good.

        Raises `FolderNotEmpty`, `HardLinksUnsupported`, `CollectionReadOnly` or `DiskFull`.
        """
        path = path.absolute()
        return cls(path, make(path, space, storage))

    @classmethod
    def open(cls, path: Path) -> "Collection":
        """Open the collection at `path`.

        Raises `NotACollection`, `CollectionVersionError` or `CollectionDamaged`.
        """
        path = path.absolute()
        return cls(path, read_settings(path))

    @staticmethod
    def is_at(path: Path) -> bool:
        """Tell whether `path` is the folder of a collection."""
        return (path / FILE_NAME).is_file()

    def pinned(self, runs: Mapping[str, str]) -> "Collection":
        """Return the collection as analyses left it: verb -> id of the run that filters read."""
        other = Collection(self.path, self._settings)
        other.results = self.results.pinned(runs)
        return other

    @property
    def settings(self) -> Settings:
        """What `collection.toml` says now; read again only when it was replaced or changed."""
        seen = settings_state(self.path)
        if seen is None or seen != self._settings_seen:
            self._settings = read_settings(self.path)
            self._settings_seen = seen
        return self._settings

    @property
    def tables(self) -> Tables:
        """The Lance tables, for the other files of this room."""
        return self._tables

    @cached_property
    def catalogue(self) -> "Catalogue":
        """The columns that filters and lists are made of."""
        from embedcurate.collection.catalogue import Catalogue

        return Catalogue(
            self._tables.open("items"), self._tables.open("marks"), self.results, self.selections
        )

    @cached_property
    def _residents(self) -> ResidentPool:
        return ResidentPool(self._tables)

    def nearest(self, table: str, *, progress: Progress = ignore) -> Nearest:
        """Return the door to the newest vectors of a table: a channel's, or the segments'."""
        return self._residents.nearest(table, progress=progress)

    def matrix(
        self,
        channel: str,
        where: Filter | None = None,
        *,
        among: NDArray[np.bool_] | None = None,
    ) -> Matrix:
        """Return the vectors in a channel of the `ok` items that match, in the order of their ids.

        among : (n,) bool, which of the catalogue's rows to look at; by default all

        Small ones lie in memory, large ones in a file that is gone when they are. Raises
        `QueryError` for a channel that the collection's space does not have.
        """
        names = [one.name for one in self.channels]
        if channel not in names:
            raise QueryError(f"There is no channel '{channel}'. There are: {', '.join(names)}.")
        catalogue = self.catalogue
        mask = (
            catalogue.searchable if where is None else catalogue.searchable & catalogue.mask(where)
        )
        rows = np.flatnonzero(mask if among is None else mask & among)
        nearest = self.nearest(vectors_table(channel))
        return gather(nearest, catalogue.ids[rows], rows, self.path / "resident")

    def keep_indexes(self) -> None:
        """Build or update the indexes of tables whose resident copies are over the budget."""
        for table in self.vector_tables:
            self._residents.keep_index(table)

    @property
    def vector_tables(self) -> tuple[str, ...]:
        """The tables that hold vectors: each channel's, the segments' and the captions'."""
        return (
            *(vectors_table(channel.name) for channel in self.channels),
            *map(segments_table, self.segmented),
            CAPTIONS,
        )

    @property
    def segmented(self) -> tuple[str, ...]:
        """The names of the channels that keep the parts of long items."""
        return tuple(channel.name for channel in segmented(self.channels))

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels of the collection's space, `shared` first."""
        return self._settings.channels

    def check_space(self, space: Space) -> None:
        """Raise `SpaceMismatch` unless the collection was made with `space` and its weights."""
        settings = self._settings
        if space.name != settings.space:
            raise SpaceMismatch(self.path, settings.space, space.name)
        if space.fingerprints != settings.fingerprints or space.channels != settings.channels:
            raise SpaceMismatch(self.path, settings.space, f"{space.name} with other weights")

    @contextmanager
    def writer(self, *, doing: str = "embedcurate", wait_s: float = 0.0) -> Iterator[Writer]:
        """Hold the collection for writing; `doing` is what others are told meanwhile.

        Raises `CollectionLocked` if another process holds it for longer than `wait_s`.
        """
        with writing(self.path, doing=doing, wait_s=wait_s) as died:
            writer = Writer(self._tables, read_settings(self.path))
            if died:
                writer.recover()
            try:
                yield writer
            finally:
                writer.close()

    @contextmanager
    def run(self, *, doing: str, wait_s: float = 0.0) -> Iterator[Turns]:
        """Write for long, a turn at a time; between the turns others write what takes a moment.

        Raises `CollectionLocked` if another run goes on, or another process writes, for longer
        than `wait_s`.
        """
        writer = Writer(self._tables, read_settings(self.path))
        with turns(self.path, writer, doing=doing, wait_s=wait_s) as turn:
            yield turn

    def version(self) -> str:
        """Return a short text that says what the collection holds: `contents` and the marks."""
        return f"{self.contents()}-{versions.of_marks(self._tables)}"

    def contents(self) -> str:
        """Return a short text that says which items there are, their bytes and annotations.

        It stays the same through compaction, marks and touched files: what an analysis saw.
        """
        return versions.of_items(self._tables)

    def table_version(self, name: str) -> str:
        """Return a short text that changes whenever the table `name` does."""
        return self._tables.version(name)

    def known(self) -> pa.Table:
        """Return all items as indexing again needs them.

        Columns: id, path_bytes, row, modality, size, mtime_ns, content, outcome, reason, caption,
        label, split.
        """
        return self._tables.columns("items", _KNOWN)

    def items(self, ids: Sequence[str]) -> list[Item]:
        """Return items in the order of `ids`; raises `UnknownItem` for one that is not there."""
        return items_to(self._all_of("items", ids, ITEMS.names))

    def item_like(self, prefix: str) -> Item:
        """Return the one item whose id starts with `prefix`.

        Raises `UnknownItem` if there is none, `QueryError` if there are several.
        """
        ids = self.catalogue.ids
        start, stop = np.searchsorted(ids, [prefix.encode(), prefix.encode() + b"~"])
        if stop - start > 1:
            raise QueryError(
                f"{stop - start} items have an id that starts with '{prefix}': give more of it."
            )
        if stop == start:
            raise UnknownItem(self.path, prefix)
        return self.items([ids[start].decode()])[0]

    def iter_items(
        self, columns: Sequence[str] = tuple(ITEMS.names), *, rows: int = 10_000
    ) -> Iterator[pa.RecordBatch]:
        """Yield `columns` of all items, at most `rows` at a time."""
        table = self._tables.open("items")
        with translated(self.path):
            yield from table.search().select(list(columns)).to_batches(rows)

    def vectors(self, ids: Sequence[str], channel: str) -> Vectors:
        """Return the vectors of `ids` in a channel, in order: (n, d) float32, unit rows.

        Raises `UnknownItem` for an item that has none in the channel.
        """
        name = vectors_table(channel)
        return unit_rows_of(self._all_of(name, ids, ["id", "vector"])["vector"])

    def segments(
        self, ids: Sequence[str], channel: str = SHARED
    ) -> dict[str, list[tuple[Segment, Vectors]]]:
        """Return the segments of those of `ids` that have several, in order of their start.

        Each with its (d,) float32 unit vector in a channel, one of `segmented`.
        """
        columns = ["item", "start", "end", "vector"]
        found: dict[str, list[tuple[Segment, Vectors]]] = {}
        rows = self._tables.rows(segments_table(channel), ids, columns, key="item")
        owners, starts, ends = (rows[name].to_pylist() for name in columns[:3])
        vectors = unit_rows_of(rows["vector"])
        for owner, start, end, vector in zip(owners, starts, ends, vectors, strict=True):
            found.setdefault(owner, []).append((Segment(start, end), vector))
        for parts in found.values():
            parts.sort(key=lambda part: part[0].start)
        return found

    def text_of(self, id_: str) -> str:
        """Return a text as it was stored for full-text search: spaces where passages leave gaps."""
        fields = ["kind", "start", "end", "text"]
        rows = self._tables.rows("texts", [id_], fields, key="item").to_pylist()
        passages = sorted(
            (int(row["start"] or 0), row["text"]) for row in rows if row["kind"] == "passage"
        )
        text = ""
        for start, passage in passages:
            text = text.ljust(start)[:start] + passage
        return text

    def marks(self, ids: Sequence[str]) -> dict[str, Marks]:
        """Return the marks of each of `ids`; empty ones where the user said nothing."""
        found = marks_of(self._tables, ids)
        return {id_: found.get(id_, Marks()) for id_ in ids}

    def decisions(self) -> Mapping[Pair, Decision]:
        """Return what the user said of pairs of items, by their sorted content hashes."""
        version = self._tables.version("decisions")
        if self._decisions[0] != version:
            self._decisions = (version, MappingProxyType(decisions.known(self._tables)))
        return self._decisions[1]

    def operations(self, limit: int | None = 20) -> list[Operation]:
        """Return the last entries of the log of what the user changed, the newest first."""
        return list(islice(Journal(self.path).backwards(), limit))

    def export_log(self, path: Path, *, overwrite: bool = False) -> int:
        """Write what the user ever said, and what was imported, as JSON lines; return how many.

        `Writer.import_log` of another collection reads it. Raises `TargetExists` or `ExportError`.
        """
        return export_log(Journal(self.path), path, overwrite=overwrite)

    def with_content(self, contents: Iterable[str]) -> dict[str, str]:
        """Return content -> id of an `ok` item that has those bytes, where there is one."""
        columns = ["id", "content", "outcome"]
        rows = self._tables.rows("items", list(contents), columns, key="content")
        rows = rows.filter(pc.equal(rows["outcome"], str(Outcome.OK)))
        return dict(zip(rows["content"].to_pylist(), rows["id"].to_pylist(), strict=True))

    def counts(self) -> dict[str, int]:
        """Return modality -> number of `ok` items."""
        items = self._tables.columns("items", ["modality", "outcome"])
        items = items.filter(pc.equal(items["outcome"], str(Outcome.OK)))
        return dict(sorted(Counter(items["modality"].to_pylist()).items()))

    def outcomes(self) -> dict[str, int]:
        """Return outcome -> number of items."""
        outcomes = self._tables.columns("items", ["outcome"])["outcome"]
        return dict(sorted(Counter(outcomes.to_pylist()).items()))

    def size_on_disk(self) -> int:
        """Return how many bytes the collection's files have."""
        return bytes_under(self.path)

    def status(self) -> dict[str, Any]:
        """Return what `embedcurate status --json` prints."""
        return {
            "items": self.counts(),
            "outcomes": self.outcomes(),
            "space": self._settings.space,
            "channels": {channel.name: channel.dimension for channel in self.channels},
            "storage": str(self._settings.storage),
            "created": self._settings.created,
            "bytes": self.size_on_disk(),
            "version": self.version(),
        }

    def match_text(
        self, text: str, *, phrase: bool = False, limit: int | None = 100
    ) -> list[TextMatch]:
        """Return names, captions and passages in which any word of `text` occurs, best first.

        With `phrase`, all of them one after the other. See `fulltext.match`.
        """
        return fulltext.match(self._tables, text, phrase=phrase, limit=limit)

    def _all_of(self, name: str, ids: Sequence[str], columns: Sequence[str]) -> pa.Table:
        rows = self._tables.aligned(name, ids, columns)
        absent = rows["id"].is_null()
        if pc.any(absent).as_py():
            raise UnknownItem(self.path, ids[pc.index(absent, True).as_py()])
        return rows
