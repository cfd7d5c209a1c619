"""An empty collection: its folders, tables and settings."""

import re
from datetime import UTC, datetime
from pathlib import Path

from embedcurate.collection import fulltext
from embedcurate.collection.backup import save_settings
from embedcurate.collection.files import FOLDERS, probe_hard_links
from embedcurate.collection.lock import HOLDER_NAME, LOCK_NAME, writing
from embedcurate.collection.schema import schemas
from embedcurate.collection.settings import FILE_NAME, Settings, write_settings
from embedcurate.collection.storage import Storage
from embedcurate.collection.tables import Tables, translated
from embedcurate.errors import FolderNotEmpty
from embedcurate.spaces.space import Space

__all__ = ["make"]

_CHANNEL_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_PATIENCE_S = 60.0
_STILL_EMPTY = {*FOLDERS, LOCK_NAME, HOLDER_NAME, FILE_NAME + ".new"}


def make(path: Path, space: Space, storage: Storage) -> Settings:
    """Make the files of a collection for `space`; the settings come last, so it is whole or none.

    Raises `FolderNotEmpty`, also if another process made one meanwhile, `HardLinksUnsupported`,
    `CollectionLocked`, `CollectionReadOnly` or `DiskFull`.
    """
    for channel in space.channels:
        if not _CHANNEL_NAME.fullmatch(channel.name):
            raise ValueError(f"A channel can't be named {channel.name!r}: it names a table.")
    with translated(path):
        # A creation that was killed before it wrote its settings is finished here.
        if path.exists() and {entry.name for entry in path.iterdir()} - _STILL_EMPTY:
            raise FolderNotEmpty(path)
        for folder in FOLDERS:
            (path / folder).mkdir(parents=True, exist_ok=True)
    with writing(path, doing="embedcurate, which makes it", wait_s=_PATIENCE_S):
        if (path / FILE_NAME).exists():
            raise FolderNotEmpty(path)
        return _made(path, space, storage)


def _made(path: Path, space: Space, storage: Storage) -> Settings:
    probe_hard_links(path)
    tables = Tables(path)
    for name, schema in schemas(space.channels, storage).items():
        tables.create(name, schema)
    fulltext.create_index(tables)
    settings = Settings(
        space=space.name,
        channels=space.channels,
        fingerprints=space.fingerprints,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        storage=storage,
    )
    write_settings(path, settings)
    save_settings(path)
    return settings
