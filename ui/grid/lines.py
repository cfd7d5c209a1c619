"""How an item looks as a line of a table, under a header that sorts."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QMenu

from .. import theme
from .model import COLUMNS, RowsModel
from .tiles import Look, Tiles

if TYPE_CHECKING:
    from .canvas import Canvas

__all__ = ["Lines"]

_LINE_PX = 32
_COLOURS = {"Stars": "star", "Name": "text"}
_OF_HITS = {"Score", "Match"}


class Lines:
    """Paints lines; the header says which columns there are, how wide, and in what order."""

    line_px = _LINE_PX

    def __init__(self, model: RowsModel, tiles: Tiles, canvas: "Canvas") -> None:
        self._model, self._tiles, self._canvas = model, tiles, canvas
        self.header = QHeaderView(Qt.Orientation.Horizontal, canvas)
        self.header.setModel(model)
        self.header.setSectionsMovable(True)
        self.header.setSectionsClickable(True)
        self.header.setHighlightSections(False)
        self.header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.header.setMinimumSectionSize(48)
        self.header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.header.setAccessibleName(canvas.tr("Columns of the table"))
        for number, column in enumerate(COLUMNS):
            self.header.resizeSection(number, column.width_px)
        self.header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header.customContextMenuRequested.connect(self._choose_columns)
        self.header.sectionClicked.connect(self._sort)
        self.header.hide()
        self._hidden: set[str] = set()
        model.modelReset.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        """Show the columns of hits while there are hits, and the arrow where the order is from."""
        session = self._canvas.session
        for number, column in enumerate(COLUMNS):
            useless = column.title in _OF_HITS and not self._model.hits
            self.header.setSectionHidden(number, useless or column.title in self._hidden)
        by = next((n for n, c in enumerate(COLUMNS) if c.sort and c.sort == session.sort), -1)
        self.header.setSortIndicatorShown(by >= 0)
        if by >= 0:
            order = Qt.SortOrder
            self.header.setSortIndicator(
                by, order.DescendingOrder if session.descending else order.AscendingOrder
            )

    def _sort(self, number: int) -> None:
        session, key = self._canvas.session, COLUMNS[number].sort
        if key:
            session.show(sort=key, descending=key == session.sort and not session.descending)
        self._follow()

    def _choose_columns(self, point: QPoint) -> None:
        menu = QMenu(self.header)
        for number, column in enumerate(COLUMNS[1:], 1):
            action = menu.addAction(self._canvas.tr(column.title))
            action.setCheckable(True)
            action.setChecked(column.title not in self._hidden)
            action.toggled.connect(lambda on, number=number: self._show_column(number, on))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.header.mapToGlobal(point))

    def _show_column(self, number: int, shown: bool) -> None:
        self._hidden ^= {COLUMNS[number].title}
        self.header.setSectionHidden(number, not shown)
        self._canvas.viewport().update()

    def paint(self, painter: QPainter, area: QRect, position: int, look: Look) -> None:
        """Paint the item at `position` into `area`."""
        palette = theme.colours()
        ground = palette.panel if position % 2 else palette.field
        if look.selected or look.hovered:
            ground = palette.chosen if look.selected else palette.hover
        painter.fillRect(area, QColor(ground))
        row = int(self._model.rows[position])
        pick = int(self._model.items.pick[row])
        font = theme.font(theme.Type.SMALL)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        for number, column in enumerate(COLUMNS):
            if self.header.isSectionHidden(number):
                continue
            left = area.left() + self.header.sectionPosition(number)
            cell = QRect(left, area.top(), self.header.sectionSize(number), area.height())
            if cell.right() < 0 or cell.left() > self._canvas.viewport().width():
                continue
            if number == 0:
                face = QRect(left + theme.TIGHT_PX, area.top() + 2, 28, 28)
                self._tiles.face(painter, face, row)
                painter.setFont(font)
                cell.setLeft(face.right() + 1)
            inner = cell.adjusted(theme.GAP_PX, 0, -theme.GAP_PX, 0)
            if column.title == "Pick":
                if pick:
                    name, colour = (("flag", "pick"), ("close-thick", "reject"))[pick - 1]
                    spot = QRect(inner.left(), cell.center().y() - 7, 14, 14)
                    theme.icon(name, colour=colour).paint(painter, spot)
                continue
            text = metrics.elidedText(
                self._model.text(position, number), Qt.TextElideMode.ElideMiddle, inner.width()
            )
            if not text:
                continue
            painter.setPen(QColor(getattr(palette, _COLOURS.get(column.title, "soft"))))
            side = Qt.AlignmentFlag.AlignRight if column.is_number else Qt.AlignmentFlag.AlignLeft
            painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, text)
        if look.current:
            ring = palette.accent if look.focused or look.selected else palette.edge
            painter.setPen(QPen(QColor(ring), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(0, 0, -1, -1))
