"""What is known of the clusters: read from the newest run, and as a list for views."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from embedcurate.collection.results import Results
from embedcurate.items import Outcome

from ..items import MODALITIES, Items, Rows
from .tree import Block, Tree

__all__ = ["NOISE", "ClustersModel", "Found", "Group", "read"]

NOISE = -1
_VERB = "clusters"
_EXEMPLARS = 3

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Group:
    """A cluster, or the noise between them: its `exemplars` are rows of the items."""

    label: int
    name: str
    size: int
    spread: float | None
    exemplars: tuple[int, ...]
    given: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found.

    `groups` are the largest first and the noise last, `rows` and `labels` (n,) are of the items
    that the run saw, a row being -1 for one that has gone since; `newcomers` have come since.
    """

    groups: tuple[Group, ...]
    rows: Rows
    labels: NDArray[np.int32]
    tree: Tree
    min_cluster_size: int
    newcomers: int

    @property
    def clusters(self) -> tuple[Group, ...]:
        """The groups without the noise."""
        return tuple(group for group in self.groups if group.label != NOISE)

    @property
    def noise(self) -> int:
        """How many items belong to no cluster."""
        return sum(group.size for group in self.groups if group.label == NOISE)

    def rows_of(self, *labels: int) -> Rows:
        """Return the rows of the items with one of these labels, rising."""
        return _there(self.rows[np.isin(self.labels, labels)])

    def rows_in(self, block: Block) -> Rows:
        """Return the rows of the items of a block of the tree, rising."""
        return _there(self.rows[self.tree.places(block)])


def _there(rows: Rows) -> Rows:
    return rows[rows >= 0]  # rising, as the ids are in both


def read(results: Results, items: Items) -> Found | None:
    """Return what the newest run found, None if there is none.

    Of a million items it takes a second: to be called in a thread.
    """
    run = results.latest(_VERB)
    if run is None:
        return None
    table = results.table(run, "items")
    rows, labels = items.rows_of(table["id"]), table["cluster"].to_numpy()
    groups = []
    for one in results.table(run, "clusters").to_pylist():
        places = items.rows_of(one["exemplars"])
        groups.append(
            Group(
                one["label"],
                one["name"],
                one["size"],
                one["spread"],
                tuple(places[places >= 0][:_EXEMPLARS].tolist()),
                one["given"],
            )
        )
    if noise := int((labels == NOISE).sum()):
        places = np.flatnonzero(labels == NOISE)
        oddest = np.argsort(-table["outlier_score"].to_numpy()[places], kind="stable")
        shown = rows[places[oddest[:_EXEMPLARS]]]
        groups.append(Group(NOISE, "", noise, None, tuple(shown[shown >= 0].tolist())))
    return Found(
        tuple(groups),
        rows,
        labels,
        Tree.of(results.table(run, "tree"), labels),
        int(run.parameters["min_cluster_size"]),
        _could_be_there(items, run.parameters["modalities"]) - int((rows >= 0).sum()),
    )


def _could_be_there(items: Items, modalities: Sequence[str]) -> int:
    """Return how many items a run over these modalities would see."""
    codes = [MODALITIES.index(name) for name in modalities]
    is_ok = pc.equal(items.column("outcome"), str(Outcome.OK)).to_numpy()
    return int((np.isin(items.modality, codes) & is_ok.astype(np.bool_)).sum())


class ClustersModel(QAbstractListModel):
    """The groups of a run, one a line; `UserRole` gives the `Group`.

    A name that is edited is not changed here but told by `renamed`: label, name.
    """

    renamed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[Group, ...] = ()

    def show(self, groups: tuple[Group, ...]) -> None:
        """Show these groups."""
        self.beginResetModel()
        self._groups = groups
        self.endResetModel()

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups, in order."""
        return self._groups

    def group(self, place: int) -> Group:
        """Return the group at a line."""
        return self._groups[place]

    def place_of(self, label: int) -> int:
        """Return the line of a label, -1 if there is none."""
        return next((at for at, one in enumerate(self._groups) if one.label == label), -1)

    def name(self, group: Group) -> str:
        """Return what a group is called."""
        return group.name if group.label != NOISE else self.tr("In no cluster")

    def facts(self, group: Group) -> str:
        """Return what is told of a group in one line."""
        count = self.tr("{:,} items").format(group.size)
        if group.size == 1:
            count = self.tr("1 item")
        if group.spread is None:
            return count
        return self.tr("{} · spread {:.2f}").format(count, group.spread)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._groups)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        group = self._groups[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.name(group)
        if role == Qt.ItemDataRole.UserRole:
            return group
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self.name(group)}\n{self.facts(group)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.name(group)}, {self.facts(group)}"
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid() or role != Qt.ItemDataRole.EditRole:
            return False
        group, name = self._groups[index.row()], " ".join(str(value).split())
        if group.label == NOISE or not name or name == group.name:
            return False
        self.renamed.emit(group.label, name)
        return True

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if not index.isValid():
            return flags
        is_named = self._groups[index.row()].label != NOISE
        flags |= Qt.ItemFlag.ItemNeverHasChildren
        return flags | Qt.ItemFlag.ItemIsEditable if is_named else flags
