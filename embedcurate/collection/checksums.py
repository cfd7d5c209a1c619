"""A checksum for every row, so that damage which LanceDB reads without an error is found."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["damaged", "row_checksums", "with_checksums"]

_NULL = b"\x00"
_BETWEEN = b"\x1f"


def row_checksums(table: pa.Table) -> NDArray[np.int64]:
    """Return the checksum of each row over all columns but `checksum` itself.

    The first eight bytes of the blake3 of the row's scalars as text, followed by the vector's
    bytes: (n,) int64. Takes about 3 microseconds a row of 384 dimensions.
    """
    from blake3 import blake3

    table = table.combine_chunks()
    scalars, vectors = [], []
    for name in sorted(set(table.column_names) - {"checksum"}):
        column = table[name]
        if pa.types.is_fixed_size_list(column.type):
            vectors.append(_bytes_of_rows(column))
        else:
            scalars.append(_as_binary(column))
    joined = pc.binary_join_element_wise(
        *scalars, pa.scalar(_BETWEEN, pa.binary()), null_handling="replace", null_replacement=_NULL
    ).to_pylist()
    sums = np.empty(table.num_rows, np.int64)
    for place, row in enumerate(joined):
        digest = blake3(row)
        for rows in vectors:
            digest.update(rows[place])
        sums[place] = int.from_bytes(digest.digest(8), "little", signed=True)
    return sums


def with_checksums(table: pa.Table) -> pa.Table:
    """Return `table` with its column `checksum` filled in."""
    place = table.schema.get_field_index("checksum")
    return table.set_column(place, table.schema.field(place), pa.array(row_checksums(table)))


def damaged(table: pa.Table) -> NDArray[np.bool_]:
    """Return which rows are not what was stored: (n,) bool."""
    stored = table["checksum"].fill_null(0).to_numpy()
    return np.asarray(row_checksums(table) != stored)


def _as_binary(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, "\x1e")
    if not (pa.types.is_string(column.type) or pa.types.is_binary(column.type)):
        column = column.cast(pa.string())
    return column.cast(pa.binary())


def _bytes_of_rows(column: pa.ChunkedArray) -> NDArray[np.uint8]:
    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    width = array.type.list_size
    if array.null_count:
        array = array.fill_null(pa.scalar([0] * width, array.type))
    values = np.ascontiguousarray(array.flatten().to_numpy(zero_copy_only=False))
    return values.view(np.uint8).reshape(len(array), width * values.itemsize)
