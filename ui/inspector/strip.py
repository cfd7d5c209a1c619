"""A row of small faces of items: press one to go to it."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..grid.faces import Faces
from ..items import MODALITIES
from ..session import Session
from ..theme import RADIUS_PX, TIGHT_PX, Type, colours, current, font, icon

__all__ = ["Strip"]

_LEAST_PX = 56
_MOST = 6
_GLYPHS = {"image": "image-outline", "text": "text-box-outline", "audio": "waveform"}


class Strip(QWidget):
    """Shows items in small, with words below each; `chosen` brings the row that was pressed."""

    chosen = Signal(int)

    def __init__(self, session: Session, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: list[int] = []
        self._words: list[str] = []
        self._at = 0
        self._faces = Faces(budget_bytes=4 << 20)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        session.thumbnails.made.connect(self._made)
        theme = current()
        if theme is not None:
            theme.changed.connect(self._faces.clear)

    @property
    def rows(self) -> tuple[int, ...]:
        """What is shown."""
        return tuple(self._rows)

    def show_rows(self, rows: Sequence[int], words: Sequence[str]) -> None:
        """Show items, each with its words."""
        self._rows, self._words, self._at = list(rows[:_MOST]), list(words[:_MOST]), 0
        self._describe()
        self.updateGeometry()
        self.update()

    def place(self, at: int) -> QRect:
        """Return where the face of one of them is."""
        side = self._side()
        return QRect(at * (side + TIGHT_PX), 0, side, side)

    def sizeHint(self) -> QSize:
        """Be as high as a face and its words."""
        return QSize(_MOST * (_LEAST_PX + TIGHT_PX), self._side() + self._line())

    def _side(self) -> int:
        return max((self.width() + TIGHT_PX) // _MOST - TIGHT_PX, _LEAST_PX // 2)

    def _line(self) -> int:
        return round(self.fontMetrics().height() * 0.95) + 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the faces square."""
        super().resizeEvent(event)
        self.setFixedHeight(self._side() + self._line())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint faces and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, items = colours(), self._session.items
        painter.setFont(font(Type.SMALL))
        ratio = self.devicePixelRatioF()
        for at, row in enumerate(self._rows):
            place = self.place(at)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.field))
            painter.drawRoundedRect(place, RADIUS_PX, RADIUS_PX)
            thumbnail = self._session.thumbnails.get(row, round(place.width() * ratio))
            if thumbnail is None:
                spot = QRect(0, 0, 20, 20)
                spot.moveCenter(place.center())
                icon(_GLYPHS[MODALITIES[items.modality[row]]], colour="faint").paint(painter, spot)
            else:
                face = self._faces.get(row, thumbnail, place.size(), ratio)
                size = face.deviceIndependentSize().toSize()
                middle = QPoint(size.width() // 2, size.height() // 2)
                painter.drawPixmap(place.center() - middle, face)
            if at == self._at and self.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), RADIUS_PX, RADIUS_PX)
            painter.setPen(QColor(theme.soft))
            below = QRect(place.left(), place.bottom() + 1, place.width(), self._line())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._words[at])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Name the item under the pointer."""
        at = self._under(event.position().toPoint())
        inside = at is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if inside else Qt.CursorShape.ArrowCursor)
        self.setToolTip(self._session.items.name(self._rows[at]) if at is not None else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the focus, so that the keys go on from here."""
        at = self._under(event.position().toPoint())
        if at is not None:
            self._at = at
            self._describe()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to the item."""
        at = self._under(event.position().toPoint())
        if at is not None and at == self._at and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self._rows[at])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by the arrows, go to the item by Enter."""
        key = event.key()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        if step and self._rows:
            self._at = min(max(self._at + step, 0), len(self._rows) - 1)
            self._describe()
            self.update()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._rows:
            self.chosen.emit(self._rows[self._at])
        else:
            super().keyPressEvent(event)

    def _under(self, point: QPoint) -> int | None:
        return next((at for at in range(len(self._rows)) if self.place(at).contains(point)), None)

    def _describe(self) -> None:
        if self._rows:
            name = self._session.items.name(self._rows[self._at])
            self.setAccessibleDescription(
                self.tr("{}, {}, {} of {}").format(
                    name, self._words[self._at], self._at + 1, len(self._rows)
                )
            )

    def _made(self, row: int) -> None:
        if row in self._rows:
            self.update(self.place(self._rows.index(row)))
