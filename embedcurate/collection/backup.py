"""A copy of the settings, which can't be made again from the originals.

What the user said can't either: it is in the log (`journal`), from which its tables are made.
"""

import shutil
from pathlib import Path

from embedcurate.collection.files import LOG
from embedcurate.collection.settings import FILE_NAME, read_settings, write_whole
from embedcurate.collection.tables import translated
from embedcurate.errors import CollectionDamaged, NotACollection

__all__ = ["restore_settings", "save_settings"]

_SETTINGS = f"{LOG}/{FILE_NAME}"


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
