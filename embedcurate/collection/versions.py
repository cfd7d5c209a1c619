"""Short texts that say what a collection holds: equal contents, equal text."""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embedcurate.collection.tables import Tables

__all__ = ["of_items", "of_marks"]

_ITEMS = ("id", "content", "outcome", "caption", "label", "split")


def of_items(tables: Tables) -> str:
    """Return what follows from which items there are, their bytes, outcomes and annotations."""
    return _digest(tables.columns("items", _ITEMS))


def of_marks(tables: Tables) -> str:
    """Return what follows from what the user said of items; empty marks are as none."""
    marks = tables.columns("marks", ["id", "pick", "stars", "tags", "note"])
    tags = pc.binary_join(marks["tags"], "\x1e")
    marks = marks.set_column(3, "tags", tags)
    said = pc.or_(
        pc.or_(pc.not_equal(marks["pick"], ""), pc.greater(marks["stars"], 0)),
        pc.or_(pc.not_equal(tags, ""), pc.not_equal(marks["note"], "")),
    )
    return _digest(marks.filter(said))


def _digest(table: pa.Table) -> str:
    table = table.take(pc.sort_indices(table["id"]))
    digest = hashlib.blake2b(digest_size=8)
    for column in table.columns:
        strings = pc.fill_null(column.cast(pa.string()), "\0").combine_chunks()
        # Offsets and bytes, which Arrow's own serialisation would surround with padding.
        digest.update(np.asarray(pc.binary_length(strings)).tobytes())
        start, stop = _ends(strings)
        digest.update(memoryview(strings.buffers()[2] or b"")[start:stop])
    return digest.hexdigest()


def _ends(strings: pa.StringArray) -> tuple[int, int]:
    offsets = np.frombuffer(strings.buffers()[1], np.int32)[strings.offset :][: len(strings) + 1]
    return (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
