"""Lists and annotation tables that the user names: CSV, TSV, JSON, JSON lines, Parquet."""

import csv
import io
import json
import sys
from pathlib import Path

from embedcurate.errors import UnreadableSource

__all__ = ["TABLE_SUFFIXES", "read_table"]

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet"})


def read_table(path: Path) -> dict[str, list[object]]:
    """Read a table as column name -> values, in the order of its rows.

    Raises
    ------
    UnreadableSource
        If the file is not a table of its kind; the sentence names the line where there is one.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            import pyarrow.parquet

            columns: dict[str, list[object]] = pyarrow.parquet.read_table(path).to_pydict()
            return columns
        # Paths need not be UTF-8, and have to come out of a table as they went in.
        text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    except (OSError, ValueError) as error:
        raise UnreadableSource(path, str(error)) from error
    if suffix in (".json", ".jsonl", ".ndjson"):
        return _from_records(path, text, lines=suffix != ".json")
    return _from_delimited(path, text, delimiter="\t" if suffix == ".tsv" else ",")


def _from_delimited(path: Path, text: str, *, delimiter: str) -> dict[str, list[object]]:
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(reader, [])
    columns: dict[str, list[object]] = {name: [] for name in header}
    for row in reader:
        if len(row) != len(header):
            why = f"line {reader.line_num} has {len(row)} fields, its header {len(header)}"
            raise UnreadableSource(path, why)
        for name, value in zip(header, row, strict=True):
            columns[name].append(value)
    return columns


def _from_records(path: Path, text: str, *, lines: bool) -> dict[str, list[object]]:
    try:
        records = (
            [json.loads(line) for line in text.split("\n") if line.strip()]
            if lines
            else json.loads(text)
        )
    except json.JSONDecodeError as error:
        raise UnreadableSource(path, f"line {error.lineno} is not JSON") from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise UnreadableSource(path, "it is not a list of objects")
    names = dict.fromkeys(name for record in records for name in record)
    return {name: [record.get(name) for record in records] for name in names}
