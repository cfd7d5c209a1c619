"""Numbers as bars, with a range between two bounds."""

from collections.abc import Callable

from numpy.typing import ArrayLike
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from .bars import GRIP_PX, Bars
from .measures import RADIUS_PX
from .scheme import colours

__all__ = ["Range", "RangeHistogram"]

Range = tuple[float | None, float | None]
"""Lower and upper bound; None where there is none."""

_STEP, _LONG_STEP = 0.01, 0.1  # of the axis


class RangeHistogram(QWidget):
    """Bars of counts, of which a range can be chosen.

    Drag over the bars to choose, drag a bound to move it, double-click to choose all. By key:
    arrows move the lower bound, with Shift the upper one, with Ctrl in long steps; Delete chooses
    all. `changed` brings both bounds when the mouse is let go, and after each key.

    Parameters
    ----------
    name : what is counted; the accessible name.
    text_of : writes a number of the axis.
    logarithmic : draw counts by their logarithm.
    """

    changed = Signal(object, object)

    def __init__(
        self,
        name: str,
        *,
        text_of: Callable[[float], str] = "{:.2f}".format,
        logarithmic: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bars = Bars(text_of, logarithmic=logarithmic)
        self._range: Range = (None, None)
        self._fixed: float | None = None  # the bound that stays while the other one is dragged
        self._pressed_at = 0.0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    @property
    def range(self) -> Range:
        """The range that is chosen."""
        return self._range

    def set_counts(self, edges: ArrayLike, counts: ArrayLike) -> None:
        """Show counts, (n,), of the bins between `edges`, (n + 1,) and rising."""
        self._bars.set_counts(edges, counts)
        self.update()

    def set_range(self, low: float | None, high: float | None) -> None:
        """Show a range; this emits nothing."""
        self._range = (low, high)
        self._describe()
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(200, 76)

    def minimumSizeHint(self) -> QSize:
        return QSize(100, 56)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        x = event.position().x()
        self._pressed_at = x
        low, high = self._ends()
        near = [end for end in (low, high) if abs(self._bars.x_of(end) - x) <= GRIP_PX]
        if near and self._range != (None, None):
            self._fixed = high if near[0] == low else low
        else:
            self._fixed = self._bars.value_at(self._bars.share_of(x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._fixed is not None and abs(x - self._pressed_at) > 2:
            moved = self._bars.value_at(self._bars.share_of(x))
            self.set_range(*self._as_range(*sorted((self._fixed, moved))))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged = abs(event.position().x() - self._pressed_at) > 2
        if self._fixed is not None and dragged:
            self.changed.emit(*self._range)
        self._fixed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._choose(None, None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = event.modifiers()
        step = _LONG_STEP if keys & Qt.KeyboardModifier.ControlModifier else _STEP
        step *= {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._choose(None, None)
        elif step:
            low, high = map(self._bars.share_at, self._ends())
            if keys & Qt.KeyboardModifier.ShiftModifier:
                high = min(max(high + step, low), 1.0)
            else:
                low = max(min(low + step, high), 0.0)
            self._choose(*self._as_range(self._bars.value_at(low), self._bars.value_at(high)))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: object) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, bars, focused = QPainter(self), self._bars, self.hasFocus()
        low, high = self._ends()
        bars.paint(painter, self.width(), (bars.x_of(low), bars.x_of(high)))
        bounds = [end for end in self._range if end is not None]
        for bound in bounds:
            bars.paint_handle(painter, bound, focused=focused)
        bars.paint_numbers(painter, bounds, self.width(), focused=focused)
        if focused:
            painter.setPen(QPen(QColor(colours().accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS_PX, RADIUS_PX)

    def _place(self) -> None:
        line = self.fontMetrics().height()
        tall = max(self.height() - 2 * line - GRIP_PX - 4, 1)
        wide = max(self.width() - 2 * GRIP_PX, 1)
        self._bars.area = QRectF(GRIP_PX, line + GRIP_PX + 2, wide, tall)
        self.update()

    def _ends(self) -> tuple[float, float]:
        low, high = self._range
        edges = self._bars.edges
        return (
            float(edges[0]) if low is None else low,
            float(edges[-1]) if high is None else high,
        )

    def _as_range(self, low: float, high: float) -> Range:
        """Return bounds, none where they stand at the end of the axis."""
        edges = self._bars.edges
        return (None if low <= edges[0] else low, None if high >= edges[-1] else high)

    def _choose(self, low: float | None, high: float | None) -> None:
        if (low, high) != self._range:
            self.set_range(low, high)
            self.changed.emit(low, high)

    def _describe(self) -> None:
        low, high = self._range
        text_of = self._bars.text_of
        said = [] if low is None else [self.tr("from {}").format(text_of(low))]
        said += [] if high is None else [self.tr("to {}").format(text_of(high))]
        self.setAccessibleDescription(" ".join(said) or self.tr("all"))
