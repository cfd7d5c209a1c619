"""Two pictures: side by side, one over the other in turns, or what they differ in."""

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..theme import GAP_PX, TIGHT_PX, Type, colours, font
from .difference import difference

__all__ = ["Look", "PicturePair"]

_TURN_MS = 500
_CLOSEST = 16.0
_STEP = 1.25


class Look(StrEnum):
    """How two pictures are compared."""

    SIDE = "side"
    FLICKER = "flicker"
    DIFFERENCE = "difference"


class PicturePair(QWidget):
    """Two pictures under one zoom: wheel or + and - to zoom, drag to move, double click to fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images, self._names = (QImage(), QImage()), ("", "")
        self._look, self._second = Look.SIDE, False
        self._apart: tuple[QImage, float] | None = None
        self._zoom, self._centre = 1.0, QPointF(0.5, 0.5)
        self._held: QPointF | None = None
        self._turns = QTimer(self, interval=_TURN_MS)
        self._turns.timeout.connect(self._turn)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Pictures compared"))

    @property
    def look(self) -> Look:
        """How they are compared now."""
        return self._look

    @property
    def apart(self) -> float | None:
        """The mean difference of the pixels, of 255, while it is shown."""
        return self._apart[1] if self._apart and self._look is Look.DIFFERENCE else None

    def show_pair(self, first: QImage, second: QImage, names: tuple[str, str]) -> None:
        """Show two pictures; one that is null is still to come."""
        self._images, self._names, self._apart = (first, second), names, None
        self.set_look(self._look)

    def fit(self) -> None:
        """Show the whole pictures."""
        self._zoom, self._centre = 1.0, QPointF(0.5, 0.5)
        self.update()

    def set_look(self, look: Look) -> None:
        """Compare in another way."""
        self._look = look
        both = not any(image.isNull() for image in self._images)
        if look is Look.FLICKER and both and self.isVisible():
            self._turns.start()
        else:
            self._turns.stop()
            self._second = False
        if look is Look.DIFFERENCE and both and self._apart is None:
            self._apart = difference(*self._images)
        self.setAccessibleDescription(self._said())
        self.update()

    def _said(self) -> str:
        if self.apart is None:
            return " / ".join(self._names)
        return self.tr("mean difference {:.1f} of 255").format(self.apart)

    def _turn(self) -> None:
        self._second = not self._second
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room."""
        return QSize(640, 400)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop flickering where nobody looks."""
        self._turns.stop()
        super().hideEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        self._zoom_by(_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by + and -."""
        factor = {Qt.Key.Key_Plus: _STEP, Qt.Key.Key_Equal: _STEP, Qt.Key.Key_Minus: 1 / _STEP}
        by = factor.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self._zoom_by(by, None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the pictures."""
        self._held = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move both pictures alike."""
        if self._held is None:
            return
        moved = event.position() - self._held
        self._held = event.position()
        area = self._fitted(self._images[0] if self._images[0].width() else self._images[1],
                            self._panes()[0])  # fmt: skip
        if area.isEmpty():
            return
        self._centre -= QPointF(
            moved.x() / (area.width() * self._zoom), moved.y() / (area.height() * self._zoom)
        )
        self._hold_inside()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole, or come close."""
        if self._zoom > 1:
            self.fit()
        else:
            self._zoom_by(4.0, event.position())

    def _zoom_by(self, factor: float, about: QPointF | None) -> None:
        before = self._zoom
        self._zoom = min(max(self._zoom * factor, 1.0), _CLOSEST)
        pane = next((p for p in self._panes() if about and p.contains(about)), self._panes()[0])
        image = next((one for one in self._images if not one.isNull()), QImage())
        area = self._fitted(image, pane)
        if about is not None and not area.isEmpty():
            away = about - pane.center()
            shift = 1 / before - 1 / self._zoom
            self._centre += QPointF(
                away.x() / area.width() * shift, away.y() / area.height() * shift
            )
        self._hold_inside()

    def _hold_inside(self) -> None:
        half = 0.5 / self._zoom
        self._centre = QPointF(
            *(min(max(at, half), 1 - half) for at in (self._centre.x(), self._centre.y()))
        )
        self.update()

    def _panes(self) -> list[QRectF]:
        whole = QRectF(self.rect())
        if self._look is not Look.SIDE:
            return [whole]
        width = (whole.width() - GAP_PX) / 2
        return [
            QRectF(0, 0, width, whole.height()),
            QRectF(width + GAP_PX, 0, width, whole.height()),
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is compared."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        panes = self._panes()
        for pane in panes:
            painter.fillRect(pane, QColor(colours().canvas))
        if self._look is Look.SIDE:
            for image, pane in zip(self._images, panes, strict=True):
                self._paint(painter, image, pane)
        elif self._look is Look.FLICKER:
            self._paint(painter, self._images[self._second], panes[0])
            self._label(painter, self._names[self._second])
        elif self._apart is not None:
            self._paint(painter, self._apart[0], panes[0])
            self._label(painter, self._said())

    def _paint(self, painter: QPainter, image: QImage, pane: QRectF) -> None:
        if image.isNull():
            painter.setPen(QColor(colours().faint))
            painter.setFont(font(Type.SMALL))
            painter.drawText(pane, Qt.AlignmentFlag.AlignCenter, self.tr("Loading…"))
            return
        area = self._fitted(image, pane)
        width, height = area.width() * self._zoom, area.height() * self._zoom
        left = pane.center().x() - self._centre.x() * width
        top = pane.center().y() - self._centre.y() * height
        target = QRectF(left, top, width, height)
        sharp = self._zoom * area.width() > 4 * image.width()
        painter.save()
        painter.setClipRect(pane)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not sharp)
        painter.drawImage(target, _reduced(image, target, self.devicePixelRatioF()))
        painter.restore()

    def _fitted(self, image: QImage, pane: QRectF) -> QRectF:
        """Return where the whole picture is as large as it can be in a pane, up to four times."""
        if image.isNull() or pane.isEmpty():
            return QRectF()
        scale = min(pane.width() / image.width(), pane.height() / image.height(), 4.0)
        area = QRectF(0, 0, image.width() * scale, image.height() * scale)
        area.moveCenter(pane.center())
        return area

    def _label(self, painter: QPainter, text: str) -> None:
        painter.setFont(font(Type.SMALL, bold=True))
        wide = painter.fontMetrics().horizontalAdvance(text) + 2 * GAP_PX
        box = QRectF(GAP_PX, GAP_PX, wide, painter.fontMetrics().height() + 2 * TIGHT_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().raised))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(colours().text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _reduced(image: QImage, target: QRectF, ratio: float) -> QImage:
    """Return the picture, made smaller by a whole number if it is drawn much smaller."""
    factor = int(image.width() / max(target.width() * ratio, 1))
    if factor < 2:
        return image
    return image.scaled(
        image.width() // factor,
        image.height() // factor,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
