"""The faces of items, drawn once for each size: a picture, a waveform, the beginning of a text."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QLinearGradient,
    QPainter,
    QPen,
    QPixmap,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from .. import theme
from .passages import Passage, Segment
from .thumbnails import Thumbnail

__all__ = ["Faces"]

_Key = tuple[int, int, int, float, tuple[float, float, bool] | None]
_BAR_PX = 3


@dataclass(frozen=True, slots=True)
class _Drawn:
    thumbnail: Thumbnail
    pixmap: QPixmap

    @property
    def cost(self) -> int:
        return self.pixmap.width() * self.pixmap.height() * 4


_PAGE_PX, _FADING_PX = 80, 28


class Faces:
    """Keeps what was drawn, the most recently used within a budget of memory."""

    def __init__(self, *, budget_bytes: int = 64 << 20) -> None:
        self._budget = budget_bytes
        self.clear()

    def clear(self) -> None:
        """Forget all of them, as when the colours change."""
        self._kept: OrderedDict[_Key, _Drawn] = OrderedDict()
        self._bytes = 0

    def get(
        self,
        row: int,
        thumbnail: Thumbnail,
        size: QSize,
        ratio: float,
        *,
        segment: Segment | None = None,
        duration_s: float | None = None,
        passage: Passage | None = None,
    ) -> QPixmap:
        """Return a row's face, at most `size` large, in `ratio` device pixels a pixel.

        The stretch of a sound that `segment` names stands out; of a text, `passage` is shown.
        """
        place = (segment["start"], segment["end"], passage is None) if segment else None
        key = (row, size.width(), size.height(), ratio, place)
        kept = self._kept.get(key)
        if kept and kept.thumbnail is thumbnail:
            self._kept.move_to_end(key)
            return kept.pixmap
        pixmap = _face(thumbnail, size, ratio, segment, duration_s, passage)
        if kept:
            self._bytes -= kept.cost
        self._kept[key] = drawn = _Drawn(thumbnail, pixmap)
        self._bytes += drawn.cost
        while self._bytes > self._budget and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1].cost
        return pixmap


def _face(
    thumbnail: Thumbnail,
    size: QSize,
    ratio: float,
    segment: Segment | None,
    duration_s: float | None,
    passage: Passage | None,
) -> QPixmap:
    if not thumbnail.image.isNull():
        most = (size * ratio).boundedTo(thumbnail.image.size())
        scaled = thumbnail.image.scaled(
            most, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        pixmap = QPixmap.fromImage(scaled)
        pixmap.setDevicePixelRatio(ratio)
        return pixmap
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = QRect(0, 0, size.width(), size.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.colours().field))
    painter.drawRoundedRect(area, theme.RADIUS_PX, theme.RADIUS_PX)
    if thumbnail.reason:
        _draw_reason(painter, area, thumbnail.reason)
    elif len(thumbnail.peaks):
        _draw_waveform(painter, area, thumbnail, segment, duration_s)
    else:
        _draw_text(painter, area, passage or Passage(thumbnail.text))
    painter.end()
    return pixmap


def _draw_waveform(
    painter: QPainter,
    area: QRect,
    thumbnail: Thumbnail,
    segment: Segment | None,
    duration_s: float | None,
) -> None:
    palette = theme.colours()
    inner = area.adjusted(theme.TIGHT_PX, theme.TIGHT_PX, -theme.TIGHT_PX, -theme.TIGHT_PX)
    bars = max(1, min(len(thumbnail.peaks), inner.width() // _BAR_PX))
    starts = np.linspace(0, len(thumbnail.peaks), bars, endpoint=False).astype(np.intp)
    loudest = np.maximum.reduceat(thumbnail.peaks, starts)
    heights = np.maximum(2.0, np.clip(loudest, 0, 1) * inner.height() * 0.9)
    chosen = np.zeros(bars, bool)
    if segment and duration_s:
        edges = np.arange(bars + 1) * duration_s / bars
        chosen = (edges[1:] > segment["start"]) & (edges[:-1] < segment["end"])
    middle, step = inner.center().y(), inner.width() / bars
    plain = QColor(palette.categories[2])
    if chosen.any():
        plain.setAlphaF(0.55)
    for bar, (height, stands_out) in enumerate(zip(heights.tolist(), chosen, strict=True)):
        painter.setBrush(QColor(palette.accent) if stands_out else plain)
        painter.drawRoundedRect(
            QRectF(inner.left() + bar * step, middle - height / 2, step * 0.66, height), 1, 1
        )


def _draw_text(painter: QPainter, area: QRect, passage: Passage) -> None:
    palette, letters = theme.colours(), theme.font(theme.Type.SMALL)
    side, top, fading = theme.GAP_PX, theme.PAD_PX, _FADING_PX
    if area.height() < _PAGE_PX:  # a page seen from afar
        letters.setPointSizeF(letters.pointSizeF() * 0.6)
        side, top, fading = theme.TIGHT_PX - 1, theme.TIGHT_PX, _FADING_PX // 3
    inner = area.adjusted(side, top, -side, -side)
    layout = QTextLayout(passage.text.replace("\n", "\u2028"), letters)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    standing_out = QTextLayout.FormatRange()
    standing_out.start, standing_out.length = passage.marked.start, len(passage.marked)
    colours = QTextCharFormat()
    colours.setBackground(QColor(palette.chosen))
    standing_out.format = colours
    layout.beginLayout()
    down = 0.0
    while down < inner.height() and (line := layout.createLine()).isValid():
        line.setLineWidth(inner.width())
        line.setPosition(QPointF(0, down))
        down += line.height()
    layout.endLayout()
    painter.setPen(QColor(palette.text))
    painter.setClipRect(inner)
    layout.draw(painter, QPointF(inner.topLeft()), [standing_out] if passage.marked else [])
    if down > inner.height():
        fade = QLinearGradient(0, inner.bottom() - fading, 0, inner.bottom())
        ground = QColor(palette.field)
        fade.setColorAt(1, ground)
        ground.setAlpha(0)
        fade.setColorAt(0, ground)
        painter.fillRect(inner, fade)


def _draw_reason(painter: QPainter, area: QRect, reason: str) -> None:
    has_room = area.height() >= _PAGE_PX
    size = max(12, min(28, area.height() // (4 if has_room else 3)))
    up = size if has_room else size // 2
    spot = QRect(area.center().x() - size // 2, area.center().y() - up, size, size)
    theme.icon("image-broken-variant", colour="faint").paint(painter, spot)
    if not has_room:
        return
    painter.setFont(theme.font(theme.Type.SMALL))
    painter.setPen(QPen(QColor(theme.colours().soft)))
    below = QRect(area.left(), spot.bottom(), area.width(), area.bottom() - spot.bottom())
    painter.drawText(
        below.adjusted(theme.GAP_PX, theme.TIGHT_PX, -theme.GAP_PX, -theme.TIGHT_PX),
        int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap),
        reason,
    )
