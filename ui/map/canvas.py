"""The map as a widget that answers the pointer and the keys."""

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ..theme import Colours
from .card import HoverCard
from .layers import Shown
from .plane import Plane
from .points import Places

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["MapCanvas", "Tool"]

_REACH_PX = 10.0
_CLICK_PX = 4
_STEP_PX = 3
_PAN = 0.15
_ZOOM = 1.25
_HOVER_MS = 120

_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class Tool(StrEnum):
    """What dragging the pointer does."""

    PAN = "pan"
    BOX = "box"
    LASSO = "lasso"


class MapCanvas(Plane):
    """Points that can be moved, enlarged, looked at and selected.

    Dragging pans, Shift-dragging draws a lasso, the wheel enlarges around the pointer; with another
    `tool`, dragging selects and the middle button pans. Ctrl adds to the selection, Alt takes away
    from it. Arrows pan, + and - zoom, Home shows all and End the selection, Ctrl and an arrow go to
    the next point, with Shift in addition to the selection; Escape selects nothing.

    `hovered` brings the row under the pointer, -1 for none; `looked` one that was clicked twice;
    `asked` the place on the screen at which to offer what can be done with the selection.
    """

    hovered = Signal(int)
    looked = Signal(int)
    asked = Signal(QPoint)

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._tool = Tool.PAN
        self._drags: Tool | None = None
        self._line: list[QPointF] = []
        self._pressed, self._last = QPointF(), QPointF()
        self._under = -1
        self._by_key = False
        self._card = HoverCard(self)
        self._pause = QTimer(self, interval=_HOVER_MS, singleShot=True)
        self._pause.timeout.connect(self._show_card)
        self.moved.connect(self._leave_point)
        session.opened.connect(self._leave_point)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Map of the items"))
        self.use(Tool.PAN)

    @property
    def tool(self) -> Tool:
        """What dragging does."""
        return self._tool

    def use(self, tool: Tool) -> None:
        """Let dragging do something else."""
        self._tool = tool
        shape = Qt.CursorShape
        self.setCursor(shape.OpenHandCursor if tool is Tool.PAN else shape.CrossCursor)

    def show_points(self, shown: Shown | None) -> None:
        """Show other points, or the same in other colours."""
        if shown is not self._shown:
            self._leave_point()
        super().show_points(shown)

    # What lies under the pointer

    def _look_under(self, pixel: QPointF) -> None:
        shown, place = self.touchable, self._nearest(pixel)
        row = -1 if place < 0 or shown is None else int(shown.points.rows[place])
        if row == self._under:
            return
        self._leave_point()
        self._under = row
        self.hovered.emit(row)
        self.update()
        if row >= 0:
            self._pause.start()

    def _nearest(self, pixel: QPointF) -> int:
        shown = self.touchable
        if shown is None:
            return -1
        return shown.points.nearest(self.view, pixel.x(), pixel.y(), _REACH_PX, shown.live)

    def _leave_point(self) -> None:
        self._pause.stop()
        self._card.hide()
        if self._under >= 0:
            self._under = -1
            self.hovered.emit(-1)
            self.update()

    def _show_card(self) -> None:
        row, items = self._under, self._session.items
        kinds = (self.tr("Picture"), self.tr("Text"), self.tr("Sound"))
        words = [kinds[items.modality[row]], items.value("label", row) or ""]
        thumbnail = self._session.thumbnails.get(row, 256)
        self._card.tell(row, items.name(row), " · ".join(filter(None, words)), thumbnail)
        self._card.show_at(self._last.toPoint(), self.rect())

    def _thumbnail_made(self, row: int) -> None:
        super()._thumbnail_made(row)
        if row == self._under and self._card.isVisible():
            self._show_card()

    def paint_over(self, painter: QPainter, palette: Colours) -> None:
        """Paint what the pointer draws and what lies under it."""
        self._ring(painter, self._under, 1.5)
        if self._line:
            accent = QColor(palette.accent)
            painter.setPen(QPen(accent, 1.5))
            accent.setAlphaF(0.12)
            painter.setBrush(accent)
            painter.drawPolygon(QPolygonF(self._line))
        if self._by_key:
            painter.setPen(QPen(QColor(palette.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan, or to draw a lasso or a box."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            super().mousePressEvent(event)
            return
        self._leave_point()
        self._pressed = self._last = event.position()
        if event.button() is Qt.MouseButton.MiddleButton:
            self._drags = Tool.PAN
        else:
            self._drags = Tool.LASSO if event.modifiers() & _SHIFT else self._tool
        if self._drags is Tool.PAN:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, draw on, or look what lies under the pointer."""
        here = event.position()
        step, self._last = here - self._last, here
        if self._drags is None:
            self._look_under(here)
        elif self._drags is Tool.PAN:
            self.look(self.view.panned(step.x(), step.y()))
        elif self._drags is Tool.BOX:
            box = QRectF(self._pressed, here).normalized()
            self._line = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]
            self.update()
        elif not self._line or (here - self._line[-1]).manhattanLength() >= _STEP_PX:
            self._line = [*(self._line or [self._pressed]), here]
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select what was drawn around, or clicked."""
        drags, self._drags = self._drags, None
        line, self._line = self._line, []
        self.use(self._tool)
        self.update()
        shown = self.touchable
        if drags is None or shown is None:
            return
        clicked = (event.position() - self._pressed).manhattanLength() <= _CLICK_PX
        if clicked and event.button() is Qt.MouseButton.LeftButton:
            self._click(shown, event.position(), event.modifiers())
        elif drags is not Tool.PAN and len(line) > 2:
            corners = [self.view.place(corner.x(), corner.y()) for corner in line]
            found = shown.points.within(corners)
            self._select(shown, found[shown.live[found]], event.modifiers())

    def _click(self, shown: Shown, pixel: QPointF, keys: Qt.KeyboardModifier) -> None:
        place = self._nearest(pixel)
        if place < 0:
            if not keys & (_CTRL | _SHIFT | _ALT):
                self._session.select([])
            return
        row = int(shown.points.rows[place])
        if keys & _CTRL and row in self._session.selection:
            keys = _ALT
        self._select(shown, np.array([place]), keys, current=None if keys & _ALT else row)

    def _select(
        self,
        shown: Shown,
        places: Places,
        keys: Qt.KeyboardModifier,
        *,
        current: int | None = None,
    ) -> None:
        """Select the rows of points: they alone, with Ctrl in addition, with Alt taken away."""
        chosen: NDArray[np.bool_] = np.zeros(len(shown.items), np.bool_)
        if keys & (_CTRL | _ALT):
            chosen[self._session.selection] = True
        chosen[shown.points.rows[places]] = not keys & _ALT
        self._session.select(np.flatnonzero(chosen), current)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look at the item under the pointer, or come closer."""
        shown, place = self.touchable, self._nearest(event.position())
        if shown is not None and place >= 0:
            self.looked.emit(int(shown.points.rows[place]))
        else:
            self.zoom(2.0, event.position())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Select what lies under the pointer, unless it is selected, and offer what can be done."""
        shown, place = self.touchable, self._nearest(QPointF(event.pos()))
        self._leave_point()
        if shown is not None and place >= 0 and event.reason() is event.Reason.Mouse:
            row = int(shown.points.rows[place])
            if row not in self._session.selection:
                self._session.select([row], row)
        self.asked.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        self.zoom(_ZOOM ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what lay under the pointer."""
        super().leaveEvent(event)
        self._leave_point()

    def event(self, event: QEvent) -> bool:
        """Zoom with two fingers."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1 + event.value(), event.position())
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._card.forget()

    # The keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pan, zoom, or go from point to point."""
        key = Qt.Key(event.key())
        if way := _WAYS.get(key):
            if event.modifiers() & _CTRL:
                self._go(*way, add=bool(event.modifiers() & _SHIFT))
            else:
                across, down = self.width() * _PAN, self.height() * _PAN
                self.look(self.view.panned(-way[0] * across, -way[1] * down))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM)
        elif key is Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM)
        elif key is Qt.Key.Key_Home:
            self.fit()
        elif key is Qt.Key.Key_End:
            self.fit_selection()
        elif key is Qt.Key.Key_Escape:
            self._escape()
        else:
            super().keyPressEvent(event)

    def _escape(self) -> None:
        if self._drags is None:
            self._session.select([])
        self._drags, self._line = None, []
        self.update()

    def _go(self, across: int, down: int, *, add: bool) -> None:
        """Select the next point in a direction, or the one nearest to the middle."""
        shown = self.touchable
        if shown is None:
            return
        points = shown.points
        there = points.seen(self.view)
        there = there[shown.live[there]]
        x, y = self.view.pixels(points.x[there], points.y[there])
        place = self._place_of(self._session.current)
        if place < 0:
            cost = np.hypot(x - self.width() / 2, y - self.height() / 2)
        else:
            own = self.view.pixel(float(points.x[place]), float(points.y[place]))
            ahead = (x - own[0]) * across + (y - own[1]) * down
            aside = np.abs((x - own[0]) * down) + np.abs((y - own[1]) * across)
            # Whatever lies less than half a pixel ahead could never be left again.
            cost = np.where((ahead > 0.5) & (there != place), ahead + 2 * aside, np.inf)
        if len(cost) and np.isfinite(cost.min()):
            best = there[[np.argmin(cost)]]
            keys = _CTRL if add else Qt.KeyboardModifier.NoModifier
            self._select(shown, best, keys, current=int(points.rows[best[0]]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys come here."""
        super().focusInEvent(event)
        reason = Qt.FocusReason
        self._by_key = event.reason() in (reason.TabFocusReason, reason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they go elsewhere."""
        super().focusOutEvent(event)
        self._by_key = False
        self.update()
