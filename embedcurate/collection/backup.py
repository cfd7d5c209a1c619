"""Copies of what can't be made again from the originals: the user's marks, and the settings."""

import io
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from embedcurate.collection.checksums import damaged
from embedcurate.collection.files import LOG
from embedcurate.collection.schema import MARKS
from embedcurate.collection.settings import FILE_NAME, read_settings, write_whole
from embedcurate.collection.tables import Tables, translated
from embedcurate.collection.upsert import upsert
from embedcurate.errors import CollectionDamaged, NotACollection

__all__ = ["restore_marks", "restore_settings", "save_marks", "save_settings"]

_MARKS = f"{LOG}/marks.parquet"
_SETTINGS = f"{LOG}/{FILE_NAME}"
_VERSION = b"embedcurate.version"


def save_marks(tables: Tables) -> None:
    """Copy the marks to a file of their own, unless they are as they were or damaged."""
    version = tables.version("marks").encode()
    target = tables.collection / _MARKS
    with suppress(OSError, pa.ArrowException):
        if pq.read_schema(target).metadata.get(_VERSION) == version:
            return
    marks = tables.columns("marks", MARKS.names)
    if damaged(marks).any():
        return
    buffer = io.BytesIO()
    pq.write_table(marks.replace_schema_metadata({_VERSION: version}), buffer)
    write_whole(tables.collection, _MARKS, buffer.getvalue())


def restore_marks(tables: Tables) -> int:
    """Bring back the marks that the table lacks, and return how many that were."""
    try:
        marks = pq.read_table(tables.collection / _MARKS)
    except (OSError, pa.ArrowException):
        return 0
    there = tables.columns("marks", ["id"])["id"]
    wanted = ~damaged(marks) & ~np.asarray(pc.is_in(marks["id"], value_set=there))
    rows = marks.filter(pa.array(wanted)).cast(MARKS)
    upsert(tables, "marks", rows)
    return int(rows.num_rows)


def save_settings(collection: Path) -> None:
    """Keep a copy of `collection.toml`, which alone knows the space and its channels."""
    content = (collection / FILE_NAME).read_bytes()
    copy = collection / _SETTINGS
    if not copy.exists() or copy.read_bytes() != content:
        write_whole(collection, _SETTINGS, content)


def restore_settings(collection: Path) -> bool:
    """Put the copy of `collection.toml` in its place if that can't be read; tell whether it was."""
    try:
        read_settings(collection)
    except (NotACollection, CollectionDamaged):
        copy = collection / _SETTINGS
        if not copy.exists():
            return False
        with translated(collection):
            shutil.copyfile(copy, collection / FILE_NAME)
        return True
    return False
