"""Five stars: seen, given by click, taken away by the same click, set by keys."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from .icons import icon
from .labels import counted
from .measures import ICON_PX, TIGHT_PX
from .scheme import colours

__all__ = ["StarRating"]

_MOST = 5
_STEP_PX = ICON_PX + TIGHT_PX


class StarRating(QAbstractSlider):
    """0 to 5 stars; `rated` when the user says how many. To a screen reader it is a slider."""

    rated = Signal(int)

    def __init__(self, name: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full, self._empty = icon("star", colour="star"), icon("star-outline", colour="edge")
        self._under_pointer = 0
        self.setRange(0, _MOST)
        self.setPageStep(_MOST)
        self.setAccessibleName(name or self.tr("Stars"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._said)

    @property
    def stars(self) -> int:
        """How many are given."""
        return self.value()

    def set_stars(self, stars: int) -> None:
        """Show so many; this emits nothing."""
        self.blockSignals(True)
        self.setValue(stars)
        self.blockSignals(False)
        self._describe()

    def sizeHint(self) -> QSize:
        """Be as wide as five stars."""
        return QSize(_MOST * _STEP_PX + TIGHT_PX, ICON_PX + 2 * TIGHT_PX)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give as many stars as the digit says; arrows give one more or less."""
        digit = event.key() - Qt.Key.Key_0
        if 0 <= digit <= _MOST:
            self.setValue(digit)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what a click would give."""
        self._under_pointer = self._at(event.position().x())
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Give the stars up to here; where that changes nothing, take them all away."""
        stars = self._at(event.position().x())
        self.setValue(0 if stars == self.value() else stars)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave the button here: what lies behind is not pressed."""
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Show what is given."""
        self._under_pointer = 0
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the stars."""
        painter = QPainter(self)
        shown = self._under_pointer or self.value()
        for star in range(_MOST):
            place = QRect(TIGHT_PX // 2 + star * _STEP_PX + 2, TIGHT_PX, ICON_PX, ICON_PX)
            (self._full if star < shown else self._empty).paint(painter, place)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours().accent), 1))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)

    def _at(self, x: float) -> int:
        return min(max(int((x - TIGHT_PX // 2) // _STEP_PX) + 1, 1), _MOST)

    def _said(self, stars: int) -> None:
        self._describe()
        self.rated.emit(stars)

    def _describe(self) -> None:
        self.setAccessibleDescription(counted(self.value(), self.tr("star"), self.tr("stars")))
        self.update()
