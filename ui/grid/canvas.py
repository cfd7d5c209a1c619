"""A scrolling surface of tiles or lines that only ever touches those that are seen."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from .. import theme
from ..items import Rows
from .layout import Layout
from .lines import Lines
from .model import RowsModel
from .tiles import Look, Tiles

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["LARGEST_PX", "SMALLEST_PX", "Canvas"]

SMALLEST_PX, LARGEST_PX = 80, 400
_SCROLLED = 2**30
"""The longest way of a scroll bar, in its own units; higher contents take several pixels a unit."""


class Canvas(QAbstractScrollArea):
    """Shows a session's rows. Work and memory grow with what is seen, not with the rows.

    `size_px` is the least side of a tile's picture, `details` whether there are lines of a table
    in place of tiles, and `banded` the rows that a rectangle would select if it were let go now.
    """

    resized = Signal(int)

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.model = RowsModel(session, self)
        self.tiles = Tiles(self.model, session.thumbnails)
        self.lines = Lines(self.model, self.tiles, self)
        self.size_px, self.details = 168, False
        self._shown = (session.collection, session.query, session.sort, session.descending)
        self._kept_top = 0
        self._scale = 1
        self._band = QRect()
        self.banded: Rows | None = None
        self._hovered = -1
        self._seen: dict[int, int] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleDescription(
            self.tr("The items shown. Arrow keys move, Shift with them selects.")
        )
        self.viewport().setMouseTracking(True)
        self.lines.header.sectionResized.connect(lambda *_: self._fit())
        self.model.modelReset.connect(self._reset)
        self.model.dataChanged.connect(lambda *_: self.viewport().update())
        session.selected.connect(self._reselected)
        session.thumbnails.made.connect(self._made)
        self._restyle()
        self._fit()
        self._describe()

    def resize_tiles(self, size_px: int) -> None:
        """Make tiles larger or smaller; what is at the top stays there."""
        self.size_px = min(LARGEST_PX, max(SMALLEST_PX, size_px))
        self._fit()
        self.resized.emit(self.size_px)

    def show_details(self, details: bool) -> None:
        """Show lines of a table, or tiles; what is at the top stays there."""
        self.details = details
        self._fit()

    @property
    def position(self) -> int:
        """The position of the current item, -1 if it is not shown."""
        return self.model.position_of(self.session.current)

    @property
    def top_px(self) -> int:
        """The first pixel of the content that is seen."""
        return self.verticalScrollBar().value() * self._scale

    def tile(self, position: int) -> QRect:
        """Return where an item is drawn, in the viewport."""
        left, top = self.plan.place(position)
        return QRect(
            left - self.horizontalScrollBar().value(),
            top - self.top_px,
            self.plan.tile_width_px,
            self.plan.tile_height_px,
        )

    def at(self, point: QPoint) -> int:
        """Return the position under a point of the viewport, -1 if there is none."""
        inside = self.content(point)
        return self.plan.at(inside.x(), inside.y())

    def content(self, point: QPoint) -> QPoint:
        """Return a point of the viewport as one of the content."""
        return point + QPoint(self.horizontalScrollBar().value(), self.top_px)

    def reveal(self, position: int) -> None:
        """Scroll no further than is needed to see an item."""
        if 0 <= position < self.plan.count:
            self._to(self.plan.revealing(position, self.top_px, self.viewport().height()))

    def _to(self, top_px: int) -> None:
        self.verticalScrollBar().setValue(-(-top_px // self._scale))

    def _planned(self) -> Layout:
        # Room for the scroll bar is always left: or else it could make tiles so small that it goes
        # away, and then so large that it comes back.
        count, width = (
            len(self.model.rows),
            self.width() - self.verticalScrollBar().sizeHint().width(),
        )
        if self.details:
            return Layout.table(
                count, width_px=max(width, self.lines.header.length()), line_px=self.lines.line_px
            )
        return Layout.grid(
            count,
            width_px=width,
            size_px=self.size_px,
            caption_px=self.tiles.caption_px,
            gap_px=theme.GAP_PX,
            margin_px=theme.GAP_PX,
        )

    def _fit(self) -> None:
        """Lay out anew; the first item that is seen stays at the top."""
        before: Layout | None = getattr(self, "plan", None)
        seen = before.visible(self.top_px, 1) if before else range(0)
        first = seen.start if self.top_px and len(seen) else 0
        current = self.position
        if before and current in before.visible(self.top_px, self.viewport().height()):
            offset = before.place(current)[1] - self.top_px
        else:
            current, offset = first, theme.GAP_PX
        header_px = self.lines.header.sizeHint().height() if self.details else 0
        self.setViewportMargins(0, header_px, 0, 0)
        self.lines.header.setVisible(self.details)
        area = self.viewport().geometry()
        self.lines.header.setGeometry(area.left(), area.top() - header_px, area.width(), header_px)
        self.plan = self._planned()
        self._range()
        if before and (first or current) and current < self.plan.count:
            top = max(0, self.plan.place(current)[1] - offset)
            self._to(top - top % self.plan.line_px if self.details else top)
        self.viewport().update()

    def _range(self) -> None:
        height, bar = self.viewport().height(), self.verticalScrollBar()
        hidden = max(0, self.plan.height_px - height)
        self._scale = -(-hidden // _SCROLLED) or 1
        bar.setRange(0, -(-hidden // self._scale))
        bar.setPageStep(max(1, height // self._scale))
        bar.setSingleStep(max(1, self.plan.line_px // (1 if self.details else 3) // self._scale))
        wide = self.plan.tile_width_px if self.details else 0
        self.horizontalScrollBar().setRange(0, max(0, wide - self.viewport().width()))
        self.horizontalScrollBar().setPageStep(self.viewport().width())

    def _reset(self) -> None:
        """Take up other rows: from their top, unless it is the same view read anew."""
        session = self.session
        shown = (session.collection, session.query, session.sort, session.descending)
        if self.top_px:
            self._kept_top = self.top_px
        top = self._kept_top if shown == self._shown else 0
        self.tiles.faces.clear()
        self._hovered = -1
        self.plan = self._planned()
        self._range()
        self._to(top)
        if len(self.model.rows):
            self._shown, self._kept_top = shown, 0
        self.viewport().update()
        self._describe()

    def _reselected(self) -> None:
        self.viewport().update()
        self._describe()

    def _describe(self) -> None:
        position = self.position
        name = self.tr("Items") if position < 0 else self.model.sentence(position)
        if name != self.accessibleName():
            self.setAccessibleName(name)
            event = QAccessibleEvent(self, QAccessible.Event.NameChanged)
            QAccessible.updateAccessibility(event)

    def _made(self, row: int) -> None:
        if (position := self._seen.get(row, -1)) >= 0:
            self.viewport().update(self.tile(position))

    def _restyle(self) -> None:
        self.tiles.restyle()
        palette = self.viewport().palette()
        palette.setColor(self.viewport().backgroundRole(), QColor(theme.colours().canvas))
        self.viewport().setPalette(palette)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.StyleChange, QEvent.Type.FontChange} and hasattr(
            self, "plan"
        ):
            self._restyle()
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width."""
        self._fit()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is there and paint the rest."""
        self._hover(-1)
        if dx:
            self.lines.header.setOffset(self.horizontalScrollBar().value())
        if self._scale == 1 and self._band.isNull():
            self.viewport().scroll(dx, dy)
        else:
            self.viewport().update()

    def _hover(self, position: int) -> None:
        if position == self._hovered:
            return
        for one in (self._hovered, position):
            if 0 <= one < self.plan.count:
                self.viewport().update(self.tile(one))
        self._hovered = position

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles in the region that needs it."""
        with QPainter(self.viewport()) as painter:
            palette = theme.colours()
            ground = QColor(palette.field if self.details else palette.canvas)
            painter.fillRect(event.rect(), ground)
            self._paint_items(painter, event.rect())
            if not self._band.isNull():
                self._paint_band(painter)

    def _paint_items(self, painter: QPainter, region: QRect) -> None:
        positions = self.plan.visible(self.top_px, self.viewport().height())
        rows = self.model.rows[positions.start : positions.stop]
        before, self._seen = self._seen, dict(zip(rows.tolist(), positions, strict=True))
        self.session.thumbnails.drop(before.keys() - self._seen.keys())
        selection = self.session.selection if self.banded is None else self.banded
        chosen = _among(rows, selection)
        paint = self.lines.paint if self.details else self.tiles.paint
        focused = self.hasFocus()
        for row, position, selected in zip(rows.tolist(), positions, chosen, strict=True):
            area = self.tile(position)
            if area.intersects(region):
                look = Look(
                    selected=bool(selected),
                    current=row == self.session.current,
                    hovered=position == self._hovered,
                    focused=focused,
                )
                paint(painter, area, position, look)

    def _paint_band(self, painter: QPainter) -> None:
        ground = QColor(theme.colours().accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(ground, 1))
        ground.setAlpha(50)
        painter.setBrush(ground)
        painter.drawRect(self._band.translated(-self.content(QPoint(0, 0))))


def _among(rows: Rows, chosen: Rows) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which of a few `rows` are among many `chosen` ones, which are sorted."""
    if not len(chosen):
        return np.zeros(len(rows), np.bool_)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        chosen[np.minimum(np.searchsorted(chosen, rows), len(chosen) - 1)] == rows
    )
    return found
