"""Paints thumbnails in place of points, where the map is enlarged so far that they find room."""

import time
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from ..grid.faces import Faces
from .layers import DIM, Shown
from .mosaic import with_room
from .points import Places
from .viewport import Viewport

if TYPE_CHECKING:
    from ..grid.thumbnails import Thumbnails

__all__ = ["Tiles"]

_SIDE_PX = 64
_APART_PX = 8
_MOST = 1_500
_FRAME_PX = 2.0
_DIMMED = 0.3
_BUDGET_S = 0.008


class Tiles:
    """The thumbnails on a map."""

    def __init__(self, thumbnails: "Thumbnails") -> None:
        self._thumbnails = thumbnails
        self._faces = Faces(budget_bytes=32 << 20)
        self._seen: tuple[Shown, Viewport] | None = None
        self._places: Places = np.empty(0, np.int64)
        self._rows: set[int] = set()

    def forget(self) -> None:
        """Draw all of them anew."""
        self._seen = None
        self._faces.clear()
        self._rows.clear()

    def shows(self, row: int) -> bool:
        """Tell whether a row has a place at present."""
        return row in self._rows

    def paint(
        self,
        painter: QPainter,
        shown: Shown,
        lut: NDArray[np.uint32],
        view: Viewport,
    ) -> bool:
        """Paint a thumbnail for each point that has room for one, in a frame of its colour.

        Returns whether some were left for the next time, so that no painting takes long.
        """
        places = self._chosen(shown, view)
        points = shown.points
        rows = points.rows[places].tolist()
        self._rows = set(rows)
        x, y = view.pixels(points.x[places], points.y[places])
        shades = shown.shades[places].tolist()
        ratio, until = painter.device().devicePixelRatio(), time.perf_counter() + _BUDGET_S
        for row, left, top, shade in zip(rows, x.tolist(), y.tolist(), shades, strict=True):
            if time.perf_counter() > until:
                return True
            drawn = self._face(row, ratio)
            if drawn is None:
                continue
            size = drawn.deviceIndependentSize()
            place = QRectF(QPointF(0, 0), size)
            place.moveCenter(QPointF(left, top))
            place.moveTo(round(place.left()), round(place.top()))
            painter.setOpacity(_DIMMED if shade == DIM else 1.0)
            painter.drawPixmap(place.topLeft(), drawn)
            painter.setPen(QPen(QColor(int(lut[shade])), _FRAME_PX))
            painter.drawRect(place)
            painter.setOpacity(1.0)
        return False

    def _chosen(self, shown: Shown, view: Viewport) -> Places:
        """Return the points that get one: first those that have one already."""
        if self._seen is not None and self._seen[0] is shown and self._seen[1] == view:
            return self._places
        points = shown.points
        there = points.seen(view, _SIDE_PX / 2)
        there = there[shown.live[there]]
        if len(there) > _MOST:
            there = there[:0]
        strong = np.ones(len(there)) if shown.strong is None else shown.strong[there]
        had = np.isin(there, self._places)
        there = there[np.lexsort((~had, strong == 0))]
        x, y = view.pixels(points.x[there], points.y[there])
        self._places = there[with_room(x, y, _SIDE_PX + _APART_PX)]
        self._seen = shown, view
        return self._places

    def _face(self, row: int, ratio: float) -> QPixmap | None:
        thumbnail = self._thumbnails.get(row, round(_SIDE_PX * ratio))
        if thumbnail is None:
            return None
        return self._faces.get(row, thumbnail, QSize(_SIDE_PX, _SIDE_PX), ratio)
