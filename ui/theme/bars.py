"""Counts as bars over an axis: what both kinds of histogram draw."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from .measures import TIGHT_PX, Type, font
from .scheme import colours

__all__ = ["GRIP_PX", "Bars"]

GRIP_PX = 6
"""Half the width of a handle, and the room beside the axis that it needs."""


class Bars:
    """Counts of bins, and where they stand in `area`.

    The axis is even in bins, whatever their widths, so that bins that grow draw a logarithmic one.

    Attributes
    ----------
    edges : (n + 1,) float64, rising
    counts : (n,) float64
    area : where the bars stand, set before anything is asked or painted
    """

    def __init__(self, text_of: Callable[[float], str], *, logarithmic: bool) -> None:
        self.text_of = text_of
        self._logarithmic = logarithmic
        self.edges: NDArray[np.float64] = np.array([0.0, 1.0])
        self.counts: NDArray[np.float64] = np.zeros(1)
        self.area = QRectF(0, 0, 1, 1)

    def set_counts(self, edges: ArrayLike, counts: ArrayLike) -> None:
        """Take other counts, (n,), of the bins between `edges`, (n + 1,) and rising."""
        edges, counts = np.asarray(edges, np.float64), np.asarray(counts, np.float64)
        if len(edges) != len(counts) + 1 or len(counts) == 0:
            raise ValueError("A histogram needs one more edge than it has counts.")
        self.edges, self.counts = edges, counts

    def set_values(self, values: ArrayLike, bins: int | Sequence[float]) -> None:
        """Count values; what is not finite is left out."""
        values = np.asarray(values, np.float64)
        counts, edges = np.histogram(values[np.isfinite(values)], bins)
        self.set_counts(edges, counts)

    def share_at(self, value: float) -> float:
        """Return where a number stands on the axis, 0 to 1."""
        return float(np.interp(value, self.edges, np.linspace(0.0, 1.0, len(self.edges))))

    def value_at(self, share: float) -> float:
        """Return the number at a place of the axis, 0 to 1."""
        return float(np.interp(share, np.linspace(0.0, 1.0, len(self.edges)), self.edges))

    def x_of(self, value: float) -> float:
        """Return where a number stands, in pixels."""
        return self.area.left() + self.share_at(value) * self.area.width()

    def share_of(self, x: float) -> float:
        """Return the place of the axis at `x`, 0 to 1."""
        return min(max((x - self.area.left()) / self.area.width(), 0.0), 1.0)

    def paint(self, painter: QPainter, width: int, meant: tuple[float, float]) -> None:
        """Paint bars and axis; those between the pixels `meant` in the accent, others in grey."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._paint_bars(painter, meant)
        area, palette = self.area, colours()
        painter.setPen(QColor(palette.edge))
        painter.drawLine(QPointF(area.left(), area.bottom()), QPointF(area.right(), area.bottom()))
        painter.setPen(QColor(palette.soft))
        painter.setFont(font(Type.SMALL))
        under = QRectF(2, area.bottom() + 1, width - 4, painter.fontMetrics().height())
        flag = Qt.AlignmentFlag
        painter.drawText(under, flag.AlignLeft | flag.AlignTop, self.text_of(self.edges[0]))
        painter.drawText(under, flag.AlignRight | flag.AlignTop, self.text_of(self.edges[-1]))

    def _paint_bars(self, painter: QPainter, meant: tuple[float, float]) -> None:
        area, palette = self.area, colours()
        heights = np.log1p(self.counts) if self._logarithmic else self.counts
        tallest = heights.max()
        at = np.linspace(area.left(), area.right(), len(heights) + 1)
        inside, outside = QColor(palette.fill), QColor(palette.edge)
        for left, right, height in zip(at[:-1], at[1:], heights, strict=True):
            if height == 0:
                continue
            tall = max(height / tallest * area.height(), 1.0)
            wide = right - left - (1 if right - left > 5 else 0)
            painter.fillRect(QRectF(left, area.bottom() - tall, wide, tall), outside)
            begin, end = max(left, meant[0]), min(left + wide, meant[1])
            if begin < end:
                painter.fillRect(QRectF(begin, area.bottom() - tall, end - begin, tall), inside)

    def paint_handle(self, painter: QPainter, value: float, *, focused: bool) -> None:
        """Paint a line at a number, with a handle on top."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, x, top = colours(), self.x_of(value), self.area.top() - 1
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.accent if focused else palette.text))
        painter.drawRect(QRectF(x - 1, top, 2, self.area.height() + 1))
        left, right = QPointF(x - GRIP_PX, top - GRIP_PX), QPointF(x + GRIP_PX, top - GRIP_PX)
        painter.drawPolygon(QPolygonF([left, right, QPointF(x, top + 1)]))

    def paint_numbers(
        self, painter: QPainter, values: Sequence[float], width: int, *, focused: bool
    ) -> None:
        """Write one or two numbers over their places, two of them apart from each other."""
        palette = colours()
        painter.setFont(font(Type.SMALL, bold=True))
        painter.setPen(QColor(palette.accent if focused else palette.text))
        texts = [self.text_of(value) for value in values]
        wides = [painter.fontMetrics().horizontalAdvance(text) + TIGHT_PX for text in texts]
        rest, free = sum(wides), 2.0
        for value, text, wide in zip(values, texts, wides, strict=True):
            left = max(min(self.x_of(value) - wide / 2, width - 2 - rest), free)
            free, rest = left + wide, rest - wide
            over = QRectF(left, 1, wide, self.area.top() - GRIP_PX)
            painter.drawText(over, Qt.AlignmentFlag.AlignCenter, text)
