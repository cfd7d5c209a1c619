"""Files of vectors: NumPy's with a list of paths beside it, Parquet, JSON lines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.errors import UnreadableSource, WeightsError
from embedcurate.tables import read_table

from .table import Key, Table

__all__ = ["SUFFIXES", "files_of", "read"]

SUFFIXES = (".npy", ".parquet", ".jsonl")

_LISTS = (".txt", ".csv")  # beside a .npy
_VECTORS = ("vector", "embedding")  # what the column may be called
_MODALITY = "modality"
_AT_ONCE = 8_192  # rows


def files_of(file: Path) -> list[Path]:
    """Return the files that make up a table: itself, and the list beside a `.npy`."""
    if file.suffix.lower() != ".npy":
        return [file]
    return [file, *[one for one in map(file.with_suffix, _LISTS) if one.is_file()][:1]]


def read(file: Path) -> Table:
    """Read a table; raises `WeightsError` that says what is wrong with it, and in which row."""
    readers = {".npy": _npy, ".parquet": _parquet, ".jsonl": _json_lines}
    try:
        return readers[file.suffix.lower()](file)
    except (OSError, UnicodeDecodeError, UnreadableSource) as error:
        raise _broken(file, str(error).rstrip(".")) from error


def _npy(file: Path) -> Table:
    try:
        vectors = np.load(file, mmap_mode="r")
    except ValueError as error:  # a pickle, no array, or cut off
        raise _broken(file, str(error)) from error
    if vectors.ndim != 2 or vectors.dtype.kind not in "fiu" or not vectors.shape[1]:
        why = f"it holds {vectors.dtype} of shape {vectors.shape}, not vectors in rows"
        raise _broken(file, why)
    beside = files_of(file)[1]
    if beside.suffix == ".txt":
        text = beside.read_bytes().decode("utf-8-sig", "surrogateescape")
        names = [line.removesuffix("\r") for line in text.split("\n")]
        while names and not names[-1]:
            names.pop()
        return Table(file, Key.PATH, names, vectors)
    columns = read_table(beside)
    key = _key_of(beside, list(columns))
    kinds = columns.get(_MODALITY)
    said = None if kinds is None else [str(one) for one in kinds]
    return Table(file, key, [str(name) for name in columns[key]], vectors, said)


def _parquet(file: Path) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        table = parquet.ParquetFile(file)
        columns = table.schema_arrow.names
        key, vector = _key_of(file, columns), _vector_of(file, columns)
        names: list[str] = []
        kinds: list[str] | None = [] if _MODALITY in columns else None
        rows: NDArray[np.float32] | None = None
        wanted = [key, vector, *([_MODALITY] if kinds is not None else [])]
        for batch in table.iter_batches(_AT_ONCE, columns=wanted):
            found = _arrow_rows(file, batch.column(vector), len(names))
            if rows is None:
                rows = np.empty((table.metadata.num_rows, found.shape[1]), np.float32)
            if found.shape[1] != rows.shape[1]:
                raise _lengths(file, len(names) + 1, found.shape[1], rows.shape[1])
            rows[len(names) : len(names) + len(found)] = found
            names += map(str, batch.column(key).to_pylist())
            if kinds is not None:
                kinds += map(str, batch.column(_MODALITY).to_pylist())
    except pa.ArrowInvalid as error:
        raise _broken(file, str(error)) from error
    if rows is None:
        raise _broken(file, "it is empty")
    return Table(file, key, names, rows, kinds)


def _arrow_rows(file: Path, column: Any, before: int) -> NDArray[np.float32]:
    """Return lists of numbers (n, d), whether the type says their length or not."""
    import pyarrow as pa

    if column.null_count:
        row = before + 1 + column.is_null().to_pylist().index(True)
        raise _broken(file, f"its row {row} has no vector")
    if not pa.types.is_fixed_size_list(column.type):
        if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
            raise _broken(file, f"its vectors are {column.type}, not lists of numbers")
        lengths = np.asarray(column.value_lengths())
        other = np.flatnonzero(lengths != lengths[0])
        if len(other):
            raise _lengths(
                file, before + 1 + int(other[0]), int(lengths[other[0]]), int(lengths[0])
            )
    numbers = column.flatten()
    if not (pa.types.is_floating(numbers.type) or pa.types.is_integer(numbers.type)):
        raise _broken(file, f"its vectors hold {numbers.type}, not numbers")
    flat = numbers.to_numpy(zero_copy_only=False)  # what is missing among them becomes NaN
    rows: NDArray[np.float32] = flat.astype(np.float32).reshape(len(column), -1)
    return rows


def _json_lines(file: Path) -> Table:
    with file.open("rb") as lines:
        count = sum(1 for line in lines if line.strip())
    names: list[str] = []
    kinds: list[str] = []
    rows = np.empty((0, 0), np.float32)
    key, vector = Key.PATH, ""
    for number, record in _records(file):
        if not names:
            key, vector = _key_of(file, list(record)), _vector_of(file, list(record))
            rows = np.empty((count, len(record[vector])), np.float32)
        try:
            found = np.array(record[vector], np.float32)
            names.append(str(record[key]))
        except KeyError as error:
            raise _broken(file, f"line {number} lacks {error}") from error
        except (TypeError, ValueError) as error:
            raise _broken(file, f"the vector in line {number} is no list of numbers") from error
        if found.shape != rows.shape[1:]:
            raise _lengths(file, number, found.size, rows.shape[1])
        rows[len(names) - 1] = found
        if _MODALITY in record:
            kinds.append(str(record[_MODALITY]))
    if kinds and len(kinds) != len(names):
        raise _broken(file, f"it tells the modality of {len(kinds)} rows of {len(names)}")
    return Table(file, key, names, rows, kinds or None)


def _records(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise _broken(file, f"line {number} is not JSON") from error
            if not isinstance(record, dict):
                raise _broken(file, f"line {number} is not an object")
            yield number, record


def _key_of(file: Path, columns: list[str]) -> Key:
    found = [key for key in Key if key in columns]
    if not found:
        raise _broken(file, f"it has no column {', '.join(Key)}, only {', '.join(columns)}")
    return found[0]


def _vector_of(file: Path, columns: list[str]) -> str:
    found = [name for name in _VECTORS if name in columns]
    if not found:
        raise _broken(file, f"it has no column {' or '.join(_VECTORS)}, only {', '.join(columns)}")
    return found[0]


def _lengths(file: Path, row: int, found: int, expected: int) -> WeightsError:
    return _broken(file, f"its row {row} has {found} numbers, and those before {expected}")


def _broken(file: Path, why: str) -> WeightsError:
    return WeightsError(f"'{file}' can't be used as vectors: {why}. Write it again.")
