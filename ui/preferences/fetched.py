"""The spaces whose weights were fetched from here, by their names."""

from typing import Any

from PySide6.QtCore import QSettings

__all__ = ["Fetched"]

_KEY = "models/fetched"


class Fetched:
    """Names of spaces, kept with the settings: a list of models has no other way to know of them.

    Only the usual models of our spaces are listed without.
    """

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def names(self) -> list[str]:
        """Return them all, also those that were deleted since."""
        kept: Any = self._store.value(_KEY, [])
        # An ini file holds a list of one as a plain text.
        return [kept] if isinstance(kept, str) else list(kept)

    def keep(self, name: str) -> None:
        """Note that the weights of a space came."""
        self._store.setValue(_KEY, list(dict.fromkeys([*self.names(), name])))

    def forget(self, name: str) -> None:
        """Take a name off the list."""
        self._store.setValue(_KEY, [other for other in self.names() if other != name])
