"""One collection as a window sees it: what was read stays, so that each filter costs little."""

import os
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.browsing.completion import Completion, complete
from embedcurate.browsing.counting import Counting
from embedcurate.browsing.describing import describe, turns
from embedcurate.browsing.listing import items_file, marks_file
from embedcurate.browsing.marked import Marked, read_marks
from embedcurate.browsing.sorting import Order, order_of
from embedcurate.collection import Collection
from embedcurate.errors import CollectionDamaged, UnknownSelection
from embedcurate.filters import Filter, names_outcomes

__all__ = ["Browser", "Narrowed"]

_ORDERS_KEPT = 6
_LISTS_KEPT = 8
_OF_THE_ITEMS = frozenset({"name", "path", "size", "mtime_ns", "pixels", "random"})
"""Orders that last as long as the items: they are slow to make and asked for again and again."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The rows that a filter leaves, (k,) int64 in order, and the counts of their values.

    `version` is that of the items which the rows number.
    """

    rows: NDArray[np.int64]
    facets: dict[str, Any]
    version: str


class Browser:
    """Show a collection; its items stay those of the last `browse`, its marks are always new."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self._separator = os.sep
        self._version = ""
        self._orders: OrderedDict[str, Order] = OrderedDict()
        self._counting = Counting(collection, separator=self._separator)
        self._marks: tuple[tuple[str, str], Marked] | None = None
        self._selections: dict[str, tuple[int, dict[str, Any]]] = {}
        self._turn = 0

    def browse(self, into: Path, *, renew: bool = True) -> dict[str, Any]:
        """Read the newest items, and return where their columns lie, and what else there is.

        Files for this session alone are written into the folder `into`; see `listing`. Without
        `renew` the items stay as they were, whatever was stored since, and all else is new.
        """
        if renew:
            self._renew()
        else:
            self._look()
        collection = self.collection
        items = items_file(collection.catalogue, collection.path, into, self._version)
        marked = self._marked()
        marks_version = f"{self._version}-{collection.table_version('marks')}"
        settings = collection.settings
        return {
            "items": str(items),
            "marks": str(marks_file(marked, into, marks_version)),
            "count": len(collection.catalogue),
            "version": self._version,
            "space": {
                "name": settings.space,
                "created": settings.created,
                "storage": str(settings.storage),
                "modalities": sorted(
                    {str(kind) for channel in settings.channels for kind in channel.modalities}
                ),
            },
            "channels": [
                {
                    "name": channel.name,
                    "dimension": channel.dimension,
                    "modalities": sorted(map(str, channel.modalities)),
                }
                for channel in settings.channels
            ],
            "sources": self._sources(),
            "selections": self.selections(),
            "undo": turns(collection),
        }

    def narrow(
        self,
        where: Filter,
        *,
        sort: str | None = None,
        descending: bool = False,
        ids: Sequence[str] | None = None,
    ) -> Narrowed:
        """Return the items that match a filter, and counts of their values.

        Only `ok` ones unless the filter itself names outcomes. `ids` are all that are looked at, of
        any outcome, in their order unless there is a `sort`, one of `sorting.SORTS`; without
        either, items are in the order of their paths.

        Raises `QueryError` for what items can't be sorted by, `ResultMissing` for a filter or an
        order that needs an analysis which has not been run, `UnknownSelection`.
        """
        self._look()
        catalogue = self.collection.catalogue
        matching = catalogue.mask(where)
        asked_for = ids is not None or names_outcomes(where)
        mask = matching if asked_for else matching & catalogue.searchable
        if ids is not None:
            rows = catalogue.rows_of(ids)
            rows = rows[rows >= 0]
            rows = rows[mask[rows]]
            mask = np.zeros(len(catalogue), np.bool_)
            mask[rows] = True
        if ids is None or sort:
            rows = self._order(sort or "path").of(mask, descending=descending)
        facets = self._counting.facets(rows, mask, self._marked(), matching)
        return Narrowed(rows, facets, self._version)

    def write_rows(self, rows: NDArray[np.int64], into: Path) -> Path:
        """Write rows to a .npy file of their own; of those files the last few are kept."""
        into.mkdir(parents=True, exist_ok=True)
        self._turn += 1
        path = into / f"rows-{os.getpid()}-{self._turn}.npy"
        np.save(path, rows)
        old = into / f"rows-{os.getpid()}-{self._turn - _LISTS_KEPT}.npy"
        with suppress(PermissionError):  # Windows keeps what a process has mapped
            old.unlink(missing_ok=True)
        return path

    def complete(self, text: str, cursor: int) -> Completion:
        """Return what could stand at a place in a query."""
        self._look()
        return complete(text, cursor, self.collection, self._counting, self._marked().by_tag)

    def describe(self, id_: str) -> dict[str, Any]:
        """Return all that is known of an item; raises `UnknownItem`."""
        self._look()
        return describe(self.collection, id_)

    def selections(self) -> list[dict[str, Any]]:
        """Return the named selections, by name: {"name", "count", "created", "damaged"}."""
        kept = self.collection.selections
        listed = {}
        for name in kept.names():
            version = kept.version_of(name)
            known = self._selections.get(name)
            if known is None or known[0] != version:
                try:
                    one = kept.get(name)
                    about = {"count": len(one.ids), "created": one.created, "damaged": False}
                except UnknownSelection:  # it was deleted meanwhile
                    continue
                except CollectionDamaged:  # which is no reason to show nothing at all
                    about = {"count": 0, "created": "", "damaged": True}
                known = (version, {"name": name, **about})
            listed[name] = known
        self._selections = listed
        return [about for _, about in listed.values()]

    def _sources(self) -> list[dict[str, Any]]:
        """Return what was indexed, each as the arguments of the verb `index` that do it again."""
        try:
            return [origin.as_document() for origin in self.collection.origins.all()]
        except CollectionDamaged:  # the items are there, wherever they came from
            return []

    def _look(self) -> None:
        """See new marks and results; the items stay as they are."""
        if not self._version:
            self._renew()
        elif self.collection.catalogue.refresh(items=False):
            self._forget()

    def _renew(self) -> None:
        """See the newest items, and know which version they are."""
        version = ""
        while version != (version := self.collection.table_version("items")):
            self.collection.catalogue.refresh()  # a commit in between asks for another look
        if version != self._version:
            self._version = version
            self._orders.clear()
            self._counting = Counting(self.collection, separator=self._separator)
        self._forget()

    def _forget(self) -> None:
        """Forget what depends on more than the items."""
        self._counting.forget_results()
        for name in self._orders.keys() - _OF_THE_ITEMS:
            del self._orders[name]

    def _marked(self) -> Marked:
        key = (self._version, self.collection.table_version("marks"))
        if self._marks is None or self._marks[0] != key:
            self._marks = (key, read_marks(self.collection))
        return self._marks[1]

    def _order(self, name: str) -> Order:
        if name not in self._orders:
            order = order_of(self.collection, name, separator=self._separator)
            self._orders[name] = order
        self._orders.move_to_end(name)
        if len(self._orders) > _ORDERS_KEPT:
            self._orders.popitem(last=False)
        return self._orders[name]
