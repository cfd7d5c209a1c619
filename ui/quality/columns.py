"""Cards of one width in as many columns as fit."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from .. import theme

__all__ = ["Columns"]

_LEAST_PX = 260


class Columns(QWidget):
    """Widgets side by side, all equally wide, as many in a row as have room."""

    def __init__(self, widgets: list[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widgets = widgets
        self._count = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.PAD_PX)
        self._arrange(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many columns as fit now."""
        super().resizeEvent(event)
        self._arrange(max(1, (self.width() + theme.PAD_PX) // (_LEAST_PX + theme.PAD_PX)))

    def _arrange(self, columns: int) -> None:
        if columns == self._count:
            return
        for column in range(max(self._count, columns)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._count = columns
        for place, widget in enumerate(self._widgets):
            self._grid.addWidget(widget, *divmod(place, columns))
