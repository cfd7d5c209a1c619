"""The collections that were open lately."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from PySide6.QtCore import QSettings

__all__ = ["Recent"]

_KEY = "recent/collections"
_MOST = 12


class Recent:
    """Folders of collections, the latest first, kept with the settings."""

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def paths(self) -> list[Path]:
        """Return them all, also those that are gone for now: a disk may not be plugged in."""
        kept: Any = self._store.value(_KEY, [])
        # An ini file holds a list of one as a plain text.
        texts = [kept] if isinstance(kept, str) else kept
        return [Path(os.fsdecode(unquote_to_bytes(text))) for text in texts]

    def opened(self, path: Path) -> None:
        """Note that a collection was opened."""
        path = Path(os.path.abspath(path))  # noqa: PTH100 - keeps links
        self._keep([path, *(other for other in self.paths() if other != path)][:_MOST])

    def forget(self, path: Path) -> None:
        """Take one off the list; nothing happens to the collection."""
        self._keep([other for other in self.paths() if other != path])

    def _keep(self, paths: list[Path]) -> None:
        # Quoted, for a name need not be UTF-8.
        self._store.setValue(_KEY, [quote_from_bytes(os.fsencode(path)) for path in paths])
