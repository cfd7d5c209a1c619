"""How a group stands in the list, and a member in the strip under what is compared."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..grid.faces import Faces
from ..items import MODALITIES, PICKS
from ..theme import GAP_PX, ICON_PX, TIGHT_PX, Type, colours, current, font, icon
from .groups import Groups
from .order import GROUP_ROLE, LATER_ROLE

if TYPE_CHECKING:
    from .model import Review

__all__ = ["MEMBER_PX", "ROW_PX", "GroupDelegate", "MemberDelegate", "MembersModel"]

ROW_PX = 64
MEMBER_PX = QSize(172, 132)
_BACK_PX = 5
_SHEETS = 3
_WORDS_PX = 80
_FACES_BYTES = 16 << 20
_ICONS = {"image": "image-outline", "text": "text-box-outline", "audio": "waveform"}

_Index = QModelIndex | QPersistentModelIndex


class _Delegate(QStyledItemDelegate):
    """Draws items of a review with their faces."""

    def __init__(self, review: "Review", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._faces = Faces(budget_bytes=_FACES_BYTES)
        theme = current()
        if theme is not None:
            theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self._faces.clear()

    def face(self, painter: QPainter, row: int, area: QRect) -> None:
        """Paint an item's face, or the icon of its kind where it is not there or has no room."""
        items, ratio = self._review.items, painter.device().devicePixelRatioF()
        painter.fillRect(area, QColor(colours().canvas))
        thumbnail = self._review.session.thumbnails.get(
            row, round(max(area.width(), area.height()) * ratio)
        )
        if thumbnail is None or (area.height() < _WORDS_PX and thumbnail.text):
            box = QRect(0, 0, 2 * ICON_PX, 2 * ICON_PX)
            box.moveCenter(area.center())
            icon(_ICONS[MODALITIES[items.modality[row]]], colour="faint").paint(painter, box)
            return
        pixmap = self._faces.get(row, thumbnail, area.size(), ratio)
        target = QRect(QPoint(0, 0), pixmap.deviceIndependentSize().toSize())
        target.moveCenter(area.center())
        painter.drawPixmap(target.topLeft(), pixmap)


