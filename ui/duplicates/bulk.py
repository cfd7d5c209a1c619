"""All that is left, settled at once: what that would change, item by item, before it does."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from ..items import PICKS, Items, Rows
from .groups import Groups

if TYPE_CHECKING:
    from .model import Review

__all__ = ["Plan", "PlanModel", "planned"]

_PICK = PICKS.index("pick")
_COLUMNS = ("Rejected", "Stays", "Why", "Similarity", "Size")

_Index = QModelIndex | QPersistentModelIndex


def _tr(text: str) -> str:
    return QCoreApplication.translate("duplicates", text)


@dataclass(frozen=True, slots=True)
class Plan:
    """What settling groups by the rules would do.

    Attributes
    ----------
    members : (m,) int64, places in `groups` of what would be rejected
    picked : how many are left as they are because the user picked them
    bytes : of the files that would be rejected
    """

    items: Items
    groups: Groups
    members: Rows
    picked: int
    bytes: int

    def __len__(self) -> int:
        return len(self.members)

    @property
    def count(self) -> int:
        """How many groups that settles."""
        return int(np.count_nonzero(np.bincount(self.groups.group[self.members])))

    @property
    def rows(self) -> Rows:
        """The rows of what would be rejected."""
        return self.groups.rows[self.members]

    @property
    def keepers(self) -> Rows:
        """The row that stays for each of them."""
        return self.groups.keepers[self.groups.group[self.members]]

    def said(self) -> str:
        """Say in a sentence what would change."""
        if not len(self):
            return _tr("Nothing would change.")
        text = _tr("{:,} items in {:,} groups would be rejected: {} of files.").format(
            len(self), self.count, QLocale().formattedDataSize(self.bytes)
        )
        if self.picked:
            text += _tr(" {:,} that you picked would stay as they are.").format(self.picked)
        return text


def planned(review: "Review", *, least: float = 0.0, same_bytes: bool = False) -> Plan:
    """Return what settling the groups that are listed would do.

    Parameters
    ----------
    least : the similarity from which a member is rejected
    same_bytes : reject only what has the bytes of its keeper
    """
    groups, items = review.groups, review.items
    listed = np.zeros(len(groups), np.bool_)
    listed[review.listed.order] = True
    # Twins of a member that is asked about are not asked about themselves: they go with it.
    chosen = (
        groups.is_member & listed[groups.group] & ~review.settled & ~np.isnan(groups.similarity)
    )
    chosen &= groups.by_mark if same_bytes else groups.similarity >= np.float32(least)
    picked = chosen & (items.pick[groups.rows] == _PICK)
    members = np.flatnonzero(chosen & ~picked)
    bytes_ = int(review.sizes(groups.rows[members]).sum())
    return Plan(items, groups, members, int(np.count_nonzero(picked)), bytes_)


class PlanModel(QAbstractTableModel):
    """A plan, one item that would be rejected a line."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plan: Plan | None = None

    def show(self, plan: Plan) -> None:
        """Show a plan."""
        self.beginResetModel()
        self._plan = plan
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        """Return how many items would be rejected."""
        return 0 if parent.isValid() or self._plan is None else len(self._plan)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        """Return how much is told of each."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the name of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.tr(_COLUMNS[section])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is told of an item."""
        if not index.isValid() or self._plan is None:
            return None
        number = index.column() > 2
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        plan, items = self._plan, self._plan.items
        member = int(plan.members[index.row()])
        row, keeper = int(plan.rows[index.row()]), int(plan.keepers[index.row()])
        if role == Qt.ItemDataRole.ToolTipRole and not number:
            return str(items.path(keeper if index.column() == 1 else row))
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            items.name(row),
            items.name(keeper),
            str(plan.groups.reason[member]),
            f"{float(plan.groups.similarity[member]):.3f}",
            QLocale().formattedDataSize(items.value("size", row) or 0),
        )[index.column()]
