"""The line that a query is typed into."""

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from .dropping import can_take

__all__ = ["QueryLine"]


class QueryLine(QLineEdit):
    """A line of text; files and pictures that are pasted or dropped are not its own.

    `escaped` comes by Escape, `emptied` and `recalled` by Backspace and Down in an empty line, and
    `pasted` with what holds a file or a picture.
    """

    escaped = Signal()
    emptied = Signal()
    recalled = Signal()
    pasted = Signal(QMimeData)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)  # the bar around it takes them

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that are not typing."""
        if event.matches(QKeySequence.StandardKey.Paste):
            data = QGuiApplication.clipboard().mimeData()
            if can_take(data):
                self.pasted.emit(data)
                return
        if event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.emptied.emit()
        elif event.key() == Qt.Key.Key_Down and not self.text():
            self.recalled.emit()
        else:
            super().keyPressEvent(event)
