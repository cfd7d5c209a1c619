"""The classes that a sample balances, as a table."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

__all__ = ["Quotas"]

_Index = QModelIndex | QPersistentModelIndex


class Quotas(QAbstractTableModel):
    """The classes that a sample balances, how many items each has, and how many it shall get."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._classes: list[tuple[str, str, int]] = []
        self._quotas: dict[str, int] = {}

    def show(self, facet: Sequence[Sequence[Any]]) -> None:
        """Show the classes of a facet: [value, count] or [value, count, name] each."""
        self.beginResetModel()
        self._classes = [
            (str(one[0]), str(one[2]) if len(one) > 2 else str(one[0]), int(one[1]))
            for one in facet
            if one[0] not in (None, "", -1)
        ]
        known = {key for key, _, _ in self._classes}
        self._quotas = {key: quota for key, quota in self._quotas.items() if key in known}
        self.endResetModel()

    def quotas(self) -> dict[str, int]:
        """Return the quotas that were given, by class."""
        return dict(self._quotas)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._classes)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Class"), self.tr("Shown"), self.tr("Quota"))[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        key, name, count = self._classes[index.row()]
        quota = self._quotas.get(key)
        if role == Qt.ItemDataRole.DisplayRole:
            return (name, f"{count:,}", self.tr("even") if quota is None else f"{quota:,}")[
                index.column()
            ]
        if role == Qt.ItemDataRole.EditRole and index.column() == 2:
            return "" if quota is None else str(quota)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() > 0:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 2:
            return self.tr("How many of the class there shall be; empty for as many as of others")
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.EditRole or index.column() != 2:
            return False
        key, text = self._classes[index.row()][0], str(value).strip().replace(",", "")
        if not text:
            self._quotas.pop(key, None)
        elif text.isdecimal():
            self._quotas[key] = int(text)
        else:
            return False
        self.dataChanged.emit(index, index)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if not index.isValid():
            return flags
        flags |= Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 2 else flags
