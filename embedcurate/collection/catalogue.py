"""The columns of items and marks in memory, in one fixed order, for filters and look-ups."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection.checked import QUALITY, checks_in
from embedcurate.collection.results import Results, Run
from embedcurate.collection.schema import ITEMS
from embedcurate.collection.selections import Selections
from embedcurate.collection.tables import Lance
from embedcurate.errors import ResultMissing, UnknownState
from embedcurate.filters import RESULTS, STATES, AnyOf, Compare, Filter, evaluate, folded
from embedcurate.items import Modality, Outcome
from embedcurate.plugins import offered

__all__ = ["Catalogue", "Ids"]

Ids: TypeAlias = NDArray[np.bytes_]
"""(n,) 'S32': the 32 hex digits of each id."""

_FEW_VALUES = frozenset({"modality", "format", "label", "split", "outcome", "reason"})
_MARK_COLUMNS = frozenset({"pick", "stars", "tagged", "marked"})
_PICKS = ("", "pick", "reject")
_MASKS_KEPT = 8
_ID_LENGTH = 32


class Catalogue:
    """What filters need to know of every item, read from the tables column by column when asked.

    Rows are the items in the order of their ids. Nothing is read again until `refresh`; a column
    that is first asked for after another writer's commit shows that commit's values for the items
    that were there before. Not to be shared between threads.
    """

    def __init__(
        self, items: Lance, marks: Lance, results: Results, selections: Selections
    ) -> None:
        self._items, self._marks = items, marks
        self._results, self._selections = results, selections
        self._items_version: int = -1
        self._marks_version: int = -1
        self._found_version = (-1, -1)
        self._masks: OrderedDict[Filter, NDArray[np.bool_]] = OrderedDict()
        self._columns: dict[str, pa.Array] = {}
        self._marked: _Marked | None = None
        self.refresh()

    def refresh(self, *, items: bool = True) -> bool:
        """Look for commits, of other processes too, and forget what they made stale.

        Returns whether there were any. New marks leave the items' columns in memory. Without
        `items` the rows stay those that they are, whatever is committed, and all else is renewed.
        """
        self._items.checkout_latest()
        self._marks.checkout_latest()
        items_changed = items and self._items.version != self._items_version
        marks_changed: bool = self._marks.version != self._marks_version
        if items_changed:
            self._items_version = self._items.version
            self._columns = {}
            self._read_ids()
        if items_changed or marks_changed:
            self._marks_version = self._marks.version
            self._marked = None
        found_version = (self._results.version(), self._selections.version())
        changed = items_changed or marks_changed or found_version != self._found_version
        self._found_version = found_version
        if changed:
            self._masks.clear()
        return changed

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> Ids:
        """The ids of the rows, sorted: (n,) 'S32', read-only."""
        return self._ids

    @property
    def searchable(self) -> NDArray[np.bool_]:
        """Items that a search shows unless a filter asks otherwise: (n,) bool, outcome `ok`.

        Files that have vanished (`missing`) keep their vectors and marks but are left out.
        """
        return self.mask(Compare("outcome", "=", Outcome.OK.value))

    def of_modalities(self, modalities: Iterable[Modality]) -> NDArray[np.bool_]:
        """Tell which items are of one of the modalities: (n,) bool."""
        return self.mask(
            AnyOf(tuple(Compare("modality", "=", m.value) for m in sorted(modalities)))
        )

    def rows_of(self, ids: "Sequence[str] | Ids | pa.Array | pa.ChunkedArray") -> NDArray[np.int64]:
        """Return the row of each id, -1 where there is none: (len(ids),) int64.

        Of a segment's id, ``item:index``, the item's row.
        """
        wanted = _fixed_width(ids)
        rows = np.full(len(wanted), -1, np.int64)
        if not len(self):
            return rows
        order = np.argsort(wanted)  # in order, the binary searches stay in the processor's cache
        wanted = wanted[order]
        found = np.minimum(np.searchsorted(self._ids, wanted), len(self) - 1)
        rows[order] = np.where(self._ids[found] == wanted, found, -1)
        return rows

    def mask(self, expression: Filter) -> NDArray[np.bool_]:
        """Tell which items match: (n,) bool, read-only; the last few are remembered."""
        if expression not in self._masks:
            matches = evaluate(expression, self)
            matches.setflags(write=False)
            self._masks[expression] = matches
        self._masks.move_to_end(expression)
        if len(self._masks) > _MASKS_KEPT:
            self._masks.popitem(last=False)
        return self._masks[expression]

    def ids_where(self, expression: Filter) -> list[str]:
        """Return the ids of the items that match, sorted."""
        found: list[str] = self._ids[self.mask(expression)].astype(str).tolist()
        return found

    def column(self, name: str) -> pa.Array:
        """Return the values of a column of the items, of `RESULTS`, or one of the marks'.

        (n,), in the order of the rows; dictionary-encoded where few values are distinct. Items
        without marks have the pick "" and 0 stars; items that the newest run of an analysis did
        not see have null. Raises `ResultMissing` for the columns of an analysis that has not been
        run, `KeyError` for a name that no column has.
        """
        if name in RESULTS:
            return self._found(name)
        if name in _MARK_COLUMNS:
            return self._marks_now().columns[name]
        if name not in self._columns:
            self._columns[name] = self.read([name])[name].combine_chunks()
        return self._columns[name]

    def hold(self, columns: pa.Table) -> None:
        """Use columns that `read` returned, perhaps mapped from a file since, from now on."""
        for name in columns.column_names:
            values = columns[name]  # combining copies, even what is in one piece
            self._columns[name] = (
                values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
            )

    def read(self, names: Sequence[str]) -> pa.Table:
        """Read columns of the items in one pass, in the order of the rows; none is remembered.

        Raises `KeyError` for a name that no column has.
        """
        for name in names:
            ITEMS.field(name)
        read = self._items.search().select(list(names)).with_row_id(True).to_arrow()
        order = pa.array(self._order)
        # This process may have written through the same table since the ids were read.
        if not np.array_equal(read["_rowid"].to_numpy(), self._row_ids):
            read = self._items.search().select(sorted({"id", *names})).to_arrow()
            rows = self.rows_of(read["id"])
            place = np.full(len(self), -1, np.int64)
            place[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
            order = pa.array(place, mask=place < 0)

        def ordered(name: str) -> pa.Array:
            values = read[name].combine_chunks()
            if name in _FEW_VALUES:
                values = values.dictionary_encode()
            return values.take(order)

        with ThreadPoolExecutor(2) as pool:  # Arrow's own threads leave gathering alone
            columns = dict(zip(names, pool.map(ordered, names), strict=True))
        return pa.table(columns)

    def tagged(self, tag: str) -> NDArray[np.bool_]:
        """Tell which items carry `tag`, in any case: (n,) bool."""
        return self._marks_now().tagged(tag)

    def selected(self, name: str) -> NDArray[np.bool_]:
        """Tell which items are in the selection `name`: (n,) bool. Raises `UnknownSelection`."""
        mask = np.zeros(len(self), np.bool_)
        rows = self.rows_of(self._selections.get(name).ids)
        mask[rows[rows >= 0]] = True
        return mask

    def flagged(self, check: str) -> NDArray[np.bool_]:
        """Tell which items a plugin's check found something in: (n,) bool.

        As it stands in the newest run of the quality check, whether or not the plugin is still
        there. Raises `ResultMissing` for a check that has not been done, `UnknownState` if no
        plugin brings it.
        """
        run = self._results.latest(QUALITY)
        done = {name.lower(): name for name in checks_in(run)}
        if run is not None and check.lower() in done:
            flags = pc.fill_null(self._along(run, done[check.lower()]), False)
            found: NDArray[np.bool_] = flags.to_numpy(zero_copy_only=False)
            return found
        installed = offered("embedcurate.checks")
        if check in installed:
            command = f"quality COLLECTION --check {check}"
            raise ResultMissing(f"findings of the check '{check}'", command)
        raise UnknownState(check, [*STATES, *sorted({*done.values(), *installed})])

    def _found(self, name: str) -> pa.Array:
        """Return a column of the newest run of the verb that finds it."""
        source = RESULTS[name]
        run = self._results.latest(source.verb)
        if run is None:
            raise ResultMissing(source.what, source.command)
        return self._along(run, name)

    def _along(self, run: Run, name: str) -> pa.Array:
        """Return a column of what a run found, along the rows; null where it saw no item."""
        key = f"{run.id}/{name}"
        if key not in self._columns:
            found = self._results.table(run, "items")
            rows = self.rows_of(found["id"])
            place = np.full(len(self), -1, np.int64)
            place[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
            values = found[name].combine_chunks()
            self._columns[key] = values.take(pa.array(place, mask=place < 0))
        return self._columns[key]

    def _marks_now(self) -> "_Marked":
        if self._marked is None:
            self._marked = _Marked(self, self._marks)
        return self._marked

    def _read_ids(self) -> None:
        read = self._items.search().select(["id"]).with_row_id(True).to_arrow()
        ids = _fixed_width(read["id"])
        self._order = np.argsort(ids)
        self._ids: Ids = ids[self._order]
        self._ids.setflags(write=False)
        self._row_ids = read["_rowid"].to_numpy()


class _Marked:
    """The marks, laid out along the rows of a catalogue."""

    def __init__(self, catalogue: Catalogue, marks: Lance) -> None:
        fields = ["id", "pick", "stars", "tags", "note"]
        read = marks.search().select(fields).to_arrow()
        rows = catalogue.rows_of(read["id"])
        known = rows >= 0  # marks outlive the items that have gone
        read, self._rows, self._n = read.filter(pa.array(known)), rows[known], len(catalogue)

        pick = pc.fill_null(pc.index_in(read["pick"], pa.array(_PICKS)), 0)
        picks = self._along(pick.to_numpy(), np.int8)
        stars = self._along(pc.fill_null(read["stars"], 0).to_numpy(), np.int8)
        noted = self._along(pc.fill_null(pc.binary_length(read["note"]), 0).to_numpy(), np.bool_)

        tags = pa.chunked_array(read["tags"])
        self._owners = self._rows[pc.list_parent_indices(tags).to_numpy()]
        names = folded(pc.list_flatten(tags)).combine_chunks().dictionary_encode()
        self._codes = pc.fill_null(names.indices, -1).to_numpy(zero_copy_only=False)
        self._code_of = {name: code for code, name in enumerate(names.dictionary.to_pylist())}
        tagged = np.zeros(self._n, np.bool_)
        tagged[self._owners] = True
        self.columns = {
            "pick": pa.DictionaryArray.from_arrays(pa.array(picks), pa.array(_PICKS)),
            "stars": pa.array(stars),
            "tagged": pa.array(tagged),
            "marked": pa.array((picks > 0) | (stars > 0) | tagged | noted),
        }

    def _along(self, values: NDArray[np.generic], dtype: type[np.generic]) -> NDArray[np.int8]:
        spread = np.zeros(self._n, dtype)
        spread[self._rows] = values
        return spread

    def tagged(self, tag: str) -> NDArray[np.bool_]:
        mask = np.zeros(self._n, np.bool_)
        code = self._code_of.get(folded(pa.scalar(tag)).as_py())
        if code is not None:
            mask[self._owners[self._codes == code]] = True
        return mask


def _fixed_width(ids: "Sequence[str] | Ids | pa.Array | pa.ChunkedArray") -> Ids:
    """Return the first 32 characters of each id, as bytes."""
    if isinstance(ids, np.ndarray):
        return ids.astype(f"S{_ID_LENGTH}")
    strings = pa.array(ids, pa.string()) if isinstance(ids, Sequence) else ids
    if isinstance(strings, pa.ChunkedArray):
        strings = strings.combine_chunks()
    heads = pc.utf8_slice_codeunits(strings, 0, _ID_LENGTH)
    if len(heads) and pc.all(pc.equal(pc.binary_length(heads), _ID_LENGTH)).as_py():
        fixed = heads.cast(pa.binary()).cast(pa.binary(_ID_LENGTH))
        buffer = fixed.buffers()[1]
        return np.frombuffer(buffer, f"S{_ID_LENGTH}", len(fixed), fixed.offset * _ID_LENGTH)
    return np.array([head.encode() for head in heads.to_pylist()], f"S{_ID_LENGTH}")
