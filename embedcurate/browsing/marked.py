"""The marks of a collection, laid out by the rows of a catalogue."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.filters import folded

__all__ = ["Marked", "Tags", "read_marks"]

_PICKS = ("", "pick", "reject")


@dataclass(frozen=True, slots=True)
class Tags:
    """Which rows carry which tags.

    rows : (m,) int64, one for each tag of each item; codes : (m,) int32, into `names`
    names : as most items write them; tags that differ in case alone are one
    """

    rows: NDArray[np.int64]
    codes: NDArray[np.int32]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Marked:
    """The items that have marks.

    rows : (m,) int64, ascending; picks, stars : (m,) int8; tags : (m,) list<string>;
    notes : (m,) string
    """

    rows: NDArray[np.int64]
    picks: NDArray[np.int8]
    stars: NDArray[np.int8]
    tags: pa.Array
    notes: pa.Array

    @cached_property
    def by_tag(self) -> Tags:
        """The tags, one entry for each of an item's."""
        texts = pc.list_flatten(self.tags).dictionary_encode()
        spelt = texts.dictionary
        counts = np.bincount(texts.indices.to_numpy(), minlength=len(spelt))
        names: dict[str, tuple[int, str]] = {}
        for name, key, count in zip(
            spelt.to_pylist(), folded(spelt).to_pylist(), counts.tolist(), strict=True
        ):
            names[key] = max(names.get(key, (0, name)), (count, name))
        place = {key: code for code, key in enumerate(names)}
        code_of = np.array([place[key] for key in folded(spelt).to_pylist()], np.int32)
        return Tags(
            self.rows[pc.list_parent_indices(self.tags).to_numpy()],
            code_of[texts.indices.to_numpy()],
            tuple(name for _, name in names.values()),
        )


def read_marks(collection: Collection) -> Marked:
    """Read the marks of the items that the collection's catalogue has; empty ones are none."""
    fields = ["id", "pick", "stars", "tags", "note"]
    read = collection.tables.columns("marks", fields)
    rows = collection.catalogue.rows_of(read["id"])
    picks = pc.fill_null(pc.index_in(read["pick"], pa.array(_PICKS)), 0).to_numpy()
    stars = pc.fill_null(read["stars"], 0).to_numpy()
    tags, notes = read["tags"].combine_chunks(), read["note"].combine_chunks()
    tagged = pc.fill_null(pc.list_value_length(tags), 0).to_numpy(zero_copy_only=False) > 0
    noted = pc.fill_null(pc.binary_length(notes), 0).to_numpy(zero_copy_only=False) > 0
    said = np.flatnonzero((rows >= 0) & ((picks > 0) | (stars > 0) | tagged | noted))
    order = said[np.argsort(rows[said], kind="stable")]
    at = pa.array(order)
    return Marked(
        rows[order],
        picks[order].astype(np.int8),
        stars[order].astype(np.int8),
        pc.fill_null(tags.take(at), []),
        pc.fill_null(notes.take(at), ""),
    )
