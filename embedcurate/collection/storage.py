"""How vectors lie in the tables: unit rows to what is stored, and back. No other file knows.

float16 rounds every number to 11 bits. int8 keeps, of each row, its numbers as multiples of their
largest, in 127 steps (symmetric quantisation by row); as all rows are unit rows again when they are
read, no scale has to be kept beside them.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.spaces.encoder import Vectors

__all__ = ["Storage", "Stored", "dtype_of", "raw_rows", "unit", "unit_rows_of", "vector_column"]

Stored: TypeAlias = NDArray[Any]
"""(n, d) of the dtype of a `Storage`."""

_TYPES = {"float32": pa.float32(), "float16": pa.float16(), "int8": pa.int8()}
_STEPS = 127
_LEAST = np.float32(1e-30)  # the norm of a row that damage has emptied


class Storage(StrEnum):
    """What the vectors of a collection are stored as: 4, 2 or 1 byte a number."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of a number."""
        return _TYPES[self]


def _stored(rows: Vectors, storage: Storage) -> Stored:
    if storage is Storage.INT8:
        largest = np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0), _LEAST)
        codes: Stored = np.rint(rows * (_STEPS / largest)).astype(np.int8)
        return codes
    stored: Stored = rows.astype(storage.value, copy=False)
    return stored


def unit(rows: Stored) -> Vectors:
    """Return stored rows (n, d) as float32 unit rows; float32 ones as they are, uncopied."""
    if rows.dtype == np.float32:
        return rows
    found = rows.astype(np.float32)
    found /= np.maximum(np.sqrt(np.einsum("nd,nd->n", found, found)), _LEAST)[:, None]
    return found


def vector_column(
    rows: Sequence[Vectors] | Vectors, dimension: int, storage: Storage
) -> pa.FixedSizeListArray:
    """Return unit rows, (d,) each or (n, d), as a column of a table."""
    values = np.asarray(rows, np.float32).reshape(-1, dimension)
    flat = pa.array(_stored(values, storage).reshape(-1), storage.arrow)
    return pa.FixedSizeListArray.from_arrays(flat, dimension)


def raw_rows(column: pa.Array | pa.ChunkedArray) -> Stored:
    """Return a column of vectors as it is stored, (n, d)."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    values: Stored = np.asarray(column.flatten().to_numpy(zero_copy_only=False))
    return values.reshape(-1, column.type.list_size)


def unit_rows_of(column: pa.Array | pa.ChunkedArray) -> Vectors:
    """Return a column of vectors as float32 unit rows, (n, d)."""
    return unit(raw_rows(column))


def dtype_of(schema: pa.Schema) -> np.dtype[Any]:
    """Return the dtype that a table of vectors stores them in."""
    dtype: np.dtype[Any] = np.dtype(schema.field("vector").type.value_type.to_pandas_dtype())
    return dtype
