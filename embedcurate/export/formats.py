"""The kinds of list."""

from enum import StrEnum
from pathlib import Path

from embedcurate.errors import ExportError

__all__ = ["ListFormat", "format_of"]


class ListFormat(StrEnum):
    """A file with one row an item."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    TXT = "txt"


def format_of(path: Path) -> ListFormat:
    """Return the kind of list that the suffix of `path` stands for."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in set(ListFormat):
        raise ExportError(
            f"The suffix of '{path}' is no kind of list. Add --format {'|'.join(ListFormat)}."
        )
    return ListFormat(suffix)
