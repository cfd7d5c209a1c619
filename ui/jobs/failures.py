"""The files that indexing could not read, each with its reason."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from PySide6.QtWidgets import QPushButton as Button

from ..theme import GAP_PX, icon

__all__ = ["Failures", "FailuresList"]

Index = QModelIndex | QPersistentModelIndex

_ROWS = 5
_ROW_PX = 24


class Failures(QAbstractTableModel):
    """Files that failed: a name and a reason, the path in the tooltip."""

    def __init__(
        self, failures: Iterable[Mapping[str, str]], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._failures = [(failure["path"], failure["reason"]) for failure in failures]

    def path(self, row: int) -> Path:
        """Return the file at a row."""
        return Path(self._failures[row][0])

    def ignore(self, rows: Iterable[int]) -> None:
        """Take files off the list."""
        gone = set(rows)
        self.beginResetModel()
        self._failures = [one for row, one in enumerate(self._failures) if row not in gone]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._failures)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("File"), self.tr("Why"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        path, reason = self._failures[index.row()]
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(0, _ROW_PX)
        if role == Qt.ItemDataRole.DisplayRole:
            return (Path(path).name, reason)[index.column()]
        return path if role == Qt.ItemDataRole.ToolTipRole else None


class FailuresList(QWidget):
    """The files that failed, and what can be done about them: `retried` to try them all again."""

    retried = Signal()

    def __init__(
        self, failures: Sequence[Mapping[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.failures = Failures(failures, self)
        self.list = QTreeView()
        self.list.setModel(self.failures)
        self.list.setAccessibleName(self.tr("Files that could not be read"))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.list.header().resizeSection(0, 240)
        self.list.setFixedHeight(_ROW_PX * (min(len(failures), _ROWS) + 1) + 12)
        self.show_button = self._button("folder-open-outline", self.tr("Show file"))
        self.retry_button = self._button("refresh", self.tr("Try again"))
        self.ignore_button = self._button("eye-off-outline", self.tr("Ignore"))
        self.retry_button.setToolTip(self.tr("Read all files again that failed"))
        self.ignore_button.setToolTip(self.tr("Take the chosen files, or all, off this list"))
        self.show_button.clicked.connect(self._show_file)
        self.retry_button.clicked.connect(self.retried)
        self.ignore_button.clicked.connect(self._ignore)
        self.list.doubleClicked.connect(self._show_file)
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        for button in (self.show_button, self.retry_button, self.ignore_button):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self.list)
        column.addLayout(row)

    def _button(self, name: str, text: str) -> Button:
        made = Button(icon(name), text)
        made.setAccessibleName(text)
        return made

    def _chosen(self) -> list[int]:
        return [index.row() for index in self.list.selectionModel().selectedRows()]

    def _show_file(self) -> None:
        for row in (self._chosen() or [0])[:1]:
            folder = self.failures.path(row).parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _ignore(self) -> None:
        self.failures.ignore(self._chosen() or range(self.failures.rowCount()))
        self.setVisible(self.failures.rowCount() > 0)
