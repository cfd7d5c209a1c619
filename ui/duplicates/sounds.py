"""Two sounds, one above the other, laid so that what they share stands in one place."""

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..grid.wording import clock
from ..theme import GAP_PX, TIGHT_PX, Type, colours, font
from .difference import later_by
from .previews import Preview

__all__ = ["SoundPair"]

_AXIS_PX = 24
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_TICK_PX = 90


class SoundPair(QWidget):
    """Two waveforms on one axis of time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sounds: tuple[Preview | None, Preview | None] = (None, None)
        self._later: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Sounds compared"))

    def show_pair(self, first: Preview | None, second: Preview | None) -> None:
        """Show two sounds; None is one that is still to come."""
        self._sounds, self._later = (first, second), None
        if first and second:
            self._later = later_by(first.peaks, first.duration_s, second.peaks, second.duration_s)
        self.setAccessibleDescription(self.said())
        self.update()

    def said(self) -> str:
        """Say how the sounds lie to each other."""
        if None in self._sounds:
            return self.tr("Loading…")
        if self._later is None:
            return self.tr("Nothing tells where one lies in the other: both from their start")
        if abs(self._later) < 0.05:
            return self.tr("They begin together")
        who = self.tr("second") if self._later > 0 else self.tr("first")
        return self.tr("The {} begins {:.2f} s earlier").format(who, abs(self._later))

    def sizeHint(self) -> QSize:
        """Ask for room."""
        return QSize(640, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both waveforms and the time."""
        painter = QPainter(self)
        palette = colours()
        painter.fillRect(self.rect(), QColor(palette.canvas))
        later = self._later or 0.0
        starts = (max(later, 0.0), max(-later, 0.0))
        lengths = [one.duration_s if one else 0.0 for one in self._sounds]
        span = max(start + length for start, length in zip(starts, lengths, strict=True)) or 1.0
        area = QRectF(self.rect()).adjusted(GAP_PX, GAP_PX, -GAP_PX, -_AXIS_PX)
        height = (area.height() - GAP_PX) / 2
        scale = area.width() / span
        for at, sound in enumerate(self._sounds):
            lane = QRectF(area.left(), area.top() + at * (height + GAP_PX), area.width(), height)
            painter.fillRect(lane, QColor(palette.window))
            if sound is None:
                painter.setPen(QColor(palette.faint))
                painter.drawText(lane, Qt.AlignmentFlag.AlignCenter, self.tr("Loading…"))
            elif sound.reason or not len(sound.peaks):
                painter.setPen(QColor(palette.faint))
                painter.drawText(lane, Qt.AlignmentFlag.AlignCenter, sound.reason)
            else:
                part = QRectF(
                    lane.left() + starts[at] * scale, lane.top(), lengths[at] * scale, height
                )
                painter.fillRect(part, QColor(palette.raised))
                self._wave(painter, sound, part, palette.categories[2])
        self._axis(painter, area, span, starts[0])

    def _wave(self, painter: QPainter, sound: Preview, area: QRectF, colour: str) -> None:
        columns = max(int(area.width()), 1)
        at = np.minimum(
            (np.arange(columns + 1) * len(sound.peaks) / columns).astype(int), len(sound.peaks) - 1
        )
        low = np.minimum.reduceat(sound.peaks[:, 0], at[:-1])
        high = np.maximum.reduceat(sound.peaks[:, 1], at[:-1])
        loudest = max(float(np.abs(sound.peaks).max()), 1e-6)
        middle, half = area.center().y(), area.height() / 2 - 2
        painter.setPen(QColor(colour))
        painter.drawLines(
            [
                QLineF(area.left() + x, middle - top * half, area.left() + x, middle - low_ * half)
                for x, (low_, top) in enumerate(
                    zip((low / loudest).tolist(), (high / loudest).tolist(), strict=True)
                )
            ]
        )

    def _axis(self, painter: QPainter, area: QRectF, span: float, zero: float) -> None:
        """Write the time of the first sound under both."""
        scale = area.width() / span
        step = next((tick for tick in _TICKS if tick * scale >= _TICK_PX), _TICKS[-1])
        painter.setFont(font(Type.SMALL))
        for at in np.arange(np.ceil(-zero / step) * step, span - zero + 1e-9, step).tolist():
            x = area.left() + (at + zero) * scale
            painter.setPen(QColor(colours().line))
            painter.drawLine(QLineF(x, area.top(), x, area.bottom() + TIGHT_PX))
            painter.setPen(QColor(colours().soft))
            at = round(at, 1) + 0.0  # no minus zero
            text = f"{at:.1f} s" if step < 1 else ("-" if at < 0 else "") + clock(abs(at))
            painter.drawText(
                QRectF(x + 2, area.bottom() + 2, _TICK_PX, _AXIS_PX),
                Qt.AlignmentFlag.AlignLeft,
                text,
            )
