"""Tables of texts (CSV, TSV, JSON, JSON lines, Parquet): one item a row."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from typing import Any, BinaryIO

from embedcurate.errors import DamagedMedium, UnsupportedMedium
from embedcurate.media import encodings
from embedcurate.media.formats import TABLE_SUFFIXES
from embedcurate.media.limits import MAX_ROW_CHARACTERS, MAX_TABLE_BYTES, check_size
from embedcurate.media.opening import open_regular

__all__ = ["Row", "is_table", "read", "rows"]

_TEXT = ("text", "content", "body", "caption", "sentence", "passage", "document", "description")
_LABEL = ("label", "labels", "class", "category")
_SPLIT = ("split", "subset")
_NOT_TEXT = frozenset({*_LABEL, *_SPLIT, "id", "path", "file", "file_name", "filename", "url"})
_LOOKED_AT = 100

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of texts.

    `index` counts the rows of data from zero. A row that has no usable text says why in `problem`
    and its `text` is empty: it fails alone.
    """

    index: int
    text: str
    label: str | None = None
    split: str | None = None
    problem: str | None = None


def is_table(path: Path) -> bool:
    """Tell by its name whether a text file is a table of texts."""
    return path.suffix.lower() in TABLE_SUFFIXES


def rows(path: Path) -> Iterator[Row]:
    """Stream the rows of a table of texts.

    The text is the first column there is of `text`, `content`, `body`, `caption`, `sentence`,
    `passage`, `document`, `description`, `title`; else, of the columns of strings that are no
    label, split, id or path, the one with the longest values on average in the first 100 rows.

    Raises
    ------
    MediaError
        If the file is no table, or no column holds text.
    """
    with open_regular(path) as file:
        yield from read(file, suffix=path.suffix.lower())


def read(file: BinaryIO, *, suffix: str) -> Iterator[Row]:
    """Stream rows as `rows` does from a seekable file that bore `suffix`."""
    size = file.seek(0, 2)
    file.seek(0)
    if size == 0:
        raise DamagedMedium("it is empty")
    check_size(size, limit=MAX_TABLE_BYTES, what="a table of texts")
    if suffix == ".parquet":
        yield from _from_records(_parquet(file))
        return
    encoding = encodings.detect(file)
    lines = io.TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
    try:
        if suffix == ".json":
            yield from _from_records(_json(lines))
        elif suffix in (".jsonl", ".ndjson"):
            yield from _from_records(_json_lines(lines))
        else:
            yield from _from_records(_delimited(lines, suffix))
    except UnicodeDecodeError as error:
        raise DamagedMedium(f"one of its rows is not {encoding.upper()}") from error
    finally:
        lines.detach()


def _from_records(records: Iterable[Record | str]) -> Iterator[Row]:
    """Find the columns in the first records, then make a row of each; a str is a row's problem."""
    records = iter(records)
    first = list(islice(records, _LOOKED_AT))
    if not first:
        raise DamagedMedium("it has no rows")
    sample = [record for record in first if not isinstance(record, str)]
    text = _text_column(sample)
    label, split = _column(sample, _LABEL), _column(sample, _SPLIT)
    for index, record in enumerate(chain(first, records)):
        if isinstance(record, str):
            yield Row(index, "", problem=record)
            continue
        value = record.get(text)
        problem = _problem(value)
        yield Row(
            index,
            value if isinstance(value, str) and problem is None else "",
            _cell(record, label),
            _cell(record, split),
            problem,
        )


def _problem(text: object) -> str | None:
    if text is None:
        return "it has no text"
    if not isinstance(text, str):
        return f"its text is not a string but {text!r:.40}"
    if not text.strip():
        return "its text is empty"
    if len(text) > MAX_ROW_CHARACTERS:
        return f"its text has more than {MAX_ROW_CHARACTERS >> 20} M characters"
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON can write half of a character outside of the first 65,536
        return "its text holds half of a character"
    return None


