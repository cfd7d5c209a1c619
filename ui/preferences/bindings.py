"""The page on which every command gets the key that the user wants."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..theme import GAP_PX, PAD_PX, Banner, label, tool
from .commands import COMMANDS, CONTEXT, GROUPS
from .fuzzy import matched
from .shortcuts import KeyTaken, Shortcuts, shown

__all__ = ["Bindings"]

_NAME = Qt.ItemDataRole.UserRole


class Bindings(QWidget):
    """All commands with their keys; choose one, press a key. A key in use is refused in words."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shortcuts = shortcuts
        self._rows: dict[str, QTreeWidgetItem] = {}
        self._headings: dict[str, QTreeWidgetItem] = {}
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Find a command"))
        self._search.setAccessibleName(self.tr("Find a command"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._narrow)
        self.list = QTreeWidget(self)
        self.list.setAccessibleName(self.tr("Commands and their keys"))
        self.list.setHeaderLabels([self.tr("Command"), self.tr("Keys")])
        self.list.setUniformRowHeights(True)
        self.list.currentItemChanged.connect(self._chosen)
        self.field = QKeySequenceEdit()
        self.field.setMaximumSequenceLength(1)
        self.field.setAccessibleName(self.tr("New key"))
        self.field.installEventFilter(self)
        self.field.editingFinished.connect(self._pressed)
        self._clear = tool("close", self.tr("Take its keys away"), self._take_away)
        self._usual = tool("restore", self.tr("Its usual keys"), self._set_back)
        self.banner = Banner()
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(label(self.tr("New key")))
        row.addWidget(self.field, 1)
        row.addWidget(self._clear)
        row.addWidget(self._usual)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, 0)
        column.setSpacing(GAP_PX)
        column.addWidget(self._search)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        column.addWidget(self.banner)
        self._fill()
        shortcuts.changed.connect(self._show_keys)

    def choose(self, name: str) -> None:
        """Make a command the one that a new key is for."""
        self.list.setCurrentItem(self._rows[name])

    def reset(self) -> None:
        """Give every command its usual keys."""
        self._shortcuts.reset()
        self.banner.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Tab leads on and Escape out, as in every other field: they are no keys to give away.
        leaving = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)
        if (
            watched is self.field
            and isinstance(event, QKeyEvent)
            and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
            and event.key() in leaving
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        for group, title in GROUPS.items():
            heading = QTreeWidgetItem([QCoreApplication.translate(CONTEXT, title)])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            names = [name for name in self._shortcuts.actions if COMMANDS[name].group == group]
            for name in names:
                row = QTreeWidgetItem([self._shortcuts.title(name)])
                row.setData(0, _NAME, name)
                self._rows[name] = row
                heading.addChild(row)
            if names:
                self._headings[group] = heading
                self.list.addTopLevelItem(heading)
        for name in self._rows:
            self._show_keys(name)
        self.list.expandAll()
        self.list.resizeColumnToContents(0)
        self._chosen()

    def _current(self) -> str | None:
        row = self.list.currentItem()
        found = row.data(0, _NAME) if row is not None else None
        return None if found is None else str(found)

    def _chosen(self) -> None:
        name = self._current()
        for widget in (self.field, self._clear, self._usual):
            widget.setEnabled(name is not None)
        self.field.clear()
        self.banner.hide()

    def _pressed(self) -> None:
        sequence, name = self.field.keySequence(), self._current()
        if sequence.isEmpty() or name is None:
            return
        self.field.clear()
        key = sequence.toString(QKeySequence.SequenceFormat.PortableText)
        others = self._shortcuts.keys(name)[1:]
        try:
            self._shortcuts.rebind(name, (key, *others))
        except KeyTaken as refused:
            self.banner.say("warning", str(refused))
        else:
            self.banner.hide()

    def _take_away(self) -> None:
        name = self._current()
        if name is not None:
            self._shortcuts.rebind(name, ())

    def _set_back(self) -> None:
        name = self._current()
        if name is not None:
            try:
                self._shortcuts.rebind(name, COMMANDS[name].keys)
            except KeyTaken as refused:
                self.banner.say("warning", str(refused))

    def _show_keys(self, name: str) -> None:
        if name in self._rows:
            keys = self._shortcuts.keys(name)
            self._rows[name].setText(1, shown(*keys))

    def _narrow(self, typed: str) -> None:
        found = {name for name, row in self._rows.items() if matched(typed, row.text(0))}
        for name, row in self._rows.items():
            row.setHidden(name not in found)
        groups = {COMMANDS[name].group for name in found}
        for group, heading in self._headings.items():
            heading.setHidden(group not in groups)
