"""The condensed tree, drawn from what is far apart at the top to what is close at the bottom."""

from collections.abc import Iterator
from math import floor

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from .. import theme
from .cards import ink
from .model import NOISE, ClustersModel, Found
from .tree import Block

__all__ = ["Icicle"]

_AXIS_PX = 44
_STEP = 0.1
_LEAST_PX = 1.0
_WORDS_PX = 48


class Icicle(QWidget):
    """Blocks of the tree: `picked` by a click or Enter, `opened` by a double click or Ctrl+Enter.

    Arrow keys walk: up to the block around, down into its largest part, left and right to the
    parts beside it.
    """

    picked = Signal(object)
    opened = Signal(object)

    def __init__(self, model: ClustersModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._found: Found | None = None
        self._near = 0.0
        self._chosen: frozenset[int] = frozenset()
        self._current: Block | None = None
        self._drawn: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Tree of the clusters"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_found(self, found: Found | None) -> None:
        """Draw the tree of a run."""
        self._found, self._current = found, None
        self._near = _step_below(found) if found else 0.0
        self._redraw()

    def choose(self, labels: frozenset[int]) -> None:
        """Let the blocks of these clusters stand out."""
        if labels != self._chosen:
            self._chosen = labels
            self._redraw()

    @property
    def current(self) -> Block | None:
        """The block that keys act upon."""
        return self._current

    def sizeHint(self) -> QSize:
        """Like to be wide."""
        return QSize(600, 200)

    def minimumSizeHint(self) -> QSize:
        """Leave room for some levels."""
        return QSize(200, 96)

    def _area(self) -> QRectF:
        return QRectF(
            _AXIS_PX, theme.GAP_PX, self.width() - _AXIS_PX - theme.GAP_PX,
            self.height() - 2 * theme.GAP_PX,
        )  # fmt: skip

    def rect_of(self, block: Block) -> QRectF:
        """Return where a block is drawn."""
        assert self._found is not None
        tree, area = self._found.tree, self._area()
        across = area.width() / tree.width
        down = area.height() / (tree.far - self._near)
        return QRectF(
            area.left() + block.left * across,
            area.top() + (tree.far - block.far) * down,
            block.size * across,
            max((block.far - block.near) * down, 1.0),
        )

    def _y_of(self, distance: float) -> float:
        assert self._found is not None
        area, far = self._area(), self._found.tree.far
        return area.top() + (far - distance) / (far - self._near) * area.height()

    def block_at(self, x: float, y: float) -> Block | None:
        """Return the block at a place of the widget."""
        if self._found is None or not self._found.tree.blocks:
            return None
        tree, area = self._found.tree, self._area()
        item = (x - area.left()) / area.width() * tree.width
        share = (y - area.top()) / area.height()
        return tree.at(item, tree.far - share * (tree.far - self._near))

    def words(self, block: Block) -> str:
        """Return what is told of a block."""
        place = self._model.place_of(block.label) if block.label >= 0 else -1
        if place >= 0:
            name = self._model.name(self._model.group(place))
        elif block.label == NOISE:
            name = self.tr("In no cluster")
        else:
            name = self.tr("Several clusters")
        return self.tr("{}\n{:,} items, together below a distance of {:.2f}").format(
            name, block.size, block.far
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the blocks from a picture of them, and the current one over it."""
        if self._drawn is None:
            self._drawn = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn)
        if self._current is not None and self.hasFocus():
            painter.setPen(QPen(QColor(theme.colours().accent), 2))
            painter.drawRect(self.rect_of(self._current))

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatio()
        drawn = QPixmap(self.size() * ratio)
        drawn.setDevicePixelRatio(ratio)
        palette = theme.colours()
        drawn.fill(QColor(palette.canvas))
        if self._found is None or not self._found.tree.blocks:
            return drawn
        painter = QPainter(drawn)
        painter.setFont(theme.font(theme.Type.SMALL))
        self._draw_axis(painter)
        named: set[int] = set()
        inks: dict[int, tuple[QColor, QColor]] = {}
        labels = self._found.tree.labels.tolist()
        for at, place in self._seen():
            label = labels[at]
            if label not in inks:
                inks[label] = self._inks(label)
            edge, colour = inks[label]
            painter.setPen(edge)
            painter.setBrush(colour)
            painter.drawRect(place.adjusted(0.5, 0, -0.5, 0))
            if label >= 0 and label not in named and self._draw_name(painter, place, label, colour):
                named.add(label)
        painter.end()
        return drawn

    def _seen(self) -> Iterator[tuple[int, QRectF]]:
        """Yield which blocks are drawn, and where, each before its parts.

        Those narrower than a pixel are left out, and of those lower than one and of no single
        cluster, which lie in a row of pixels and begin in the same one, all but the first.
        """
        assert self._found is not None
        tree, area = self._found.tree, self._area()
        left, right, far, near = tree.edges.T
        across = area.width() / tree.width
        down = area.height() / (tree.far - self._near)
        x, y = area.left() + left * across, area.top() + (tree.far - far) * down
        wide, high = (right - left) * across, (far - near) * down
        drawn = wide >= _LEAST_PX
        thin = np.flatnonzero(drawn & (high < 1) & (tree.labels < 0))
        pixel = np.floor(y[thin]) * self.width() + np.floor(x[thin])
        drawn[thin] = False
        drawn[thin[np.unique(pixel, return_index=True)[1]]] = True
        at = np.flatnonzero(drawn)
        places = np.stack([x[at], y[at], wide[at], np.maximum(high[at], 1)], axis=1)
        for place, rect in zip(at.tolist(), places.tolist(), strict=True):
            yield place, QRectF(*rect)

    def _draw_axis(self, painter: QPainter) -> None:
        assert self._found is not None
        palette, area, far = theme.colours(), self._area(), self._found.tree.far
        metrics = painter.fontMetrics()
        at, step = self._near, _STEP
        while (far - at) / step * (metrics.height() + 4) > area.height():
            step *= 2
        while at < far:
            y = self._y_of(at)
            painter.setPen(QColor(palette.line))
            painter.drawLine(int(area.left()), int(y), int(area.right()), int(y))
            painter.setPen(QColor(palette.soft))
            middle = min(max(y, metrics.height() / 2), self.height() - metrics.height() / 2)
            painter.drawText(
                QRectF(0, middle - metrics.height() / 2, _AXIS_PX - 6, metrics.height()),
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                f"{at:.2f}",
            )
            at += step

    def _inks(self, label: int) -> tuple[QColor, QColor]:
        """Return the colours of the edge and the inside of blocks with a label."""
        palette = theme.colours()
        if label < 0:
            return QColor(palette.edge), QColor(palette.raised)
        is_faded = bool(self._chosen) and label not in self._chosen
        return QColor(palette.canvas), _faded(ink(label)) if is_faded else ink(label)

    def _draw_name(self, painter: QPainter, place: QRectF, label: int, colour: QColor) -> bool:
        """Write a cluster's name into its block; tell whether there is room for it."""
        if place.width() < _WORDS_PX or place.height() < painter.fontMetrics().height() + 2:
            return False
        group = self._model.place_of(label)
        name = self._model.name(self._model.group(group)) if group >= 0 else ""
        dark = theme.contrast(colour.name(), "#ffffff") < 4.5
        painter.setPen(QColor("#000000" if dark else "#ffffff"))
        inside = place.adjusted(4, 1, -4, -1)
        painter.drawText(
            inside,
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop),
            painter.fontMetrics().elidedText(
                name, Qt.TextElideMode.ElideRight, int(inside.width())
            ),
        )
        return True

    def _redraw(self) -> None:
        self._drawn = None
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw in the new size."""
        super().resizeEvent(event)
        self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        """Draw in the new colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._redraw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the block under the pointer."""
        block = self.block_at(event.position().x(), event.position().y())
        self.setCursor(
            Qt.CursorShape.ArrowCursor if block is None else Qt.CursorShape.PointingHandCursor
        )
        if block is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.words(block), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick a block."""
        block = self.block_at(event.position().x(), event.position().y())
        if block is not None and event.button() is Qt.MouseButton.LeftButton:
            self._go_to(block)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a block."""
        block = self.block_at(event.position().x(), event.position().y())
        if block is not None and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(block)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk along the tree."""
        blocks = self._found.tree.blocks if self._found else ()
        here = self._current or (blocks[0] if blocks else None)
        key = event.key()
        if here is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            is_open = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            (self.opened if is_open else self.picked).emit(here)
        elif self._current is None and key in _STEPS:
            self._go_to(here)
        elif key in _STEPS:
            self._go_to(_beside(blocks, here, key) or here)
        else:
            super().keyPressEvent(event)

    def _go_to(self, block: Block) -> None:
        self._current = block
        self.setAccessibleDescription(self.words(block))
        self.update()
        self.picked.emit(block)


def _step_below(found: Found) -> float:
    """Return the distance at the bottom: a step of the axis below the closest block."""
    closest = float(found.tree.edges[:, 3].min(initial=np.inf))
    return floor(closest / _STEP) * _STEP if closest < found.tree.far else 0.0


def _faded(colour: QColor) -> QColor:
    ground = QColor(theme.colours().canvas)
    return QColor(
        *(
            round(0.35 * one + 0.65 * other)
            for one, other in zip(colour.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index]
        )
    )


_STEPS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)


def _beside(blocks: tuple[Block, ...], here: Block, key: int) -> Block | None:
    around = [b for b in blocks if b.first <= here.first and here.last <= b.last and b is not here]
    outer = min(around, key=lambda b: b.last - b.first, default=None)
    if key == Qt.Key.Key_Up:
        return outer
    if key == Qt.Key.Key_Down:
        within = [b for b in blocks if b.far == here.near and here.left <= b.left < here.right]
        return within[0] if within else None
    if outer is None:
        return None
    row = [b for b in blocks if b.far == outer.near and outer.left <= b.left < outer.right]
    place = row.index(here) + (1 if key == Qt.Key.Key_Right else -1)
    return row[place] if 0 <= place < len(row) else None
