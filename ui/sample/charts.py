"""How well a sample covers the items: the curve as it grew, and the sample beside others."""

from math import log10

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from .. import theme
from .model import Cover, Outcome

__all__ = ["CoverTable", "CoverageCurve"]

_LEFT_PX, _BOTTOM_PX = 48, 40
_LINE_PX = 26
_HIGHEST_PX = 380


class CoverageCurve(QWidget):
    """The radius of the sample as it grew; the band is where random samples of its size end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outcome: Outcome | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(_HIGHEST_PX)
        self.setAccessibleName(self.tr("Coverage curve"))

    def show_outcome(self, outcome: Outcome | None) -> None:
        """Draw the curve of a sample."""
        self._outcome = outcome
        told = outcome.curve if outcome else ()
        self.setAccessibleDescription(
            "; ".join(self.tr("{:,} picks: {:.2f}").format(*point) for point in told)
        )
        self.update()

    def sizeHint(self) -> QSize:
        """Like to be wider than high."""
        return QSize(520, 260)

    def minimumSizeHint(self) -> QSize:
        """Leave room for the axes and a curve."""
        return QSize(240, 160)

    def _area(self) -> QRectF:
        return QRectF(
            _LEFT_PX, theme.GAP_PX, self.width() - _LEFT_PX - theme.WIDE_PX,
            self.height() - theme.GAP_PX - _BOTTOM_PX,
        )  # fmt: skip

    def _highest(self) -> float:
        assert self._outcome is not None
        tops = [radius for _, radius in self._outcome.curve]
        if self._outcome.random and self._outcome.spread:
            tops.append(self._outcome.random.radius + self._outcome.spread.radius)
        return max([*tops, 0.01]) * 1.08

    def _at(self, picks: float, radius: float) -> QPointF:
        assert self._outcome is not None
        area = self._area()
        first, last = self._outcome.curve[0][0], self._outcome.curve[-1][0]
        share = log10(max(picks, first) / first) / log10(last / first) if last > first else 1.0
        return QPointF(
            area.left() + share * area.width(),
            area.bottom() - radius / self._highest() * area.height(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axes, band and curve."""
        if self._outcome is None or not self._outcome.curve:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.Type.SMALL))
        self._paint_axes(painter)
        self._paint_band(painter)
        palette = theme.colours()
        points = [self._at(*point) for point in self._outcome.curve]
        painter.setPen(QPen(QColor(palette.accent), 2))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(palette.accent))
        for point in points:
            painter.drawEllipse(point, 3.5, 3.5)
        last = self._outcome.curve[-1][1]
        painter.setPen(QColor(palette.text))
        painter.setFont(theme.font(theme.Type.SMALL, bold=True))
        spot = points[-1]
        painter.drawText(
            QRectF(spot.x() - 60, spot.y() + 6, 60, 18),
            int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop),
            f"{last:.2f}",
        )

    def _paint_axes(self, painter: QPainter) -> None:
        assert self._outcome is not None
        palette, area, highest = theme.colours(), self._area(), self._highest()
        step = next(
            step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if highest / step <= 6 or step == 0.5
        )
        for number in range(int(highest / step) + 1):
            y = self._at(0, number * step).y()
            painter.setPen(QColor(palette.line))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(palette.soft))
            painter.drawText(
                QRectF(0, y - 9, _LEFT_PX - 6, 18),
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                f"{number * step:.2f}",
            )
        free = area.left() - 40
        for picks, _ in self._outcome.curve:
            x = self._at(picks, 0).x()
            if x - free < 40:
                continue
            free = x
            painter.drawText(
                QRectF(x - 40, area.bottom() + 3, 80, 16),
                int(Qt.AlignmentFlag.AlignHCenter),
                f"{picks:,}",
            )
        painter.drawText(
            QRectF(area.left(), area.bottom() + 20, area.width(), 18),
            int(Qt.AlignmentFlag.AlignHCenter),
            self.tr("Picks; distance of the item that is farthest from all of them"),
        )

    def _paint_band(self, painter: QPainter) -> None:
        assert self._outcome is not None
        random, spread = self._outcome.random, self._outcome.spread
        if random is None or spread is None:
            return
        area, palette = self._area(), theme.colours()
        top = self._at(0, random.radius + spread.radius).y()
        bottom = self._at(0, random.radius - spread.radius).y()
        colour = QColor(palette.warning)
        colour.setAlphaF(0.16)
        painter.fillRect(QRectF(area.left(), top, area.width(), bottom - top), colour)
        painter.setPen(QPen(QColor(palette.warning), 1, Qt.PenStyle.DashLine))
        middle = self._at(0, random.radius).y()
        painter.drawLine(QPointF(area.left(), middle), QPointF(area.right(), middle))
        painter.drawText(
            QRectF(area.left() + 6, bottom + 1, area.width(), 18),
            int(Qt.AlignmentFlag.AlignLeft),
            self.tr("random samples of the same size"),
        )


class CoverTable(QWidget):
    """Mean, usual and largest distances as bars: this sample, random ones, medoids."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[tuple[str, Cover, str]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("This sample beside others"))

    def show_outcome(self, outcome: Outcome | None) -> None:
        """Show the figures of a sample."""
        named = (
            (self.tr("This sample"), outcome and outcome.cover, "fill"),
            (self.tr("Random, mean of 5"), outcome and outcome.random, "edge"),
            (self.tr("Medoids"), outcome and outcome.medoids, "edge"),
        )
        self._lines = [(name, cover, colour) for name, cover, colour in named if cover]
        self.setAccessibleDescription(
            "; ".join(
                self.tr("{}: mean {:.3f}, nineteen of twenty within {:.3f}, all {:.3f}").format(
                    name, cover.mean, cover.p95, cover.radius
                )
                for name, cover, _ in self._lines
            )
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Be as high as the lines."""
        return QSize(420, _LINE_PX * (len(self._lines) + 1))

    def minimumSizeHint(self) -> QSize:
        """Be as high as the lines."""
        return QSize(300, _LINE_PX * (len(self._lines) + 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a line for each."""
        if not self._lines:
            return
        painter, palette = QPainter(self), theme.colours()
        columns = (
            (self.tr("Mean"), [cover.mean for _, cover, _ in self._lines]),
            (self.tr("95 % within"), [cover.p95 for _, cover, _ in self._lines]),
            (self.tr("Farthest"), [cover.radius for _, cover, _ in self._lines]),
        )
        names = 150
        wide = (self.width() - names) / len(columns)
        painter.setFont(theme.font(theme.Type.SMALL))
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        for place, (name, _, _) in enumerate(self._lines):
            painter.setPen(QColor(palette.text if place == 0 else palette.soft))
            line = QRectF(0, _LINE_PX * (place + 1), names, _LINE_PX)
            painter.drawText(line, middle, name)
        for column, (title, values) in enumerate(columns):
            left = names + column * wide
            painter.setPen(QColor(palette.soft))
            painter.drawText(QRectF(left, 0, wide, _LINE_PX), middle, title)
            longest = wide - 56
            for place, value in enumerate(values):
                top = _LINE_PX * (place + 1)
                bar = QRectF(left, top + 8, longest * value / max(*values, 1e-9), _LINE_PX - 16)
                painter.fillRect(bar, QColor(getattr(palette, self._lines[place][2])))
                painter.setPen(QColor(palette.text))
                text = QRectF(bar.right() + 6, top, 50, _LINE_PX)
                painter.drawText(text, middle, f"{value:.3f}")
