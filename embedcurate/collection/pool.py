"""The resident copies that a process keeps open, renewed when their tables change."""

from pathlib import Path
from threading import Lock

from embedcurate.collection.approximate import Index, keep
from embedcurate.collection.lock import writing
from embedcurate.collection.nearest import Nearest
from embedcurate.collection.resident import SCANNED_FROM
from embedcurate.collection.tables import Lance, Tables
from embedcurate.collection.upkeep import codes_fit, default_budget, open_resident
from embedcurate.progress import Progress, ignore

__all__ = ["ResidentPool"]

_PATIENCE_S = 60.0


class ResidentPool:
    """One `Nearest` a table of vectors, each of the table's newest version.

    `budget_bytes` bounds the codes of one table; a quarter of the machine's memory by default.
    """

    def __init__(self, tables: Tables, *, budget_bytes: int | None = None) -> None:
        self._tables = tables
        self._budget = default_budget() if budget_bytes is None else budget_bytes
        self._open: dict[str, Nearest] = {}
        self._opening = Lock()

    def nearest(self, name: str, *, progress: Progress = ignore) -> Nearest:
        """Return the door to the newest version of a table; the first call makes the copy."""
        with self._opening:
            held = self._open.get(name)
            if held is None or held.resident.version != self._tables.version(name):
                held = self._tables.read(name, lambda table: self._opened(name, table, progress))
                self._open[name] = held
            return held

    def keep_index(self, name: str) -> bool:
        """Build or update LanceDB's index of a table that is over the budget; say if it was.

        To be called by whoever added vectors. Raises `CollectionLocked` if another process
        writes for more than a minute.
        """
        table = self._tables.open(name)
        if int(table.count_rows()) < SCANNED_FROM or codes_fit(table, self._budget):
            return False
        collection = self._tables.collection
        with writing(collection, doing="building the search index", wait_s=_PATIENCE_S):
            keep(self._tables.open(name), self._tables.collection)
        return True

    def _opened(self, name: str, table: Lance, progress: Progress) -> Nearest:
        folder: Path = self._tables.collection / "resident" / name
        resident = open_resident(table, folder, budget_bytes=self._budget, progress=progress)
        over_budget = not (resident.small or resident.scannable)
        return Nearest(resident, index=Index.of(table) if over_budget else None)
