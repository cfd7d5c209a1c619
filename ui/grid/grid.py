"""The canvas under hand: what mouse and keys select, mark, drag and open."""

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from .acts import Acts
from .canvas import Canvas
from .choosing import Choosing
from .layout import Step
from .wording import reasons

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Grid"]

_STEPS = {
    Qt.Key.Key_Left: Step.LEFT,
    Qt.Key.Key_Right: Step.RIGHT,
    Qt.Key.Key_Up: Step.UP,
    Qt.Key.Key_Down: Step.DOWN,
    Qt.Key.Key_PageUp: Step.PAGE_UP,
    Qt.Key.Key_PageDown: Step.PAGE_DOWN,
    Qt.Key.Key_Home: Step.FIRST,
    Qt.Key.Key_End: Step.LAST,
}
_ZOOM_PX = 24
_AUTO_SCROLL_MS = 30


class Grid(Canvas):
    """A canvas that answers to the user; `menu` asks for one at a point of the screen.

    `acts` are its commands.
    """

    menu = Signal(QPoint)

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.acts = Acts(self)
        self._choosing = Choosing()
        self._pressed: QPoint | None = None
        self._on_release = -1
        self._drags = False
        self._band_from: QPoint | None = None
        self._before_band = session.selection
        self._pointer = QPoint()
        self._auto_scroll = QTimer(self, interval=_AUTO_SCROLL_MS)
        self._auto_scroll.timeout.connect(self._scroll_on)
        self.model.modelReset.connect(self._forget_gesture)

    def _forget_gesture(self) -> None:
        self._choosing.anchor = self.position
        self._end_gesture()

    def go(self, position: int) -> None:
        """Select one item and nothing else, and show it."""
        if position >= 0:
            chosen = self._choosing.one(self.model.rows, position)
            self.session.select(chosen, current=int(chosen[0]))
            self.reveal(position)

    def _command(self, event: QKeyEvent) -> str | None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self.acts.by_key(QKeySequence(event.keyCombination().key() | modifiers.value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mark, move, select."""
        modifiers = event.modifiers()
        if command := self._command(event):
            self.acts.do(command)
        elif event.key() == Qt.Key.Key_Escape:
            self.acts.do("select/none")
        elif event.key() == Qt.Key.Key_Space and modifiers & Qt.KeyboardModifier.ControlModifier:
            self._toggle(self.position)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.acts.do("view/look")
        elif step := _STEPS.get(Qt.Key(event.key())):
            self._step(step, modifiers)
        elif event.key() == Qt.Key.Key_Menu:
            self.menu.emit(self._menu_point())
        else:
            super().keyPressEvent(event)

    def _step(self, step: Step, modifiers: Qt.KeyboardModifier) -> None:
        session = self.session
        height = self.viewport().height()
        to = self.plan.moved(self.position, step, height_px=height)
        if to < 0:
            return
        row = int(self.model.rows[to])
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            adding = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            rows, selection = self.model.rows, session.selection
            chosen = self._choosing.extended(rows, selection, to, adding=adding)
            session.select(chosen, current=row)
            self.reveal(to)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            session.select(session.selection, current=row)
            self.reveal(to)
        else:
            self.go(to)

    def _toggle(self, position: int) -> None:
        if position >= 0:
            chosen = self._choosing.toggled(self.model.rows, self.session.selection, position)
            self.session.select(chosen, current=int(self.model.rows[position]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select; what is selected may be dragged, empty ground starts a rectangle."""
        point = event.position().toPoint()
        position, modifiers = self.at(point), event.modifiers()
        if event.button() is Qt.MouseButton.RightButton and position >= 0:
            if int(self.model.rows[position]) not in self.session.selection:
                self.go(position)
            return
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        self._pressed, self._on_release = point, -1
        self._drags = position >= 0 and self._on_face(point, position)
        self._before_band = self.session.selection
        if position < 0:
            if not control and not modifiers & Qt.KeyboardModifier.ShiftModifier:
                self.session.select([], current=self.session.current)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            rows, selection = self.model.rows, self.session.selection
            chosen = self._choosing.extended(rows, selection, position, adding=control)
            self.session.select(chosen, current=int(rows[position]))
        elif control:
            self._toggle(position)
        elif int(self.model.rows[position]) in self.session.selection:
            self._on_release = position
            row = int(self.model.rows[position])
            self.session.select(self.session.selection, current=row)
        else:
            self.go(position)

    def _on_face(self, point: QPoint, position: int) -> bool:
        tile = self.tile(position)
        return self.details or point.y() - tile.top() < tile.width()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag items out, draw the rectangle, or show what lies under the pointer."""
        point = event.position().toPoint()
        if self._band_from is not None:
            self._stretch_band(point)
        elif self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._hover(self.at(point))
        elif (point - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            if self._drags:
                self._drag_out()
            else:
                self._band_from = self.content(self._pressed)
                self._auto_scroll.start()
                self._stretch_band(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select what the rectangle touched, or the one item that was clicked."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self.banded is not None:
            self.session.select(self.banded)
        elif self._on_release >= 0:
            self.go(self._on_release)
        self._end_gesture()

    def _end_gesture(self) -> None:
        self._pressed, self._band_from, self._on_release = None, None, -1
        self.banded = None
        self._auto_scroll.stop()
        if not self._band.isNull():
            self._band = QRect()
            self.viewport().update()

    def _stretch_band(self, point: QPoint) -> None:
        if self._band_from is None:
            return
        self._pointer = point
        self._band = QRect(self._band_from, self.content(point)).normalized()
        band = self._band
        touched = self.plan.inside(band.left(), band.top(), band.right() + 1, band.bottom() + 1)
        adding = bool(
            QApplication.keyboardModifiers()
            & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        )
        rows = self.model.rows
        chosen = self._choosing.banded(rows, self._before_band, touched, adding=adding)
        self.banded = chosen
        self.viewport().update()

    def _scroll_on(self) -> None:
        """Scroll while the rectangle is drawn beyond the edge."""
        bar, y = self.verticalScrollBar(), self._pointer.y()
        beyond = min(0, y) + max(0, y - self.viewport().height())
        if beyond:
            bar.setValue(bar.value() + beyond // self._scale)
            self._stretch_band(self._pointer)

    def _drag_out(self) -> None:
        position = self.position
        self._end_gesture()
        if files := self.acts.files():
            drag = QDrag(self)
            drag.setMimeData(files)
            if position >= 0:
                drag.setPixmap(self._carried(position))
                drag.setHotSpot(QPoint(24, 24))
            drag.exec(Qt.DropAction.CopyAction)

    def _carried(self, position: int) -> QPixmap:
        area = self.tile(position)
        if self.details:
            area.setWidth(min(area.width(), 240))
        whole = self.viewport().grab(area)
        return whole.scaledToWidth(
            round(min(128, area.width()) * whole.devicePixelRatio()),
            Qt.TransformationMode.SmoothTransformation,
        )

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look at an item closely."""
        position = self.at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and position >= 0:
            self.go(position)
            self.acts.do("view/look")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, make tiles larger or smaller."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and not self.details:
            self.resize_tiles(
                self.size_px + (_ZOOM_PX if event.angleDelta().y() > 0 else -_ZOOM_PX)
            )
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, at the pointer or at the current item."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        self.menu.emit(self._menu_point() if by_key else event.globalPos())

    def _menu_point(self) -> QPoint:
        position = self.position
        tile = self.tile(position) if position >= 0 else QRect(0, 0, 48, 48)
        return self.viewport().mapToGlobal((tile & self.viewport().rect()).center())

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell the whole name in a tooltip; forget the pointer when it leaves."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            position = self.at(event.pos())
            if position >= 0:
                row = int(self.model.rows[position])
                hit = self.model.hits.get(row)
                path = self.model.items.value("path", row)
                words = (path, self.model.sentence(position), reasons(hit))
                # Or else a file's name could bring its own markup.
                plain = "<br>".join(escape(word) for word in words if word)
                tile = self.tile(position)
                QToolTip.showText(event.globalPos(), f"<p>{plain}</p>", self.viewport(), tile)
            else:
                QToolTip.hideText()
            return True
        if event.type() is QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys go."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keys go elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()
