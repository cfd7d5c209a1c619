"""A layout that breaks its row like words break theirs."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from .measures import GAP_PX

__all__ = ["FlowLayout"]


class FlowLayout(QLayout):
    """Widgets in rows from the left, as many in a row as fit, each in its own size."""

    def __init__(self, parent: QWidget | None = None, *, spacing_px: int = GAP_PX) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setSpacing(spacing_px)
        self.setContentsMargins(0, 0, 0, 0)
        if parent is not None:
            parent.setLayout(self)

    def fill(self, widgets: Iterable[QWidget]) -> None:
        """Put these widgets in the place of those that are there.

        Much faster than adding them one by one to what is seen: each one would be shown by itself,
        and the whole be arranged anew for it.
        """
        holder = self.parentWidget()
        hidden = holder is not None and holder.isVisible()
        if holder is not None and hidden:
            holder.hide()
        self.clear()
        for widget in widgets:
            self.addWidget(widget)
        if holder is not None and hidden:
            holder.show()

    def clear(self) -> None:
        """Take all widgets out and let them go."""
        while self._items:
            widget = self._items.pop().widget()
            if widget is not None:
                widget.hide()  # not `setParent`, which would style it anew
                widget.deleteLater()
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item; `addWidget` comes here."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one of them, None past the end, as Qt wants it."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take one out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Want no more room than there is need of."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that a narrower one is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return how high the rows are in that width."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put every widget in its place."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """Like best to stand in one row."""
        hints = [item.sizeHint() for item in self._items]
        wide = sum(hint.width() for hint in hints) + self.spacing() * max(len(hints) - 1, 0)
        return self._with_margins(wide, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """Need the widest and the highest of them."""
        sizes = [item.minimumSize() for item in self._items]
        return self._with_margins(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def _with_margins(self, width: int, height: int) -> QSize:
        margins = self.contentsMargins()
        return QSize(
            width + margins.left() + margins.right(), height + margins.top() + margins.bottom()
        )

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        inside = rect.marginsRemoved(self.contentsMargins())
        x, y, tall = inside.x(), inside.y(), 0
        for item in self._items:
            if item.isEmpty():  # its widget is hidden
                continue
            size = item.sizeHint()
            if x > inside.x() and x + size.width() > inside.right() + 1:
                x, y, tall = inside.x(), y + tall + self.spacing(), 0
            size.setWidth(min(size.width(), max(inside.width(), 1)))
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()
            tall = max(tall, size.height())
        return y + tall - rect.y() + self.contentsMargins().bottom()
