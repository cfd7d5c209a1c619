"""The list of groups that wait for a word, in the order of review."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ..items import Items, Rows
from .groups import Groups

__all__ = ["GROUP_ROLE", "LATER_ROLE", "GroupsModel", "Order"]

GROUP_ROLE = Qt.ItemDataRole.UserRole
LATER_ROLE = Qt.ItemDataRole.UserRole + 1


class Order(StrEnum):
    """What comes first in a review."""

    SUREST = "surest"
    """The most alike."""
    DOUBTFUL = "doubtful"
    """The least alike."""
    LARGEST = "largest"
    """What takes the most room on disk."""

    def keys(self, groups: Groups, sizes: Callable[[Rows], Rows]) -> Rows:
        """Return by what groups are sorted, the least first: (g,) int64.

        `sizes` tells the bytes of the files of rows.
        """
        if self is Order.LARGEST:
            members = np.flatnonzero(groups.is_member)
            bytes_ = np.zeros(len(groups), np.int64)
            np.subtract.at(bytes_, groups.group[members], sizes(groups.rows[members]))
            return bytes_
        # What was decided has no similarity; it counts as the same.
        alike = np.where(groups.is_member, np.nan_to_num(groups.similarity, nan=1.0), 1.0)
        least = np.rint(np.minimum.reduceat(alike, groups.starts[:-1]) * 1e6).astype(np.int64)
        return least if self is Order.DOUBTFUL else -least


class GroupsModel(QAbstractListModel):
    """Groups that are still open; those put off stand last. `say` tells in a few words of one."""

    def __init__(self, say: Callable[[int], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._say = say
        self._items, self._groups = Items.none(), Groups.none()
        self._order: Rows = np.empty(0, np.int64)
        self._later: dict[int, None] = {}

    def show(self, items: Items, groups: Groups, order: Rows) -> None:
        """Show `order`, numbers of groups; what was put off is forgotten."""
        self.beginResetModel()
        self._items, self._groups, self._order = items, groups, order
        self._later = {}
        self.endResetModel()

    @property
    def order(self) -> Rows:
        """The numbers of the groups as they are listed: (m,) int64."""
        return self._order

    @property
    def later(self) -> int:
        """How many were put off."""
        return len(self._later)

    def group_at(self, row: int) -> int:
        """Return the number of the group in a row of the list."""
        return int(self._order[row])

    def row_of(self, group: int) -> int:
        """Return the row of a group, -1 if it is not listed."""
        found = np.flatnonzero(self._order == group)
        return int(found[0]) if len(found) else -1

    def remove(self, group: int) -> None:
        """Take a group off the list."""
        row = self.row_of(group)
        if row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            self._order = np.delete(self._order, row)
            self._later.pop(group, None)
            self.endRemoveRows()

    def put_off(self, group: int) -> None:
        """Move a group to the end."""
        row, last = self.row_of(group), len(self._order) - 1
        if row < 0:
            return
        self._later[group] = None
        if self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), last + 1):
            self._order = np.append(np.delete(self._order, row), group)
            self.endMoveRows()
        self.dataChanged.emit(self.index(last), self.index(last))

    def rowCount(
        self,
        parent: QModelIndex | QPersistentModelIndex = QModelIndex(),
    ) -> int:
        """Return how many groups are listed."""
        return 0 if parent.isValid() else len(self._order)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a group's name, number, or what is said of it."""
        if not index.isValid():
            return None
        group = int(self._order[index.row()])
        if role == GROUP_ROLE:
            return group
        if role == LATER_ROLE:
            return group in self._later
        if role == Qt.ItemDataRole.DisplayRole:
            return self._items.name(int(self._groups.keepers[group]))
        if role == Qt.ItemDataRole.StatusTipRole:
            return self._say(group)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            off = self.tr(", for later") if group in self._later else ""
            return f"{self.data(index)}, {self._say(group)}{off}"
        return None
