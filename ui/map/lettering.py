"""Cluster names over the map: as many as fit, the largest clusters first."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from ..theme import Colours, Type, font
from .naming import Anchor
from .viewport import Viewport

__all__ = ["Lettering", "placed"]

_HALO_PX = 3.0
_APART_PX = 6.0
_MOST = 80
_LONGEST_PX = 220


def placed(
    anchors: Iterable[Anchor],
    view: Viewport,
    size_of: Callable[[str], tuple[float, float]],
) -> list[tuple[Anchor, QRectF]]:
    """Return the names that fit into the window, each with its place, none over another.

    A name stands a little above its place, so as not to hide the points; if that is taken it stands
    below or upon it, or else waits until the map is enlarged.
    """
    found: list[tuple[Anchor, QRectF]] = []
    window = QRectF(0, 0, view.width_px, view.height_px)
    for anchor in anchors:
        if len(found) == _MOST:
            break
        x, y = view.pixel(anchor.x, anchor.y)
        if not window.contains(QPointF(x, y)):
            continue
        width, height = size_of(anchor.text)
        for shift in (-0.8, 0.8, 0.0):
            place = QRectF(x - width / 2, y - height / 2 + shift * height, width, height)
            room = place.adjusted(-_APART_PX, -_APART_PX / 2, _APART_PX, _APART_PX / 2)
            if window.contains(place) and not any(room.intersects(other) for _, other in found):
                found.append((anchor, place))
                break
    return found


class Lettering:
    """Paints names with a halo, each drawn once and kept."""

    def __init__(self) -> None:
        self._drawn: dict[str, QPixmap] = {}
        self._ratio, self._colours = 0.0, ""

    def paint(
        self, painter: QPainter, anchors: Iterable[Anchor], view: Viewport, colours: Colours
    ) -> list[tuple[Anchor, QRectF]]:
        """Paint what fits; return the names and their places."""
        ratio = painter.device().devicePixelRatio()
        if (ratio, colours.name) != (self._ratio, self._colours):
            self._drawn, self._ratio, self._colours = {}, ratio, colours.name

        def size_of(text: str) -> tuple[float, float]:
            size = self._name(text, colours).deviceIndependentSize()
            return size.width(), size.height()

        there = placed(anchors, view, size_of)
        for anchor, place in there:
            painter.drawPixmap(place.topLeft(), self._name(anchor.text, colours))
        return there

    def _name(self, text: str, colours: Colours) -> QPixmap:
        known = self._drawn.get(text)
        if known is None:
            known = self._drawn[text] = _name(text, self._ratio, colours)
        return known


def _name(text: str, ratio: float, colours: Colours) -> QPixmap:
    letters = font(Type.BODY, bold=True)
    metrics = QFontMetricsF(letters)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, _LONGEST_PX)
    width = metrics.horizontalAdvance(text) + 2 * _HALO_PX
    height = metrics.height() + 2 * _HALO_PX
    drawn = QPixmap(round(width * ratio), round(height * ratio))
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    path = QPainterPath()
    path.addText(_HALO_PX, _HALO_PX + metrics.ascent(), letters, text)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    halo = QColor(colours.canvas)
    halo.setAlphaF(0.85)
    pen = QPen(halo, 2 * _HALO_PX)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, pen)
    painter.fillPath(path, QColor(colours.text))
    painter.end()
    return drawn
