"""A list under a line of the query language, with what could stand at the cursor."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ..theme import GAP_PX, Type, colours, font

__all__ = ["Completer", "Option"]

Option = tuple[str, str, int | None]
"""What to insert, how it is shown, and how many items have it, if known."""

_INSERT = Qt.ItemDataRole.UserRole
_COUNT = Qt.ItemDataRole.UserRole + 1
_ROW_PX = 26
_WIDTHS_PX = (200, 480)
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Completer(QObject):
    """Offers texts in the place of what stands from a place to the cursor of `edit`.

    The list lies in the window, and the keys stay with the line: Up and Down choose, Enter takes
    what is chosen, Tab that or the first, Escape closes. `accepted` comes after the text changed.
    """

    accepted = Signal()

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._start = 0
        self._model = QStandardItemModel(self)
        self.list = QListView(edit)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setAccessibleName(self.tr("Completions"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.hide()
        self.list.clicked.connect(self._take)
        edit.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        """Whether options are offered."""
        return self.list.isVisible()

    def offer(self, start: int, options: Sequence[Option]) -> None:
        """Show options; with none but what is there already, close."""
        self._start = start
        typed = self._edit.text()[start : self._edit.cursorPosition()]
        self._model.clear()
        for insert, shown, count in options:
            if insert != typed:
                item = QStandardItem(shown)
                item.setData(insert, _INSERT)
                item.setData(count, _COUNT)
                self._model.appendRow(item)
        if self._model.rowCount() and self._edit.hasFocus():
            self._open()
        else:
            self.close()

    def close(self) -> None:
        """Offer nothing."""
        self.list.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of the list while it is open."""
        if event.type() == QEvent.Type.FocusOut:
            self.close()
        elif self.is_open and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()
            elif event.type() == QEvent.Type.KeyPress:
                return self._pressed(event.key())
        return super().eventFilter(watched, event)

    def _pressed(self, key: int) -> bool:
        """Heed a key; tell whether it was the list's."""
        chosen, rows = self.list.currentIndex(), self._model.rowCount()
        if key in _STEPS:
            row = chosen.row() if chosen.isValid() else (-1 if key == Qt.Key.Key_Down else rows)
            self.list.setCurrentIndex(self._model.index((row + _STEPS[Qt.Key(key)]) % rows, 0))
        elif key == Qt.Key.Key_Escape:
            self.close()
        elif key == Qt.Key.Key_Tab:
            self._take(chosen if chosen.isValid() else self._model.index(0, 0))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and chosen.isValid():
            self._take(chosen)
        else:
            return False
        return True

    def _open(self) -> None:
        """Lie below the cursor, within the window."""
        window = self._edit.window()
        self.list.setParent(window)
        self.list.setCurrentIndex(QModelIndex())
        metrics, rows = self._edit.fontMetrics(), self._model.rowCount()
        items = (self._model.item(row) for row in range(rows))
        widest = max(metrics.horizontalAdvance(f"{i.text()} {i.data(_COUNT) or ''}") for i in items)
        least, most = _WIDTHS_PX
        width = min(max(widest + 6 * GAP_PX, least), most, window.width())
        below = QPoint(self._edit.cursorRect().left(), self._edit.height() + 2)
        place = self._edit.mapTo(window, below)
        height = min(rows * _ROW_PX + 4, max(window.height() - place.y(), 2 * _ROW_PX))
        left = max(min(place.x(), window.width() - width), 0)
        self.list.setGeometry(left, place.y(), width, height)
        self.list.raise_()
        self.list.show()

    def _take(self, index: QModelIndex) -> None:
        self.close()
        insert, text = index.data(_INSERT), self._edit.text()
        before, after = text[: self._start], text[self._edit.cursorPosition() :]
        done = "" if insert.endswith(":") or after.startswith(" ") else " "
        self._edit.setText(f"{before}{insert}{done}{after}")
        self._edit.setCursorPosition(len(before) + len(insert) + len(done))
        self.accepted.emit()


class _Delegate(QStyledItemDelegate):
    """An option, and at the right how many items have it."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().paint(painter, option, index)
        count = index.data(_COUNT)
        if count is None:
            return
        painter.save()
        painter.setFont(font(Type.SMALL))
        painter.setPen(QColor(colours().soft))
        rect = option.rect.adjusted(GAP_PX, 0, -GAP_PX, 0)
        flag = Qt.AlignmentFlag
        painter.drawText(rect, flag.AlignRight | flag.AlignVCenter, f"{count:,}")
        painter.restore()