def _cell(record: Record, column: str | None) -> str | None:
    value = record.get(column) if column is not None else None
    return None if value is None or value == "" else str(value)


def _column(sample: Sequence[Record], names: Sequence[str]) -> str | None:
    present = {key.strip().lower(): key for record in sample for key in record}
    return next((present[name] for name in names if name in present), None)


def _text_column(sample: Sequence[Record]) -> str:
    named = _column(sample, (*_TEXT, "title"))
    if named is not None:
        return named
    lengths: dict[str, list[int]] = {}
    for record in sample:
        for key, value in record.items():
            if key.strip().lower() in _NOT_TEXT or not isinstance(value, str):
                continue
            if not _is_number(value):
                lengths.setdefault(key, []).append(len(value))
    if not lengths:
        raise UnsupportedMedium("none of its columns holds text")
    return max(lengths, key=lambda key: sum(lengths[key]) / len(sample))


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _delimited(lines: io.TextIOWrapper, suffix: str) -> Iterator[Record | str]:
    header_line = lines.readline(MAX_ROW_CHARACTERS)
    delimiter = "\t" if suffix == ".tsv" else max(",;\t|", key=header_line.count)
    csv.field_size_limit(MAX_ROW_CHARACTERS)
    reader = csv.reader(chain([header_line], _lines(lines, first=2)), delimiter=delimiter)
    header = next(reader, [])
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DamagedMedium(f"line {reader.line_num} can't be read: {error}") from error
        if not cells:
            continue
        if len(cells) == len(header):
            yield dict(zip(header, cells, strict=True))
        else:
            yield (
                f"line {reader.line_num} has {len(cells)} fields where the header has {len(header)}"
            )


def _lines(lines: io.TextIOWrapper, *, first: int = 1) -> Iterator[str]:
    """Give lines that are never longer than a row may be, so that one without end is not read."""
    for number in count(first):
        line = lines.readline(MAX_ROW_CHARACTERS + 1)
        if not line:
            return
        if len(line) > MAX_ROW_CHARACTERS:
            raise DamagedMedium(
                f"line {number} has more than {MAX_ROW_CHARACTERS >> 20} M characters"
            )
        yield line


def _json_lines(lines: io.TextIOWrapper) -> Iterator[Record | str]:
    for number, line in enumerate(_lines(lines), 1):
        if not line.strip():
            continue
        try:
            yield _record(json.loads(line))
        except (ValueError, RecursionError):
            yield f"line {number} is not JSON"


def _json(lines: io.TextIOWrapper) -> Iterator[Record | str]:
    try:
        parsed = json.load(lines)
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise DamagedMedium(f"it is not JSON: {error}") from error
    if not isinstance(parsed, list):
        raise UnsupportedMedium("it is JSON, but not a list of rows")
    yield from map(_record, parsed)


def _record(value: Any) -> Record | str:
    if isinstance(value, str):
        return {"text": value}
    return value if isinstance(value, dict) else "it is neither an object nor a string"


def _parquet(file: BinaryIO) -> Iterator[Record]:
    import pyarrow as pa
    import pyarrow.parquet

    try:
        parquet = pyarrow.parquet.ParquetFile(file)
        wanted = [
            field.name
            for field in parquet.schema_arrow
            if pa.types.is_string(field.type)
            or pa.types.is_large_string(field.type)
            or pa.types.is_dictionary(field.type)
            or (pa.types.is_integer(field.type) and field.name.lower() in _LABEL)
        ]
        metadata = parquet.metadata
        unpacked = sum(
            metadata.row_group(group).column(column).total_uncompressed_size
            for group in range(metadata.num_row_groups)
            for column in range(metadata.num_columns)
            if metadata.row_group(group).column(column).path_in_schema in wanted
        )
        check_size(unpacked, limit=MAX_TABLE_BYTES, what="the texts of a table")
        for batch in parquet.iter_batches(batch_size=1024, columns=wanted):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise DamagedMedium(f"the Parquet file is damaged: {str(error)[:200]}") from error
