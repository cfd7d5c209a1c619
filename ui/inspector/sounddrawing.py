"""How a sound is drawn: its wave, its spectrogram, a ruler of seconds below them."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ..theme import Type, colours, font
from .preview import Sound, Stretch
from .span import Span, ticks
from .waves import ramp, spectrogram, waveform

__all__ = ["RULER_PX", "SoundDrawing"]

RULER_PX = 20
_WAVE_SHARE = 0.45
_FOUND_ALPHA, _MARKED_ALPHA = 60, 70


class SoundDrawing:
    """Paints sounds, and keeps the images of the last one."""

    def __init__(self) -> None:
        self._wave: tuple[object, QImage] = (None, QImage())
        self._levels: tuple[object, QImage] = (None, QImage())

    def paint(
        self, painter: QPainter, size: QSize, sound: Sound, span: Span, marked: Stretch | None
    ) -> None:
        """Paint the seconds of `span`, what was found in them and what is `marked`."""
        theme = colours()
        height = size.height() - RULER_PX
        middle = round(height * _WAVE_SHARE)
        above = QRect(0, 0, size.width(), middle)
        below = QRect(0, middle + 1, size.width(), height - middle - 1)
        whole = above.united(below)
        if sound.hit:
            _paint_stretch(painter, whole, span, sound.hit, QColor(theme.chosen), 255)
        self._paint_wave(painter, above, sound, span)
        self._paint_levels(painter, below, sound, span)
        if sound.hit:
            _paint_stretch(painter, below, span, sound.hit, QColor(theme.accent), _FOUND_ALPHA)
        _paint_ruler(painter, QRect(0, height, size.width(), RULER_PX), span)
        if marked:
            _paint_stretch(painter, whole, span, marked, QColor(theme.star), _MARKED_ALPHA)

    def _paint_wave(self, painter: QPainter, area: QRect, sound: Sound, span: Span) -> None:
        theme = colours()
        size = area.size() * painter.device().devicePixelRatioF()
        colour = theme.categories[2]
        key = (sound, span, size.toTuple(), colour)
        if self._wave[0] != key:
            duration_s = sound.duration_s or 1.0
            self._wave = (key, waveform(sound.peaks, duration_s, span, size, colour))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(area.left(), area.center().y(), area.right(), area.center().y())
        painter.drawImage(QRectF(area), self._wave[1])

    def _paint_levels(self, painter: QPainter, area: QRect, sound: Sound, span: Span) -> None:
        seen = Span(max(span.start, 0.0), min(span.end, sound.duration_s))
        if not sound.spectrogram.size or seen.length <= 0:
            return
        theme = colours()
        key = (sound, theme.name)
        if self._levels[0] != key:
            shades = ramp(theme.canvas, theme.chosen, theme.accent, theme.text)
            self._levels = (key, spectrogram(sound.spectrogram, shades))
        image = self._levels[1]
        across = image.width() / sound.duration_s
        left, right = (span.x_of(second, area.width()) for second in (seen.start, seen.end))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(
            QRectF(left, area.top(), right - left, area.height()),
            image,
            QRectF(seen.start * across, 0, seen.length * across, image.height()),
        )


def _paint_stretch(
    painter: QPainter, area: QRect, span: Span, stretch: Stretch, colour: QColor, alpha: int
) -> None:
    left, right = (span.x_of(second, area.width()) for second in stretch)
    place = QRectF(left, area.top(), max(right - left, 1), area.height()).intersected(area)
    shade = QColor(colour)
    shade.setAlpha(alpha)
    painter.fillRect(place, shade)
    painter.setPen(QPen(colour, 1))
    for x in (left, right):
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def _paint_ruler(painter: QPainter, area: QRect, span: Span) -> None:
    theme = colours()
    painter.fillRect(area, QColor(theme.panel))
    painter.setFont(font(Type.SMALL))
    metrics = painter.fontMetrics()
    free = 0.0
    for second, words in ticks(span, area.width()):
        x = span.x_of(second, area.width())
        painter.setPen(QColor(theme.edge))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.top() + 4))
        width = metrics.horizontalAdvance(words)
        start = min(max(x - width / 2, 2.0), area.width() - width - 2.0)
        if start >= free:
            painter.setPen(QColor(theme.soft))
            painter.drawText(QPointF(start, area.bottom() - metrics.descent()), words)
            free = start + width + 8
