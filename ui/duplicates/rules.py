"""By which rules a copy is the better one, in an order that the user changes."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..theme import CONTROL_PX, GAP_PX, TIGHT_PX, Type, label, tool
from .copies import RULES

__all__ = ["RulesEditor"]


class RulesEditor(QWidget):
    """The rules, the weightiest first: drag them, or Alt+Up and Alt+Down; Space leaves one out.

    `changed` comes after each change. At least one stays.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = {
            "marks": (self.tr("Picked, or with more stars"), ""),
            "folder": (self.tr("In a preferred folder"), self.tr("The first ones first.")),
            "duration": (self.tr("Longer"), self.tr("By half a second or more.")),
            "resolution": (self.tr("Larger"), self.tr("More pixels, or samples a second.")),
            "length": (self.tr("Of more characters"), ""),
            "lossless": (self.tr("Lossless"), self.tr("Such as png, tiff, flac and wav.")),
            "detail": (self.tr("Less compressed"), self.tr("More bytes a pixel, or a second.")),
            "older": (self.tr("Older"), self.tr("Changed last at an earlier time.")),
            "name": (self.tr("Plainer in name"), self.tr("Not “copy”, not “(1)”; then shorter.")),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT_PX)
        self._rules = _List(self.tr("What makes a copy the one that stays"))
        self._folders = _List(self.tr("Preferred folders"))
        column.addWidget(label(self.tr("The copy that stays is"), Type.TITLE))
        row = QHBoxLayout()
        row.addWidget(self._rules, 1)
        row.addLayout(self._movers(self._rules))
        column.addLayout(row, 1)
        column.addSpacing(GAP_PX)
        heading = QHBoxLayout()
        heading.addWidget(label(self.tr("Preferred folders"), Type.TITLE), 1)
        heading.addWidget(tool("folder-plus-outline", self.tr("Add a folder"), self._add))
        heading.addWidget(tool("minus", self.tr("Take the folder off"), self._take_off))
        column.addLayout(heading)
        row = QHBoxLayout()
        row.addWidget(self._folders, 1)
        row.addLayout(self._movers(self._folders))
        column.addLayout(row)
        self._folders.setFixedHeight(96)
        for widget in (self._rules, self._folders):
            widget.moved.connect(self.changed)
        self._rules.itemChanged.connect(self._ticked)

    def _movers(self, widget: "_List") -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT_PX)
        for name, text, by in (
            ("arrow-up", self.tr("Weigh more"), -1),
            ("arrow-down", self.tr("Weigh less"), 1),
        ):
            column.addWidget(tool(name, text, lambda by=by: widget.move_current(by)))  # type: ignore[misc]
        column.addStretch()
        return column

    @property
    def rules(self) -> tuple[str, ...]:
        """Those that are ticked, the weightiest first."""
        found = (self._rules.item(at) for at in range(self._rules.count()))
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in found
            if item.checkState() is Qt.CheckState.Checked
        )

    @property
    def folders(self) -> tuple[str, ...]:
        """The preferred folders, the most preferred first."""
        return tuple(self._folders.item(at).text() for at in range(self._folders.count()))

    def set_rules(self, rules: Sequence[str], folders: Sequence[str]) -> None:
        """Show an order of rules; those that are left out come last, not ticked."""
        self._rules.blockSignals(True)
        self._rules.clear()
        for rule in (*rules, *(rule for rule in RULES if rule not in rules)):
            name, more = self._words[rule]
            item = QListWidgetItem(name, self._rules)
            item.setToolTip(more)
            item.setSizeHint(QSize(0, CONTROL_PX))
            item.setData(Qt.ItemDataRole.UserRole, rule)
            item.setCheckState(Qt.CheckState.Checked if rule in rules else Qt.CheckState.Unchecked)
        self._rules.blockSignals(False)
        self._folders.clear()
        self._folders.addItems(list(folders))

    def _ticked(self, item: QListWidgetItem) -> None:
        if self.rules:
            self.changed.emit()
        else:
            item.setCheckState(Qt.CheckState.Checked)

    def _add(self) -> None:
        found = QFileDialog.getExistingDirectory(self, self.tr("Rather keep what is in"))
        if found and found not in self.folders:
            self._folders.addItem(str(Path(found)))
            self.changed.emit()

    def _take_off(self) -> None:
        if self._folders.currentRow() >= 0:
            self._folders.takeItem(self._folders.currentRow())
            self.changed.emit()


class _List(QListWidget):
    """A list whose lines are dragged, or moved by Alt+Up and Alt+Down; `moved` comes after."""

    moved = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.model().rowsMoved.connect(self.moved)
        for key, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(lambda by=by: self.move_current(by))

    def move_current(self, by: int) -> None:
        """Move the current line up or down."""
        row = self.currentRow()
        if row < 0 or not 0 <= row + by < self.count():
            return
        self.blockSignals(True)
        self.insertItem(row + by, self.takeItem(row))
        self.setCurrentRow(row + by)
        self.blockSignals(False)
        self.moved.emit()
