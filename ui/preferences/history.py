"""What was done to the collection, and the way back."""

from typing import Any

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..session import Session
from ..theme import GAP_PX, PAD_PX, EmptyState, icon

__all__ = ["HistoryDialog"]

_LIMIT = 500


class HistoryDialog(QDialog):
    """The log of marks, decisions and names, newest first, with undo and redo."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: int | None = None
        self.setWindowTitle(self.tr("History"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QTreeWidget(self)
        self.list.setAccessibleName(self.tr("What was done, newest first"))
        self.list.setHeaderLabels([self.tr("When"), self.tr("What")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._empty = EmptyState(
            "history",
            self.tr("Nothing was done yet"),
            self.tr("Picks, stars, tags, notes, decisions and names will be listed here."),
        )
        self._pages = QStackedLayout()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        self.back = self._button("undo", self.tr("Undo"), session.undo)
        self.forth = self._button("redo", self.tr("Redo"), session.redo)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAccessibleName(self.tr("Close"))
        buttons.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self.back)
        row.addWidget(self.forth)
        row.addStretch()
        row.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        column.addLayout(self._pages, 1)
        column.addLayout(row)
        self.resize(560, 480)
        session.marked.connect(self._read)
        session.found.connect(self._read)
        session.opened.connect(self._read)
        self._read()

    def _button(self, name: str, text: str, pressed: Any) -> QPushButton:
        made = QPushButton(icon(name), text)
        made.setAccessibleName(text)
        made.setAutoDefault(False)
        made.clicked.connect(pressed)
        return made

    def _read(self) -> None:
        turns = self._session.about.get("undo", {})
        for button, name, word in (
            (self.back, "undo", self.tr("Undo")),
            (self.forth, "redo", self.tr("Redo")),
        ):
            said = turns.get(name)
            button.setEnabled(bool(said))
            button.setToolTip(f"{word}: {said}" if said else "")
        if self._session.collection is None:
            self._show({"entries": []})
        else:
            self._forget()
            self._asked = self._session.ask("log", {"limit": _LIMIT}, self._show)

    def _forget(self) -> None:
        if self._asked is not None:
            self._session.forget(self._asked)
            self._asked = None

    def done(self, result: int) -> None:
        self._forget()
        super().done(result)

    def _show(self, document: dict[str, Any]) -> None:
        self._asked = None
        self.list.clear()
        self.list.addTopLevelItems([_row(entry) for entry in document["entries"]])
        self.list.resizeColumnToContents(0)
        self._pages.setCurrentWidget(self.list if document["entries"] else self._empty)


def _row(entry: dict[str, Any]) -> QTreeWidgetItem:
    when = QDateTime.fromString(entry["time"], Qt.DateFormat.ISODateWithMs).toLocalTime()
    text = QLocale().toString(when, QLocale.FormatType.ShortFormat)
    row = QTreeWidgetItem([text, entry["words"]])
    row.setToolTip(1, entry["words"])
    row.setFlags(row.flags() & ~Qt.ItemFlag.ItemIsEditable)
    return row
