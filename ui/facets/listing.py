"""The list of a facet's values: a name, a count, and whether it is chosen or left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from ..theme import GAP_PX, ICON_PX, RADIUS_PX, TIGHT_PX, Type, colours, font, icon
from .model import Stance, Value
from .values import COUNT, SHARE, STANCE, VALUE, Node, Values

__all__ = ["FEW", "ValueList"]

_ROW_PX = 24
FEW = 8
"""So many values are shown at first, or one more if that is all."""

_MOST_OPEN = 20
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ValueList(QTreeView):
    """Values to click: `toggled` brings the value, and whether it is to be left out.

    Enter and Space choose, with Ctrl they leave out, as Ctrl-click does.
    """

    toggled = Signal(object, bool)
    resized = Signal()
    grown = Signal()

    def __init__(self, name: str, *, tree: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values = Values(self)
        self._all, self._kept = False, 0
        self._opened: set[Value] = set()
        self._current: Value | None = None
        self.setModel(self.values)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setRootIsDecorated(tree)
        self.setIndentation(ICON_PX)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setProperty("plain", True)
        self.values.modelAboutToBeReset.connect(self._remember)
        self.values.modelReset.connect(self._reopen)
        self.expanded.connect(lambda index: self._note(index, open_=True))
        self.collapsed.connect(lambda index: self._note(index, open_=False))

    def show_values(self, nodes: Sequence[Node], said: Mapping[Value, Stance], kept: int) -> None:
        """Show values, and know of so many others that are kept back."""
        self._kept = kept
        self.values.show(nodes, said)
        self.viewport().update()
        self.fit()

    @property
    def hidden_values(self) -> int:
        """How many values there is no room for unless all are shown."""
        return max(self._rows() - FEW - 1, 0) + self._kept

    @property
    def shows_all(self) -> bool:
        """Whether the list grows to hold what it has."""
        return self._all

    def show_all(self, on: bool) -> None:
        """Grow to hold more values, or shrink again; `grown` asks for those kept back."""
        self._all = on
        self.fit()
        self.grown.emit()

    def fit(self) -> None:
        """Be as high as the rows are, up to a limit."""
        most = _MOST_OPEN if self._all else FEW + 1
        self.setFixedHeight(max(min(self._rows(), most), 1) * _ROW_PX)
        shut = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        needed = Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(needed if self._all else shut)
        self.resized.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose by a click, leave out by one with Ctrl or the middle button."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or not self.visualRect(index).contains(event.position().toPoint()):
            return
        if event.button() is Qt.MouseButton.LeftButton:
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self.toggled.emit(index.data(VALUE), bool(control))
        elif event.button() is Qt.MouseButton.MiddleButton:
            self.toggled.emit(index.data(VALUE), True)

    def event(self, event: QEvent) -> bool:
        """Keep the keys that choose from the shortcuts of the window."""
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() in _CHOOSE:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose or leave out the current value."""
        if event.key() in _CHOOSE:
            index = self.currentIndex()
            if index.isValid():
                control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
                self.toggled.emit(index.data(VALUE), bool(control))
        else:
            super().keyPressEvent(event)

    def _rows(self) -> int:
        def under(parent: QModelIndex) -> int:
            rows = self.values.rowCount(parent)
            for row in range(rows):
                index = self.values.index(row, 0, parent)
                if self.isExpanded(index):
                    rows += under(index)
            return rows

        return under(QModelIndex())

    def _remember(self) -> None:
        self._current = self.currentIndex().data(VALUE)

    def _reopen(self) -> None:
        for value in list(self._opened):
            self.expand(self.values.find(value))
        if self.values.rowCount() == 1:
            self.expand(self.values.index(0, 0))
        if self._current is not None:
            self.setCurrentIndex(self.values.find(self._current))
        self.fit()

    def _note(self, index: QModelIndex, *, open_: bool) -> None:
        (self._opened.add if open_ else self._opened.discard)(index.data(VALUE))
        self.fit()


class _Delegate(QStyledItemDelegate):
    """Paints a value: a mark, its name, its count, and a bar as long as its share."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(80, _ROW_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        palette, rect = colours(), QRect(option.rect)
        state: Any = option.state
        stance = index.data(STANCE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        row = rect.adjusted(0, 1, 0, -1)
        if stance is Stance.IN or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(palette.chosen if stance is Stance.IN else palette.hover))
            painter.drawRoundedRect(row, RADIUS_PX, RADIUS_PX)
        bar = QRect(row.left() + 2, row.bottom() - 2, 0, 2)
        bar.setWidth(round((row.width() - 4) * index.data(SHARE)))
        painter.setBrush(QColor(palette.accent if stance is Stance.IN else palette.line))
        painter.drawRect(bar)
        owner = self.parent()
        focused = isinstance(owner, QWidget) and owner.hasFocus()
        if focused and state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(palette.accent))
            painter.drawRoundedRect(row.adjusted(0, 0, -1, -1), RADIUS_PX, RADIUS_PX)
        inside = rect.adjusted(TIGHT_PX, 0, -GAP_PX, -1)
        self._words(painter, inside, index, stance)
        painter.restore()

    def _words(
        self,
        painter: QPainter,
        inside: QRect,
        index: QModelIndex | QPersistentModelIndex,
        stance: Stance,
    ) -> None:
        palette, flag = colours(), Qt.AlignmentFlag
        count = f"{index.data(COUNT):,}"
        painter.setFont(font(Type.SMALL))
        painter.setPen(QColor(palette.soft))
        painter.drawText(inside, flag.AlignRight | flag.AlignVCenter, count)
        inside.setRight(inside.right() - painter.fontMetrics().horizontalAdvance(count) - GAP_PX)
        if stance is not Stance.NONE:
            side = ICON_PX - 2
            place = QRect(inside.left(), inside.center().y() - side // 2, side, side)
            name, colour = ("check", "accent") if stance is Stance.IN else ("minus", "reject")
            icon(name, colour=colour).paint(painter, place)
            inside.setLeft(place.right() + TIGHT_PX + 1)
        letters = font(Type.BODY, bold=stance is Stance.IN)
        letters.setStrikeOut(stance is Stance.OUT)
        painter.setFont(letters)
        empty = index.data(COUNT) == 0
        tone = palette.reject if stance is Stance.OUT else palette.faint if empty else palette.text
        painter.setPen(QColor(tone))
        name = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideMiddle, inside.width()
        )
        painter.drawText(inside, flag.AlignLeft | flag.AlignVCenter, name)
