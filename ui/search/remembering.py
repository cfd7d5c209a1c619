"""The queries that were asked lately, kept with the settings."""

from PySide6.QtCore import QSettings

__all__ = ["History"]

_KEY = "search/history"
_MOST = 50


class History:
    """Queries, the latest first."""

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def queries(self) -> list[str]:
        """Return them all."""
        kept = self._store.value(_KEY, [])
        # An ini file holds a list of one as a plain text, and one of none as nothing.
        return [kept] if isinstance(kept, str) and kept else list(kept or ())  # type: ignore[call-overload]

    def add(self, query: str) -> None:
        """Note that a query was asked."""
        query = query.strip()
        if query:
            rest = [other for other in self.queries() if other != query]
            self._store.setValue(_KEY, [query, *rest][:_MOST])

    def clear(self) -> None:
        """Forget them."""
        self._store.remove(_KEY)