class GroupDelegate(_Delegate):
    """Draws a group: its keeper upon the sheets of its copies, its name, what is told of it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Be as high as all others."""
        return QSize(200, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a group."""
        painter.save()
        palette, area = colours(), QRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(palette.chosen))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(palette.hover))
        groups, group = self._review.groups, index.data(GROUP_ROLE)
        part = groups.members(group)
        side = ROW_PX - 2 * GAP_PX - _BACK_PX
        sheets = min(part.stop - part.start, _SHEETS) - 1
        for sheet in range(sheets, 0, -1):
            away = sheet * _BACK_PX // max(sheets, 1)
            paper = QRect(
                area.left() + GAP_PX + away, area.top() + GAP_PX + _BACK_PX - away, side, side
            )
            painter.fillRect(paper, QColor(palette.raised))
            painter.setPen(QPen(QColor(palette.edge)))
            painter.drawRect(paper.adjusted(0, 0, -1, -1))
        front = QRect(area.left() + GAP_PX, area.top() + GAP_PX + _BACK_PX, side, side)
        self.face(painter, int(groups.keepers[group]), front)
        left = front.right() + _BACK_PX + GAP_PX
        line = painter.fontMetrics().height()
        text = QRect(left, area.top() + (ROW_PX - 2 * line - TIGHT_PX) // 2,
                     area.right() - left - GAP_PX, line)  # fmt: skip
        if index.data(LATER_ROLE):
            box = QRect(text.right() - ICON_PX, area.center().y() - ICON_PX // 2, ICON_PX, ICON_PX)
            icon("clock-outline", colour="soft").paint(painter, box)
            text.setRight(box.left() - TIGHT_PX)
        painter.setFont(font(Type.BODY))
        painter.setPen(QColor(palette.text))
        elide = Qt.TextElideMode
        name = painter.fontMetrics().elidedText(str(index.data()), elide.ElideMiddle, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(font(Type.SMALL))
        painter.setPen(QColor(palette.soft))
        text.translate(0, line + TIGHT_PX)
        said = self._review.describe(group)
        said = painter.fontMetrics().elidedText(said, elide.ElideRight, text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, said)
        painter.restore()


class MembersModel(QAbstractListModel):
    """The members of one group, its keeper first."""

    def __init__(self, review: "Review", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._groups, self._part = Groups.none(), slice(0, 0)

    def show(self, group: int | None) -> None:
        """Show the members of a group, or none."""
        self.beginResetModel()
        self._groups = self._review.groups
        self._part = slice(0, 0) if group is None else self._groups.members(group)
        self.endResetModel()

    def row_of(self, item: int) -> int:
        """Return which member the item of a row is, -1 for none."""
        found = np.flatnonzero(self._groups.rows[self._part] == item)
        return int(found[0]) if len(found) else -1

    def next_open(self) -> int:
        """Return the first member of which nothing was said yet, 0 for none."""
        found = np.flatnonzero(~self._review.settled[self._part][1:])
        return int(found[0]) + 1 if len(found) else 0

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        """Return how many there are."""
        return 0 if parent.isValid() else self._part.stop - self._part.start

    def item(self, index: _Index) -> int:
        """Return the row of the item of a member."""
        return int(self._groups.rows[self._part.start + index.row()])

    def alike(self, index: _Index) -> str:
        """Return how similar a member is to the keeper."""
        if index.row() == 0:
            return ""
        at = self._part.start + index.row()
        if self._review.settled[at]:
            return self.tr("decided")
        found = float(self._groups.similarity[at])
        return "" if np.isnan(found) else f"{found:.3f}"

    def reason(self, index: _Index) -> str:
        """Return why a member stays or doesn't."""
        return str(self._groups.reason[self._part.start + index.row()])

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a member's name, or what a screen reader says of it."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._review.items.name(self.item(index))
        if role == Qt.ItemDataRole.ToolTipRole:
            return str(self._review.items.path(self.item(index)))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            told = (self.data(index), self.alike(index), self.reason(index))
            return ", ".join(str(one) for one in told if one)
        return None


class MemberDelegate(_Delegate):
    """Draws a member: its thumbnail, its name, how similar it is, and whether it stays."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Be as large as all others."""
        return MEMBER_PX

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a member."""
        model = index.model()
        assert isinstance(model, MembersModel)
        painter.save()
        palette, row = colours(), model.item(index)
        area = QRect(option.rect).adjusted(2, 2, -2, -2)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(palette.accent if chosen else palette.line), 1))
        painter.setBrush(QColor(palette.chosen if chosen else palette.raised))
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(font(Type.SMALL))
        line = painter.fontMetrics().height()
        inside = area.adjusted(TIGHT_PX, TIGHT_PX, -TIGHT_PX, -TIGHT_PX)
        small = QRect(inside.topLeft(), QSize(inside.width(), inside.height() - 2 * line - 2))
        self.face(painter, row, small)
        stays, rejected = index.row() == 0, PICKS[self._review.items.pick[row]] == "reject"
        glyph = ("check-circle", "pick") if stays else ("close-circle", "reject")
        text = QRect(inside.left(), small.bottom() + 2, inside.width(), line)
        if stays or rejected:
            box = QRect(text.right() - ICON_PX + 2, text.top() + (2 * line - ICON_PX) // 2,
                        ICON_PX, ICON_PX)  # fmt: skip
            icon(glyph[0], colour=glyph[1]).paint(painter, box)
            text.setRight(box.left() - TIGHT_PX)
        painter.setPen(QColor(palette.text))
        middle, flag = Qt.TextElideMode.ElideMiddle, Qt.AlignmentFlag.AlignVCenter
        name = painter.fontMetrics().elidedText(str(index.data()), middle, text.width())
        painter.drawText(text, flag, name)
        painter.setPen(QColor(palette.soft))
        said = self.tr("stays") if stays else model.alike(index)
        painter.drawText(text.translated(0, line), flag, said)
        painter.restore()
