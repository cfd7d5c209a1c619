"""Numbers as bars, with a threshold that can be dragged or moved by keys."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from .bars import GRIP_PX, Bars
from .measures import TIGHT_PX

__all__ = ["Histogram"]

_STEPS = 1000


class Histogram(QAbstractSlider):
    """Bars of counts; over them, if it is set, a threshold.

    It is a slider to keyboards and screen readers: arrows move the threshold by half a percent of
    the axis, page keys by a tenth, Home and End to its ends. `moved` comes at each move, `settled`
    when it is let go, at once after a key. The axis is even in bins, whatever their widths, so that
    bins that grow draw a logarithmic axis.

    Parameters
    ----------
    name : what is counted; the accessible name.
    keep : the side of the threshold that is meant, drawn in the accent; None for both.
    text_of : writes a number of the axis.
    logarithmic : draw counts by their logarithm, for when one bin holds nearly all.
    """

    moved = Signal(float)
    settled = Signal(float)

    def __init__(
        self,
        name: str,
        *,
        keep: Literal["above", "below"] | None = "above",
        text_of: Callable[[float], str] = "{:.2f}".format,
        logarithmic: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keep = keep
        self._bars = Bars(text_of, logarithmic=logarithmic)
        self._threshold: float | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, _STEPS)
        self.setSingleStep(_STEPS // 200)
        self.setPageStep(_STEPS // 10)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._value_changed)
        self.sliderReleased.connect(lambda: self.settled.emit(self._threshold))

    @property
    def threshold(self) -> float | None:
        """The threshold in the numbers' own unit, None if there is none."""
        return self._threshold

    @property
    def counts(self) -> NDArray[np.float64]:
        """The counts shown, (n,)."""
        return self._bars.counts

    def set_counts(self, edges: ArrayLike, counts: ArrayLike) -> None:
        """Show counts, (n,), of the bins between `edges`, (n + 1,) and rising."""
        self._bars.set_counts(edges, counts)
        self.set_threshold(self._threshold)

    def set_values(self, values: ArrayLike, bins: int | Sequence[float] = 60) -> None:
        """Show how `values` spread; what is not finite is left out."""
        self._bars.set_values(values, bins)
        self.set_threshold(self._threshold)

    def set_threshold(self, threshold: float | None) -> None:
        """Put the threshold at a number, or take it away; this emits nothing."""
        self._threshold = threshold
        there = threshold is not None
        focus, cursor = Qt.FocusPolicy, Qt.CursorShape
        self.setFocusPolicy(focus.StrongFocus if there else focus.NoFocus)
        self.setCursor(cursor.SplitHCursor if there else cursor.ArrowCursor)
        if threshold is not None:
            self.blockSignals(True)
            self.setValue(round(self._bars.share_at(threshold) * _STEPS))
            self.blockSignals(False)
        self._describe()
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(240, 96)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 56)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._threshold is None or event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self._drag(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._drag(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Only where the user is: else a page could not be scrolled past it.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def resizeEvent(self, event: object) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, bars, threshold = QPainter(self), self._bars, self._threshold
        low, high = 0.0, float(self.width())
        if threshold is not None and self._keep == "above":
            low = bars.x_of(threshold)
        elif threshold is not None and self._keep == "below":
            high = bars.x_of(threshold)
        bars.paint(painter, self.width(), (low, high))
        if threshold is not None:
            bars.paint_handle(painter, threshold, focused=self.hasFocus())
            bars.paint_numbers(painter, [threshold], self.width(), focused=self.hasFocus())

    def _place(self) -> None:
        line = self.fontMetrics().height()
        top = line + GRIP_PX if self._threshold is not None else TIGHT_PX
        tall = max(self.height() - top - line - 2, 1)
        self._bars.area = QRectF(GRIP_PX, top, max(self.width() - 2 * GRIP_PX, 1), tall)
        self.update()

    def _drag(self, event: QMouseEvent) -> None:
        self.setSliderPosition(round(self._bars.share_of(event.position().x()) * _STEPS))

    def _value_changed(self, step: int) -> None:
        if self._threshold is None:
            return
        self._threshold = self._bars.value_at(step / _STEPS)
        self._describe()
        self.update()
        self.moved.emit(self._threshold)
        if not self.isSliderDown():
            self.settled.emit(self._threshold)

    def _describe(self) -> None:
        shown = "" if self._threshold is None else self._bars.text_of(self._threshold)
        self.setAccessibleDescription(shown)
