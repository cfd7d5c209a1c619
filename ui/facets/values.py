"""The values of a facet as a list, or folders as a tree, for Qt's views."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from .model import Stance, Value

__all__ = ["COUNT", "SHARE", "STANCE", "VALUE", "Node", "Values", "folder_tree"]

Index = QModelIndex | QPersistentModelIndex

VALUE = Qt.ItemDataRole.UserRole
COUNT = Qt.ItemDataRole.UserRole + 1
STANCE = Qt.ItemDataRole.UserRole + 2
SHARE = Qt.ItemDataRole.UserRole + 3
"""The count as a part of the largest one, 0 to 1."""


@dataclass(eq=False)
class Node:
    """A value, its name, how many items have it, and what lies in it."""

    value: Value
    name: str
    count: int
    children: list["Node"] = field(default_factory=list)
    parent: "Node | None" = None
    row: int = 0


class Values(QAbstractItemModel):
    """Values with their counts, and what the query says of each."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._top: list[Node] = []
        self._said: Mapping[Value, Stance] = {}
        self._most = 1

    def show(self, nodes: Sequence[Node], said: Mapping[Value, Stance]) -> None:
        """Show other values; those that stay the same keep their indexes.

        `dataChanged` is of the first level alone: views look at all they show anew.
        """
        self._most = max((node.count for node in nodes), default=1) or 1
        self._said = said
        if _shape(nodes) == _shape(self._top):
            _recount(self._top, nodes)
            if self._top:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._top) - 1, 0))
            return
        self.beginResetModel()
        self._top = list(nodes)
        _tie(self._top, None)
        self.endResetModel()

    def find(self, value: Value) -> QModelIndex:
        """Return the index of a value, an invalid one if it is not there."""
        return self._find(value, self._top)

    def _find(self, value: Value, nodes: Iterable[Node]) -> QModelIndex:
        for node in nodes:
            if node.value == value:
                return self.createIndex(node.row, 0, node)
            if (found := self._find(value, node.children)).isValid():
                return found
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        nodes = self._within(parent)
        if column or not 0 <= row < len(nodes):
            return QModelIndex()
        return self.createIndex(row, 0, nodes[row])

    def parent(self, index: Index = QModelIndex()) -> Any:
        above = index.internalPointer().parent if index.isValid() else None
        return QModelIndex() if above is None else self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return len(self._within(parent))

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        node: Node = index.internalPointer()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return node.name
            case Qt.ItemDataRole.AccessibleTextRole:
                said = {Stance.IN: self.tr("chosen"), Stance.OUT: self.tr("left out")}
                parts = (node.name, f"{node.count:,}", said.get(self._stance(node), ""))
                return ", ".join(filter(None, parts))
            case Qt.ItemDataRole.ToolTipRole:
                return self.tr("{}\nClick to filter by it, Ctrl-click to leave it out").format(
                    node.value if os.sep in str(node.value) else node.name
                )
        return {
            VALUE: node.value,
            COUNT: node.count,
            STANCE: self._stance(node),
            SHARE: node.count / self._most,
        }.get(role)

    def _stance(self, node: Node) -> Stance:
        return self._said.get(node.value, Stance.NONE)

    def _within(self, index: Index) -> list[Node]:
        if not index.isValid():
            return self._top
        found: list[Node] = index.internalPointer().children
        return found


def folder_tree(counted: Iterable[tuple[str, int]], separator: str = os.sep) -> list[Node]:
    """Return folders as a tree; counts are of all below, and what has one folder only is joined.

    counted : folder -> items in it and not in a folder below.
    """
    root = Node("", "", 0)
    at: dict[str, Node] = {"": root}
    for folder, count in counted:
        parts = folder.split(separator)
        for depth in range(1, len(parts) + 1):
            path = separator.join(parts[:depth]) or separator
            if path not in at:
                above = at[separator.join(parts[: depth - 1]) or (separator if depth > 1 else "")]
                at[path] = Node(path, parts[depth - 1] or separator, 0, parent=above)
                above.children.append(at[path])
        node: Node | None = at[folder]
        while node is not None:
            node.count += count
            node = node.parent
    top = _tops(root, separator)
    for node in top:
        _join(node, separator)
    return top


def _tops(root: Node, separator: str) -> list[Node]:
    """Return the folders that the tree starts with: below what all have in common."""
    top = root.children
    if len(top) == 1 and top[0].value == separator:
        inside = top[0].children
        if sum(node.count for node in inside) == top[0].count:
            top = inside
    while len(top) == 1 and len(top[0].children) == 1 and top[0].count == top[0].children[0].count:
        top = top[0].children
    return top


def _join(node: Node, separator: str) -> None:
    while len(node.children) == 1 and node.children[0].count == node.count:
        only = node.children[0]
        node.value, node.name = only.value, f"{node.name}{separator}{only.name}"
        node.children = only.children
    for child in node.children:
        _join(child, separator)


def _tie(nodes: Sequence[Node], parent: Node | None) -> None:
    for row, node in enumerate(nodes):
        node.row, node.parent = row, parent
        _tie(node.children, node)


def _shape(nodes: Sequence[Node]) -> list[Any]:
    return [(node.value, node.name, _shape(node.children)) for node in nodes]


def _recount(nodes: Sequence[Node], others: Sequence[Node]) -> None:
    for node, other in zip(nodes, others, strict=True):
        node.count = other.count
        _recount(node.children, other.children)
