"""What is odd among the items, and which labels their neighbours dispute."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from embedcurate.collection.results import Results

from ..items import MODALITIES, Items, Rows

__all__ = ["VERB", "Listed", "Odd", "OddModel", "Outliers", "read"]

VERB = "outliers"
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of the list: its row, its score or the share against its label, and why."""

    row: int
    score: float
    reason: str
    label: str = ""
    expected: str = ""


class Odd:
    """Items by score, the highest first.

    rows : (n,), -1 for one that has gone since; scores : (n,) float32; kinds : (n,) uint8
    """

    def __init__(self, table: pa.Table, score: str, items: Items) -> None:
        self._table = table
        self.rows: Rows = items.rows_of(table["id"])
        self.scores: NDArray[np.float32] = table[score].to_numpy()
        kinds = table["modality"].combine_chunks().dictionary_encode()
        codes = np.array(
            [MODALITIES.index(kind) for kind in kinds.dictionary.to_pylist()], np.uint8
        )
        self.kinds: NDArray[np.uint8] = (
            codes[kinds.indices.to_numpy()] if len(kinds) else np.empty(0, np.uint8)
        )

    def __len__(self) -> int:
        return len(self._table)

    def places(self, *, threshold: float = 0.0, modality: str = "") -> NDArray[np.int64]:
        """Return the places, the highest score first, of what reaches a threshold."""
        chosen = (self.scores >= np.float32(threshold)) & (self.rows >= 0)
        if modality:
            chosen &= self.kinds == MODALITIES.index(modality)
        return np.flatnonzero(chosen)

    def listed(self, places: Sequence[int] | NDArray[np.int64]) -> list[Listed]:
        """Return what is told of the items at these places."""
        taken = self._table.take(pa.array(places, pa.int64())).to_pylist()
        return [
            Listed(
                int(self.rows[place]),
                float(self.scores[place]),
                one["reason"],
                one.get("label", ""),
                one.get("expected", ""),
            )
            for place, one in zip(places, taken, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Outliers:
    """The newest run: odd items, disputed labels, and how many items count as outliers.

    `threshold` is the score that as many items reach as there are outliers.
    """

    items: Odd
    labels: Odd
    outliers: int
    threshold: float


def read(results: Results, items: Items) -> Outliers | None:
    """Return what the newest run found, None if there is none; to be called in a thread."""
    run = results.latest(VERB)
    if run is None:
        return None
    odd = Odd(results.table(run, "items"), "score", items)
    labels = Odd(results.table(run, "labels"), "share", items)
    outliers = int(run.summary["outliers"])
    threshold = float(odd.scores[max(outliers, 1) - 1]) if len(odd) else 0.5
    return Outliers(odd, labels, outliers, threshold)


class OddModel(QAbstractTableModel):
    """A list of odd items or of disputed labels; `UserRole` gives the row in the items."""

    def __init__(self, parent: QObject | None = None, *, labels: bool = False) -> None:
        super().__init__(parent)
        self._labels = labels
        self._items = Items.none()
        self._listed: list[Listed] = []

    def show(self, items: Items, listed: list[Listed]) -> None:
        """Show these."""
        self.beginResetModel()
        self._items, self._listed = items, listed
        self.endResetModel()

    def row(self, line: int) -> int:
        """Return the row of the item on a line."""
        return self._listed[line].row

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._listed)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        if parent.isValid():
            return 0
        return 5 if self._labels else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if self._labels:
            return (
                self.tr("Item"), self.tr("Label"), self.tr("Expected"), self.tr("Against"),
                self.tr("Why"),
            )[section]  # fmt: skip
        return (self.tr("Item"), self.tr("Oddity"), self.tr("Why"))[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self._listed[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return one.row
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(one)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return one.reason or str(self._items.value("path", one.row))
        return None

    def _words(self, one: Listed) -> tuple[str, ...]:
        name, reason = self._items.name(one.row), one.reason[:1].upper() + one.reason[1:]
        if self._labels:
            return name, one.label, one.expected, f"{one.score:.0%}", reason
        return name, f"{one.score:.2f}", reason

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemNeverHasChildren if index.isValid() else flags
