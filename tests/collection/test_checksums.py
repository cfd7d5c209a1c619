import numpy as np
import pyarrow as pa
import pytest

from embedcurate.collection.checksums import damaged, row_checksums
from embedcurate.collection.parts import segment_rows, vector_rows
from embedcurate.collection.records import Marks, items_from, marks_from
from tests.collection.store_material import SPACE, batch

TABLES = {
    "items": items_from([one.item for one in batch(0, 5)]),
    "vectors": vector_rows(batch(0, 5), SPACE.channels[0]),
    "segments": segment_rows(batch(0, 8), SPACE.channels[0]),
    "marks": marks_from(
        {"a": Marks(tags=frozenset({"x", "y"})), "b": Marks("pick", 3)}, [None, "c"]
    ),
}


def changed(column: pa.ChunkedArray) -> pa.Array:
    """Return the column with its first value changed as little as its type allows."""
    values = column.to_pylist()
    first = values[0]
    if first is None:
        least = {pa.string(): "", pa.binary(): b"", pa.list_(pa.string()): []}
        first = least.get(column.type, 0)
    elif isinstance(first, str):
        first = first[:-1] + chr(ord(first[-1]) ^ 1) if first else "\0"
    elif isinstance(first, bytes):
        first = first[:-1] + bytes([first[-1] ^ 1])
    elif isinstance(first, list) and pa.types.is_fixed_size_list(column.type):
        first = [float(np.nextafter(np.float32(first[0]), np.float32(2))), *first[1:]]
    elif isinstance(first, list):
        first = [*first, "z"]
    else:
        first += 1
    return pa.array([first, *values[1:]], column.type)


@pytest.mark.parametrize("name", TABLES)
def test_the_smallest_change_of_any_column_is_found_in_its_row_only(name):
    table = TABLES[name]
    assert not damaged(table).any()
    for place, field in enumerate(table.schema):
        spoilt = table.set_column(place, field, changed(table[field.name]))
        assert damaged(spoilt).tolist() == [True] + [False] * (table.num_rows - 1), field.name


def test_a_checksum_depends_on_its_row_alone_and_not_on_how_the_table_is_cut():
    table = TABLES["segments"]
    parts = pa.concat_tables([table.slice(3), table.slice(0, 3)])
    expected = row_checksums(table)
    assert row_checksums(parts).tolist() == [*expected[3:], *expected[:3]]
    assert row_checksums(table.slice(0, 0)).tolist() == []
