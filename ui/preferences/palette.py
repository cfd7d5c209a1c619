"""All commands by a few letters of their names."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QAction, QColor, QIcon, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ..theme import GAP_PX, ICON_PX, PAD_PX, Type, colours, font, label
from .fuzzy import ranked

__all__ = ["CommandList", "CommandPalette"]

_INDEX = QModelIndex()
_KEYS_ROLE = Qt.ItemDataRole.UserRole
_PLACES_ROLE = Qt.ItemDataRole.UserRole + 1
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class CommandList(QAbstractListModel):
    """The actions that match what was typed, the best first; those that can't be done left out."""

    def __init__(self, actions: Sequence[QAction], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all = [action for action in actions if action.isEnabled() and action.isVisible()]
        self._texts = [action.text().replace("&", "") for action in self._all]
        self._shown = ranked("", self._texts)

    def narrow(self, typed: str) -> None:
        """Show the actions that have these letters in order."""
        self.beginResetModel()
        self._shown = ranked(typed, self._texts)
        self.endResetModel()

    def action(self, row: int) -> QAction:
        """Return the action in a row."""
        return self._all[self._shown[row][0]]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _INDEX) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        at, places = self._shown[index.row()]
        keys = self._all[at].shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        text = self._texts[at]
        return {
            Qt.ItemDataRole.DisplayRole: text,
            Qt.ItemDataRole.AccessibleTextRole: f"{text}, {keys}" if keys else text,
            Qt.ItemDataRole.DecorationRole: self._all[at].icon(),
            _KEYS_ROLE: keys,
            _PLACES_ROLE: places,
        }.get(role)


class CommandPalette(QDialog):
    """Type some letters, press Enter: the first command that has them is done.

    The command is triggered after the dialog is gone, so that it acts on what had the focus.
    """

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(self.tr("All commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._model = CommandList(actions, self)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("Letters of a command's name"))
        self.field.textEdited.connect(self._narrow)
        self.field.installEventFilter(self)
        self.list = QListView(self)
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Line(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._do)
        self._none = label(self.tr("No command has these letters."), tone="soft")
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        column.setSpacing(GAP_PX)
        for widget in (self.field, self.list, self._none):
            column.addWidget(widget)
        self.resize(480, 380)
        self._narrow("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress and event.key() in _MOVES:
                self.list.keyPressEvent(event)
                return True
            if event.type() is QEvent.Type.KeyPress and event.key() in (
                Qt.Key.Key_Return,
                Qt.Key.Key_Enter,
            ):
                self._do(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _narrow(self, typed: str) -> None:
        self._model.narrow(typed)
        self.list.setCurrentIndex(self._model.index(0, 0))
        self._none.setVisible(self._model.rowCount() == 0)

    def _do(self, index: QModelIndex) -> None:
        if index.isValid():
            action = self._model.action(index.row())
            self.accept()
            action.trigger()


class _Line(QStyledItemDelegate):
    """Icon, name with the typed letters in bold, and the keys at the right."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, option.fontMetrics.height() + 2 * GAP_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        palette = colours()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or hovered:
            painter.fillRect(option.rect, QColor(palette.chosen if chosen else palette.hover))
        area = option.rect.adjusted(GAP_PX, 0, -GAP_PX, 0)
        found = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(found, QIcon):
            top = area.center().y() - ICON_PX // 2  # of a higher place the glyph would be cut off
            found.paint(painter, QRect(area.left(), top, ICON_PX, ICON_PX))
        area.setLeft(area.left() + ICON_PX + GAP_PX)
        flag = Qt.AlignmentFlag
        painter.setPen(QColor(palette.soft))
        painter.setFont(font(Type.SMALL))
        painter.drawText(area, flag.AlignVCenter | flag.AlignRight, index.data(_KEYS_ROLE))
        painter.setPen(QColor(palette.text))
        places = set(index.data(_PLACES_ROLE))
        for at, letter in enumerate(index.data()):
            used = font(Type.BODY, bold=at in places)
            used.setUnderline(at in places)
            painter.setFont(used)
            painter.drawText(area, flag.AlignVCenter | flag.AlignLeft, letter)
            area.setLeft(area.left() + painter.fontMetrics().horizontalAdvance(letter))
        painter.restore()
