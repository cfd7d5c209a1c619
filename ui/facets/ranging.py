"""A histogram of which a range is chosen by two grips."""

from collections.abc import Callable, Sequence
from functools import partial
from math import inf

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractSlider, QVBoxLayout, QWidget

from ..theme import Histogram, colours

__all__ = ["RangeHistogram"]

_STEPS = 1000
_GRIP_PX = 12
_EDGE_PX = 6  # of the histogram, left and right of its bars
_HEIGHT_PX = 64


class RangeHistogram(QWidget):
    """Bars of counts with a grip at each end; `settled` brings the range, `inf` for an open end.

    Parameters
    ----------
    name : what the numbers are.
    text_of : writes a number.
    """

    settled = Signal(float, float)
    moved = Signal(float, float)

    def __init__(
        self, name: str, text_of: Callable[[float], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._text_of = text_of
        self._edges: NDArray[np.float64] = np.array([0.0, 1.0])
        self.bars = Histogram(name, keep=None, text_of=text_of, logarithmic=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bars)
        self.setFixedHeight(_HEIGHT_PX)
        self._shade = _Shade(self)
        self.low = _Grip(self.tr("{} at least").format(name), self)
        self.high = _Grip(self.tr("{} at most").format(name), self)
        self.high.setValue(_STEPS)
        for grip in (self.low, self.high):
            grip.valueChanged.connect(partial(self._moved, grip))
            grip.dropped.connect(lambda: self.settled.emit(*self.range))
        self._arrange()

    @property
    def range(self) -> tuple[float, float]:
        """The range chosen: `inf` where nothing is cut off."""
        low = -inf if self.low.value() == 0 else self._number(self.low.value())
        high = inf if self.high.value() == _STEPS else self._number(self.high.value())
        return low, high

    def show_counts(
        self,
        edges: Sequence[float],
        counts: Sequence[int],
        chosen: tuple[float, float] | None,
    ) -> None:
        """Show counts between edges, and the range that is chosen; this emits nothing."""
        self._edges = np.asarray(edges, np.float64)
        self.bars.set_counts(edges, counts)
        low, high = chosen or (-inf, inf)
        for grip, end, open_at in ((self.low, low, 0), (self.high, high, _STEPS)):
            if grip.isSliderDown():
                return
            with QSignalBlocker(grip):
                grip.setValue(open_at if abs(end) == inf else self._step(end))
        self._arrange()

    def sizeHint(self) -> QSize:
        """Be low and wide."""
        return QSize(200, _HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the grips where their numbers are."""
        super().resizeEvent(event)
        self._arrange()

    def x_of(self, step: int) -> float:
        """Return where a step of a grip stands."""
        return _EDGE_PX + (self.width() - 2 * _EDGE_PX) * step / _STEPS

    def step_at(self, x: float) -> int:
        """Return the step that stands at a place."""
        share = (x - _EDGE_PX) / max(self.width() - 2 * _EDGE_PX, 1)
        return round(min(max(share, 0.0), 1.0) * _STEPS)

    def _number(self, step: int) -> float:
        at = np.linspace(0.0, _STEPS, len(self._edges))
        return float(np.interp(step, at, self._edges))

    def _step(self, number: float) -> int:
        at = np.linspace(0.0, _STEPS, len(self._edges))
        return round(float(np.interp(number, self._edges, at)))

    def _moved(self, grip: "_Grip", step: int) -> None:
        if self.low.value() > self.high.value():  # one grip pushes the other
            with QSignalBlocker(self.low), QSignalBlocker(self.high):
                (self.high if grip is self.low else self.low).setValue(step)
        self._arrange()
        self.moved.emit(*self.range)

    def _arrange(self) -> None:
        height = self.bars.height() - self.fontMetrics().height()
        for grip in (self.low, self.high):
            x = round(self.x_of(grip.value()) - _GRIP_PX / 2)
            grip.setGeometry(x, 0, _GRIP_PX, height)
            grip.setAccessibleDescription(self._text_of(self._number(grip.value())))
            grip.setToolTip(self._text_of(self._number(grip.value())))
        self._shade.setGeometry(0, 0, self.width(), height)
        self._shade.ends = self.x_of(self.low.value()), self.x_of(self.high.value())
        self._shade.update()


class _Shade(QWidget):
    """Covers what lies outside of the range."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.ends = (0.0, 0.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim the bars to the left and right."""
        painter, (low, high) = QPainter(self), self.ends
        shade = QColor(colours().panel)
        shade.setAlphaF(0.75)
        painter.fillRect(QRectF(0, 0, low, self.height()), shade)
        painter.fillRect(QRectF(high, 0, self.width() - high, self.height()), shade)


class _Grip(QAbstractSlider):
    """One end of a range; `dropped` when it is let go, or moved by a key."""

    dropped = Signal()

    def __init__(self, name: str, parent: RangeHistogram) -> None:
        super().__init__(parent)
        self._range = parent
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, _STEPS)
        self.setSingleStep(_STEPS // 100)
        self.setPageStep(_STEPS // 10)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setSliderDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self.isSliderDown():
            x = self.mapTo(self._range, event.position().toPoint()).x()
            self.setValue(self._range.step_at(x))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it go."""
        if self.isSliderDown():
            self.setSliderDown(False)
            self.dropped.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move it by arrows, pages, Home and End."""
        before = self.value()
        super().keyPressEvent(event)
        if self.value() != before:
            self.dropped.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a line with a knob."""
        painter, palette = QPainter(self), colours()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.accent if self.hasFocus() else palette.text))
        middle = self.width() / 2
        painter.drawRect(QRectF(middle - 1, 0, 2, self.height()))
        painter.drawRoundedRect(QRectF(middle - 3, self.height() / 2 - 7, 6, 14), 2, 2)
