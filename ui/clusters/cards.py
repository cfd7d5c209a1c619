"""How a cluster looks in the list: three of its items, its name, its size, how wide it spreads."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from .. import theme
from ..grid.faces import Faces
from ..grid.thumbnails import Thumbnail, Thumbnails
from .model import ClustersModel, Group

__all__ = ["CardDelegate", "Cards", "ink"]

_LEAST = QSize(236, 180)
_PICTURES_PX = 112
_MARGIN_PX = 4
_THUMBNAIL_PX = 256

_Index = QModelIndex | QPersistentModelIndex


def ink(label: int) -> QColor:
    """Return the colour of a cluster, the same everywhere in this view; others are grey."""
    palette = theme.colours()
    if label < 0:
        return QColor(palette.edge)
    return QColor(palette.categories[label % len(palette.categories)])


class Cards(QListView):
    """A list of cards in rows that fill the width; only what is seen is painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(_LEAST)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the cards fill the width."""
        wide = event.size().width() - 1  # else the last one of a row goes to the next
        columns = max(1, wide // _LEAST.width())
        self.setGridSize(QSize(wide // columns, _LEAST.height()))
        super().resizeEvent(event)

    def is_editing(self) -> bool:
        """Tell whether a name is being typed."""
        return self.state() is QListView.State.EditingState


class CardDelegate(QStyledItemDelegate):
    """Paints groups as cards, and edits their names in place."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._faces = Faces(budget_bytes=16 << 20)

    def forget(self) -> None:
        """Draw the items anew, as when the colours change."""
        self._faces.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Be as large as all the others."""
        assert isinstance(option.widget, Cards)
        return option.widget.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a card."""
        model = index.model()
        assert isinstance(model, ClustersModel)
        group = model.group(index.row())
        palette, state = theme.colours(), option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        card = option.rect.adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ground = palette.chosen if is_chosen else palette.hover if is_hovered else palette.raised
        edge = palette.accent if is_chosen or has_focus else palette.line
        outline = QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(edge), 2 if has_focus else 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(outline, 6, 6)
        top = QRect(card.left() + 1, card.top() + 1, card.width() - 2, _PICTURES_PX)
        self._paint_exemplars(painter, top, group)
        self._paint_words(painter, card, model, group, chosen=is_chosen)
        painter.restore()

    def _paint_exemplars(self, painter: QPainter, area: QRect, group: Group) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(area.adjusted(0, 0, 0, 6)), 5, 5)
        painter.save()
        painter.setClipPath(clip)
        painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
        painter.fillRect(area, QColor(theme.colours().canvas))
        for row, place in zip(group.exemplars, _places(area, len(group.exemplars)), strict=True):
            thumbnail = self._thumbnails.get(row, _THUMBNAIL_PX)
            if thumbnail is not None:
                self._paint_exemplar(painter, place, row, thumbnail)
        painter.restore()

    def _paint_exemplar(
        self, painter: QPainter, place: QRect, row: int, thumbnail: Thumbnail
    ) -> None:
        if not thumbnail.image.isNull():
            painter.drawImage(place, thumbnail.image, _filling(thumbnail.image, place))
            return
        ratio = painter.device().devicePixelRatio()
        painter.drawPixmap(place.topLeft(), self._faces.get(row, thumbnail, place.size(), ratio))

    def _paint_words(
        self,
        painter: QPainter,
        card: QRect,
        model: ClustersModel,
        group: Group,
        *,
        chosen: bool,
    ) -> None:
        palette = theme.colours()
        left = card.left() + theme.PAD_PX
        wide = card.width() - 2 * theme.PAD_PX
        name = name_rect(card)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink(group.label))
        painter.drawEllipse(QRect(left, name.center().y() - 4, 9, 9))
        painter.setFont(theme.font(theme.Type.TITLE))
        painter.setPen(QColor(palette.text))
        mode = Qt.TextElideMode.ElideRight
        painter.drawText(
            name,
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft),
            painter.fontMetrics().elidedText(model.name(group), mode, name.width()),
        )
        painter.setFont(theme.font(theme.Type.SMALL))
        painter.setPen(QColor(palette.text if chosen else palette.soft))
        facts = QRect(left, name.bottom() + 3, wide, painter.fontMetrics().height())
        painter.drawText(facts, int(Qt.AlignmentFlag.AlignLeft), model.facts(group))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """Return the field in which the name is changed."""
        field = QLineEdit(parent)
        field.setAccessibleName(self.tr("Name of the cluster"))
        return field

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        """Put the field where the name stands."""
        card = option.rect.adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        editor.setGeometry(name_rect(card).adjusted(-4, -4, 4, 4))


def name_rect(card: QRect) -> QRect:
    """Return where a card's name stands."""
    top = card.top() + _PICTURES_PX + theme.GAP_PX + 2
    left = card.left() + theme.PAD_PX + 9 + theme.GAP_PX
    return QRect(left, top, card.right() - theme.PAD_PX - left, 22)


def _places(area: QRect, count: int) -> list[QRect]:
    """Return where so many items are drawn: one large, and two beside it, one above the other."""
    if count < 2:
        return [area] * count
    large = area.width() * (2 if count > 2 else 1) // (3 if count > 2 else 2)
    beside = QRect(area.left() + large + 1, area.top(), area.width() - large - 1, area.height())
    first = QRect(area.left(), area.top(), large, area.height())
    if count == 2:
        return [first, beside]
    half = (area.height() - 1) // 2
    return [
        first,
        QRect(beside.left(), area.top(), beside.width(), half),
        QRect(beside.left(), area.top() + half + 1, beside.width(), area.height() - half - 1),
    ]


def _filling(image: QImage, place: QRect) -> QRect:
    """Return the part of an image, its middle, that fills a place without being stretched."""
    size = place.size().scaled(image.size(), Qt.AspectRatioMode.KeepAspectRatio)
    return QRect(
        (image.width() - size.width()) // 2,
        (image.height() - size.height()) // 2,
        size.width(),
        size.height(),
    )
