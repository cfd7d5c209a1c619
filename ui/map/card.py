"""The card beside the pointer: what the point under it stands for."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget

from ..grid.faces import Faces
from ..grid.thumbnails import Thumbnail
from ..theme import PAD_PX, Card

__all__ = ["HoverCard"]

_SIDE_PX = 168
_AWAY_PX = 16


class HoverCard(Card):
    """A name, a quiet line and a thumbnail; it never takes the pointer nor the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._faces = Faces(budget_bytes=1 << 20)
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setFixedHeight(_SIDE_PX)
        self.body.addWidget(self._picture)
        self.setFixedWidth(_SIDE_PX + 2 * PAD_PX + 2)
        self.hide()

    def tell(self, row: int, name: str, line: str, thumbnail: Thumbnail | None) -> None:
        """Say what the item is; its thumbnail may come later."""
        self.say(name, line)
        self._picture.clear()
        if thumbnail is not None:
            size = QSize(_SIDE_PX, _SIDE_PX)
            self._picture.setPixmap(self._faces.get(row, thumbnail, size, self.devicePixelRatioF()))

    def forget(self) -> None:
        """Draw anew what it shows, as when the colours change."""
        self._faces.clear()

    def show_at(self, pixel: QPoint, inside: QRect) -> None:
        """Stand below and to the right of a pixel, or where there is room."""
        self.adjustSize()
        place = QRect(pixel + QPoint(_AWAY_PX, _AWAY_PX), self.size())
        if place.right() > inside.right():
            place.moveRight(pixel.x() - _AWAY_PX)
        if place.bottom() > inside.bottom():
            place.moveBottom(pixel.y() - _AWAY_PX)
        place.moveTop(max(place.top(), inside.top()))
        self.move(place.topLeft())
        self.show()
        self.raise_()
