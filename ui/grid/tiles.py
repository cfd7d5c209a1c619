"""How an item looks as a tile: its face, its marks upon it, its name below."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from .. import theme
from ..items import MODALITIES
from .faces import Faces
from .model import RowsModel
from .passages import Passage, Segment
from .thumbnails import Thumbnails
from .wording import extent, place, score, title

__all__ = ["Look", "Tiles"]

_GLYPHS = {"image": "image-outline", "text": "text-box-outline", "audio": "waveform"}
_PAD_PX = theme.GAP_PX
_BADGE_PX = 20
_PILL_PAD_PX = 6
_WIDE_PX = 110
_WORDS_PX = 48


@dataclass(frozen=True, slots=True)
class Look:
    """What the user does with a tile just now."""

    selected: bool = False
    current: bool = False
    hovered: bool = False
    focused: bool = False


class Tiles:
    """Paints tiles with the colours of the theme of the moment."""

    def __init__(self, model: RowsModel, thumbnails: Thumbnails) -> None:
        self._model, self._thumbnails = model, thumbnails
        self.faces = Faces()
        self.restyle()

    def restyle(self) -> None:
        """Take up fonts and colours anew."""
        self._font = theme.font(theme.Type.SMALL)
        self._bold = QFont(self._font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetrics(self._font)
        self.faces.clear()

    @property
    def caption_px(self) -> int:
        """How much higher than wide a tile is."""
        return 2 * self._metrics.height() + theme.TIGHT_PX

    def paint(self, painter: QPainter, area: QRect, position: int, look: Look) -> None:
        """Paint the item at `position` into `area`."""
        palette = theme.colours()
        ground = (
            palette.chosen if look.selected else (palette.raised if look.hovered else palette.panel)
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(area, theme.RADIUS_PX, theme.RADIUS_PX)
        if look.current or look.selected:
            width = 2 if look.current else 1
            ring = palette.accent if look.selected or look.focused else palette.edge
            painter.setPen(QPen(QColor(ring), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inner = QRectF(area).adjusted(width / 2, width / 2, -width / 2, -width / 2)
            painter.drawRoundedRect(inner, theme.RADIUS_PX, theme.RADIUS_PX)
        side = area.width() - 2 * _PAD_PX
        face = QRect(area.left() + _PAD_PX, area.top() + _PAD_PX, side, side)
        row = int(self._model.rows[position])
        self.face(painter, face, row)
        if side >= 2 * _BADGE_PX:
            self._marks(painter, face, row)
        self._caption(painter, area, face, row)

    def face(self, painter: QPainter, area: QRect, row: int) -> None:
        """Paint an item's face, centred in `area`.

        Where there is no room for words, a glyph stands for them.
        """
        items, hit = self._model.items, self._model.hits.get(row)
        ratio = painter.device().devicePixelRatioF()
        rejected = items.pick[row] == 2
        thumbnail = self._thumbnails.get(row, round(max(area.width(), area.height()) * ratio))
        words = thumbnail is None or thumbnail.text or thumbnail.reason
        if thumbnail is None or (words and area.height() < _WORDS_PX):
            name = _GLYPHS[MODALITIES[items.modality[row]]]
            size = max(16, min(32, area.height() // 3))
            colour = "disabled" if thumbnail is None or rejected else "soft"
            if thumbnail and thumbnail.reason:
                name = "image-broken-variant"
            theme.icon(name, colour=colour).paint(painter, _centred(QSize(size, size), area))
            return
        segment = hit.get("segment") if hit else None
        pixmap = self.faces.get(
            row,
            thumbnail,
            area.size(),
            ratio,
            segment=segment,
            duration_s=items.value("duration_s", row) if segment else None,
            passage=self._passage(row, thumbnail.text, segment) if segment else None,
        )
        where = _centred(pixmap.deviceIndependentSize().toSize(), area)
        painter.setOpacity(0.35 if rejected else 1.0)
        painter.drawPixmap(where.topLeft(), pixmap)
        painter.setOpacity(1.0)

    def _passage(self, row: int, beginning: str, segment: Segment) -> Passage | None:
        if not beginning:
            return None
        if segment["end"] <= len(beginning):
            return Passage.cut(beginning, segment)
        return self._thumbnails.passages.get(row, segment)

    def _marks(self, painter: QPainter, area: QRect, row: int) -> None:
        items, hit = self._model.items, self._model.hits.get(row)
        inner = area.adjusted(4, 4, -4, -4)
        if pick := int(items.pick[row]):
            name, colour = (("flag", "pick"), ("close-thick", "reject"))[pick - 1]
            _paint_badge(painter, area.topLeft() - QPoint(4, 4), name, colour)
        wide = inner.width() >= _WIDE_PX
        where = place(items, row, hit, short=not wide)
        if MODALITIES[items.modality[row]] == "text":
            where = ""  # the passage itself is shown
        if where:
            self._pill(painter, inner, where)
        tags = len(items.tags.get(row, ()))
        if tags and (wide or not where):
            self._pill(painter, inner, str(tags), glyph="tag")

    def _pill(self, painter: QPainter, area: QRect, text: str, *, glyph: str = "") -> None:
        """Paint a word into the lower left corner, or with a glyph, and quietly, on the right."""
        palette = theme.colours()
        metrics = QFontMetrics(self._bold)
        lead = 16 if glyph else 0
        width = metrics.horizontalAdvance(text) + lead + 2 * _PILL_PAD_PX
        pill = QRect(0, 0, min(width, area.width()), _BADGE_PX - 2)
        pill.moveBottom(area.bottom())
        pill.moveLeft(area.right() + 1 - pill.width() if glyph else area.left())
        ground = QColor(palette.raised if glyph else palette.fill)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        if glyph:
            spot = QRect(pill.left() + 5, pill.top() + 3, 12, 12)
            theme.icon(glyph, colour="soft").paint(painter, spot)
        painter.setFont(self._bold)
        painter.setPen(QColor(palette.text if glyph else palette.on_fill))
        inner = pill.adjusted(_PILL_PAD_PX + lead, 0, 0, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _caption(self, painter: QPainter, area: QRect, face: QRect, row: int) -> None:
        """Write the name and the score, and below them the extent and the stars.

        In a narrow tile the score stands in the place of the extent.
        """
        items, hit, palette = self._model.items, self._model.hits.get(row), theme.colours()
        line = face.bottom() + 1 + theme.TIGHT_PX + self._metrics.ascent()
        narrow, well = face.width() < _WIDE_PX, score(hit)
        room = self._at_right(painter, face, line, "" if narrow else well, palette.accent)
        self._at_left(painter, face, line, title(items, row), palette.text, room)
        line += self._metrics.height()
        room = self._at_right(painter, face, line, "★" * int(items.stars[row]), palette.star)
        words, colour = extent(items, row), palette.soft
        if narrow and well:
            words, colour = well, palette.accent
        if self._metrics.horizontalAdvance(words) <= room:
            self._at_left(painter, face, line, words, colour, room)

    def _at_left(
        self, painter: QPainter, face: QRect, line: int, text: str, colour: str, room: int
    ) -> None:
        painter.setFont(self._font)
        painter.setPen(QColor(colour))
        mode = Qt.TextElideMode
        way = mode.ElideRight if room < _WIDE_PX else mode.ElideMiddle
        text = self._metrics.elidedText(text, way, room)
        painter.drawText(QPointF(face.left(), line), text)

    def _at_right(self, painter: QPainter, face: QRect, line: int, text: str, colour: str) -> int:
        """Write at the end of a line; return how much room it leaves before it."""
        if not text:
            return face.width()
        width = self._metrics.horizontalAdvance(text)
        painter.setFont(self._font)
        painter.setPen(QColor(colour))
        painter.drawText(QPointF(face.right() + 1 - width, line), text)
        return face.width() - width - theme.GAP_PX


def _paint_badge(painter: QPainter, spot: QPoint, name: str, colour: str) -> None:
    """Paint a glyph on a round ground that sets it off from any picture."""
    area = QRect(spot, QSize(_BADGE_PX, _BADGE_PX))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.colours().raised))
    painter.drawEllipse(area)
    theme.icon(name, colour=colour).paint(painter, area.adjusted(4, 4, -4, -4))


def _centred(size: QSize, area: QRect) -> QRect:
    found = QRect(QPoint(0, 0), size)
    found.moveCenter(area.center())
    return found
