"""Which items are exported, in which order."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.errors import ExportError
from embedcurate.export.exporters import Kind
from embedcurate.filters import Filter
from embedcurate.formats import Format
from embedcurate.items import FIGURES, Item, Modality, Outcome

__all__ = ["Chosen", "choose"]

_AT_ONCE = 20_000


@dataclass(frozen=True)
class Chosen:
    """Items to export; `left_out` is reason -> number of those asked for that can't be.

    rows : (n,) int64, their rows in the collection's catalogue
    """

    collection: Collection
    rows: NDArray[np.int64]
    left_out: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def ids(self) -> list[str]:
        """The ids, in order."""
        found: list[str] = self.collection.catalogue.ids[self.rows].astype(str).tolist()
        return found

    def column(self, name: str) -> pa.Array:
        """Return (n,) values of a column of the catalogue."""
        return self.collection.catalogue.column(name).take(pa.array(self.rows))

    def places(self) -> Iterator[tuple[str, bytes, int | None]]:
        """Yield id, path and row in a table of each item."""
        paths, rows = self.column("path_bytes"), self.column("row")
        return zip(self.ids, paths.to_pylist(), rows.to_pylist(), strict=True)

    def batches(self) -> Iterator[list[Item]]:
        """Yield the items in order, as many at a time as memory takes easily."""
        for start in range(0, len(self), _AT_ONCE):
            yield self.collection.items(self.ids[start : start + _AT_ONCE])

    def figures(self) -> list[str]:
        """Return the figures that were measured of any of the items."""
        names = [name for names in FIGURES.values() for name in names]
        return [name for name in names if self.column(name).null_count < len(self)]


def choose(collection: Collection, kind: Kind, ids: Sequence[str] | None, where: Filter) -> Chosen:
    """Choose the `ok` items that match and that the format can hold.

    They come in the order of `ids` where there are any, without repetition; else in that of their
    ids for WebDataset, whose readers want them mixed, and of their paths for all others.

    Raises `ExportError` if none is left.
    """
    catalogue = collection.catalogue
    catalogue.refresh()
    matching = catalogue.mask(where)
    left_out: Counter[str] = Counter()
    if ids is None:
        rows = np.flatnonzero(matching & catalogue.searchable)
        if kind is not Format.WEBDATASET:
            rows = rows[_by_path(collection, rows)]
    else:
        known = catalogue.rows_of(list(dict.fromkeys(ids)))
        rows = known[known >= 0]
        left_out["gone"] = len(known) - len(rows)
        rows = rows[matching[rows]]
        ok = catalogue.searchable[rows]
        outcomes = catalogue.column("outcome").take(pa.array(rows[~ok])).to_pylist()
        left_out.update(str(Outcome(outcome)) for outcome in outcomes)
        rows = rows[ok]
    some = kind.takes != frozenset(Modality)
    if some:
        taken = catalogue.of_modalities(kind.takes)[rows]
        others = catalogue.column("modality").take(pa.array(rows[~taken])).to_pylist()
        left_out.update(others)
        rows = rows[taken]
    left_out = +left_out
    if not len(rows) and some:
        kinds = " or ".join(sorted(kind.takes))
        raise ExportError(f"None of the items is {kinds}, which is all that '{kind}' can hold.")
    return Chosen(collection, rows, dict(sorted(left_out.items())))


def _by_path(collection: Collection, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    columns = {
        name: collection.catalogue.column(name).take(pa.array(rows))
        for name in ("path_bytes", "row")
    }
    keys = [("path_bytes", "ascending"), ("row", "ascending")]
    order: NDArray[np.int64] = pc.sort_indices(pa.table(columns), sort_keys=keys).to_numpy()
    return order
