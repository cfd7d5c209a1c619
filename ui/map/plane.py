"""The plane that points are drawn on: what of it is seen, and how it is painted."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from ..background import Background
from ..theme import Colours, colours
from .frame import Frame
from .inks import inks
from .layers import Shown
from .lettering import Lettering
from .splatting import Scene
from .tiles import Tiles
from .viewport import Viewport

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Plane"]

_CLOSE = 2.0


class Plane(QWidget):
    """Points, and over them thumbnails and names; it can be moved and enlarged.

    What is seen is drawn in a thread. Until that is done, the picture from before is shown where
    its points lie now, so that moving and enlarging never wait.

    `drawn` comes when what is seen is drawn as it is now, `moved` when another part is seen.
    """

    drawn = Signal()
    moved = Signal()

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._background = Background()
        self.destroyed.connect(self._background.stop)
        self._shown: Shown | None = None
        self._scene: Scene | None = None
        self._frame: Frame | None = None
        self._whole = Viewport(0.0, 0.0, 1.0, 1, 1)
        self.view = self._whole
        self._fitted = True
        self._places: dict[int, int] = {}
        self._lettering = Lettering()
        self._tiles = Tiles(session.thumbnails)
        self._names_shown = self._tiles_shown = True
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        session.thumbnails.made.connect(self._thumbnail_made)
        session.selected.connect(self.update)

    def sizeHint(self) -> QSize:
        """Ask for room."""
        return QSize(800, 600)

    @property
    def is_drawn(self) -> bool:
        """Whether what is seen is drawn as it is now."""
        frame = self._frame
        return frame is not None and frame.scene is self._scene and frame.view == self.view

    @property
    def touchable(self) -> Shown | None:
        """What is shown, unless the items were read anew and its rows are those from before."""
        shown = self._shown
        return shown if shown is not None and shown.items is self._session.items else None

    def show_names(self, shown: bool) -> None:
        """Show the clusters' names, or not."""
        self._names_shown = shown
        self.update()

    def show_tiles(self, shown: bool) -> None:
        """Show thumbnails where there is room, or points alone."""
        self._tiles_shown = shown
        self.update()

    def show_points(self, shown: Shown | None) -> None:
        """Show other points, or the same in other colours."""
        before, self._shown = self._shown, shown
        if shown is before:
            return
        if shown is None:
            self._scene = self._frame = None
            self._tiles.forget()
            self.update()
            return
        if before is None or before.points is not shown.points:
            self._frame = None
            self._places.clear()
            self._tiles.forget()
            self._refit()
            self.fit()
        self.redress()

    def redress(self) -> None:
        """Draw in the colours of the theme as it is now."""
        if self._shown is None:
            self.update()
            return
        palette = colours()
        self._scene = Scene(
            self._shown.points,
            self._shown.shades,
            self._shown.strong,
            inks(palette),
            int(palette.canvas[1:], 16),
        )
        self._draw()

    def _refit(self) -> None:
        low, high = (
            ((0.0, 0.0), (0.0, 0.0))
            if self._shown is None
            else (self._shown.points.low, self._shown.points.high)
        )
        self._whole = Viewport.fitted(low, high, self.width(), self.height())

    def fit(self) -> None:
        """Show all points."""
        self.look(self._whole)
        self._fitted = True

    def fit_selection(self) -> None:
        """Show the selected points, or all if none is selected."""
        shown = self._shown
        if shown is None or shown.strong is None or not shown.strong.any():
            self.fit()
            return
        low, high = shown.points.box(np.flatnonzero(shown.strong))
        self.look(Viewport.fitted(low, high, self.width(), self.height()))

    def look(self, view: Viewport) -> None:
        """Show another part of the plane."""
        view = view.limited(self._whole)
        self._fitted = False
        if view != self.view:
            self.view = view
            self._draw()
            self.moved.emit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge around a pixel, by default the middle."""
        self.look(self.view.zoomed(factor, at.toTuple() if at else None))

    def _draw(self) -> None:
        self.update()
        scene, view, ratio = self._scene, self.view, self.devicePixelRatioF()
        if scene is not None and self.isVisible():
            self._background.do(lambda: Frame.drawn(scene, view, ratio), self._take)

    def _take(self, frame: Frame) -> None:
        if self._scene is None or frame.scene.points is not self._scene.points:
            return
        self._frame = frame
        self.update()
        if self.is_drawn:
            self.drawn.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the middle, or all points in sight."""
        self._refit()
        if self._fitted:
            self.fit()
        else:
            self.look(self.view.resized(self.width(), self.height()))
            self._fitted = False

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was put off while nobody saw it."""
        super().showEvent(event)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._tiles.forget()
            self.redress()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the points, and upon them thumbnails, names, and what is being drawn."""
        painter = QPainter(self)
        palette = colours()
        painter.fillRect(self.rect(), QColor(palette.canvas))
        if self._shown is None:
            return
        if self._frame is not None:
            self._frame.paint(painter, self.view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        close = self.view.scale >= self._whole.scale * _CLOSE
        if self._tiles_shown and close and self._scene and (shown := self.touchable):
            left = self._tiles.paint(painter, shown, self._scene.lut, self.view)
            if left:
                self.update()
        if self._names_shown:
            self._lettering.paint(painter, self._shown.anchors, self.view, palette)
        self._ring(painter, self._session.current, 2.5)
        self.paint_over(painter, palette)

    def paint_over(self, painter: QPainter, palette: Colours) -> None:
        """Paint what lies on top of all."""

    def _ring(self, painter: QPainter, row: int, width: float) -> None:
        place = self._place_of(row)
        if place < 0 or self._shown is None:
            return
        points = self._shown.points
        middle = QPointF(*self.view.pixel(float(points.x[place]), float(points.y[place])))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, more in ((colours().canvas, 2.0), (colours().text, 0.0)):
            painter.setPen(QPen(QColor(colour), width + more))
            painter.drawEllipse(middle, 8.0, 8.0)

    def _place_of(self, row: int) -> int:
        """Return the point that stands for a row, -1 if none does."""
        shown = self.touchable
        if shown is None or row < 0:
            return -1
        if row not in self._places:
            found = np.flatnonzero(shown.points.rows == row)
            self._places[row] = int(found[0]) if len(found) else -1
        return self._places[row]

    def _thumbnail_made(self, row: int) -> None:
        if self._tiles.shows(row):
            self.update()
