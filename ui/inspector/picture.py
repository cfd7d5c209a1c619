"""A picture that is looked at closely: zoom at the cursor, pan, and a rectangle to search by."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ..theme import colours
from .frame import FIT, Frame, Size
from .preview import Picture
from .ringed import Ringed

__all__ = ["PictureView"]

_STEP = 1.25
_WHEEL = 1.0015
_PIXELS_SHOWN_FROM = 3.0
_LEAST_CROP_PX = 6


class PictureView(Ringed):
    """Shows a picture; the wheel and a pinch zoom at the cursor, a drag pans or crops.

    `framed` comes when the user zooms or pans, `scaled` with any change of the zoom, `region` with
    what was cropped, in the picture's own pixels, `wanted` with the size at which it were sharp.
    """

    framed = Signal(object)
    scaled = Signal()
    region = Signal(QRect)
    wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Picture"), parent)
        self.setMinimumSize(120, 80)
        self._picture: Picture | None = None
        self._frame = FIT
        self._grip: QPointF | None = None
        self._crop: QRectF | None = None
        self._cropping = False
        self._said_px = 0

    @property
    def picture(self) -> Picture | None:
        """What is shown."""
        return self._picture

    @property
    def frame(self) -> Frame:
        """Which part of it is shown."""
        return self._frame

    @property
    def percent(self) -> float:
        """How large a pixel of the picture is on the screen, in percent; 0 without a picture."""
        sizes = self._sizes()
        return self._frame.scale(*sizes) * self.devicePixelRatioF() * 100 if sizes else 0.0

    @property
    def crops(self) -> bool:
        """Whether a drag crops; else it pans."""
        return self._cropping

    @crops.setter
    def crops(self, on: bool) -> None:
        self._cropping = on
        self._crop = None
        self._point()
        self.update()

    def show_picture(self, picture: Picture | None) -> None:
        """Show a picture; a sharper one of the same item keeps the frame."""
        same = picture and self._picture and picture.row == self._picture.row
        self._picture = picture
        if not same:
            self._frame, self._crop = FIT, None
        self._said_px = 0
        self._point()
        self._sharpen()
        self.update()
        self.scaled.emit()

    def set_frame(self, frame: Frame) -> None:
        """Show another part; says nothing, so that linked views can set each other's."""
        sizes = self._sizes()
        if sizes:
            frame = frame.held(*sizes)
        self._frame = frame
        self._point()
        self._sharpen()
        self.update()
        self.scaled.emit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Come closer by `factor` at a place of the view, its middle without one."""
        sizes = self._sizes()
        if sizes:
            at = at or QPointF(self.width() / 2, self.height() / 2)
            self._user(self._frame.zoomed(factor, at.toTuple(), *sizes))

    def fit(self) -> None:
        """Show the whole picture."""
        self._user(FIT)

    def actual(self) -> None:
        """Show one pixel of the picture as one of the screen."""
        sizes = self._sizes()
        if sizes:
            self._user(self._frame.actual(self.devicePixelRatioF(), *sizes))

    def seen(self) -> QRect:
        """Return the part of the picture that is in view, in its own pixels."""
        return self._region(QRectF(self.rect()))

    def _sizes(self) -> tuple[Size, Size] | None:
        """Return the sizes of the view and of the picture, None without one of them."""
        found = self._picture
        if found is None or self.size().isEmpty():
            return None
        return (self.width(), self.height()), (found.width_px, found.height_px)

    def _user(self, frame: Frame) -> None:
        if frame != self._frame:
            self.set_frame(frame)
            self.framed.emit(frame)

    def _region(self, rect: QRectF) -> QRect:
        sizes = self._sizes()
        if not sizes:
            return QRect()
        left, top = self._frame.at(rect.topLeft().toTuple(), *sizes)
        right, bottom = self._frame.at(rect.bottomRight().toTuple(), *sizes)
        found = QRectF(QPointF(left, top), QPointF(right, bottom)).toAlignedRect()
        return found.intersected(QRect(0, 0, *map(int, sizes[1])))

    def _sharpen(self) -> None:
        """Say how large the picture should be, if it is coarser than what is seen of it."""
        picture = self._picture
        if picture is None or picture.is_final:
            return
        longer = max(picture.width_px, picture.height_px)
        wanted = int(min(self.percent / 100, 1.0) * longer)
        if wanted > max(picture.image.width(), picture.image.height(), self._said_px):
            self._said_px = wanted
            self.wanted.emit(wanted)

    def _point(self) -> None:
        shape = (
            Qt.CursorShape.CrossCursor
            if self._cropping
            else Qt.CursorShape.ClosedHandCursor
            if self._grip is not None
            else Qt.CursorShape.OpenHandCursor
            if self._frame.zoom > 1
            else Qt.CursorShape.ArrowCursor
        )
        self.setCursor(shape)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture on the canvas, and the rectangle that is being drawn."""
        painter = QPainter(self)
        theme = colours()
        painter.fillRect(self.rect(), QColor(theme.canvas))
        sizes = self._sizes()
        if self._picture is not None and sizes:
            image: QImage = self._picture.image
            whole = QRectF(*self._frame.placed(*sizes))
            seen = whole.intersected(QRectF(self.rect()))
            across, down = image.width() / whole.width(), image.height() / whole.height()
            source = QRectF(
                (seen.x() - whole.x()) * across,
                (seen.y() - whole.y()) * down,
                seen.width() * across,
                seen.height() * down,
            )
            ratio = self.devicePixelRatioF()
            close = self._frame.zoom > 1 and ratio / across >= _PIXELS_SHOWN_FROM
            smooth = not (close and self._picture.is_final)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(seen, image, source)
        if self._crop is not None:
            _paint_crop(painter, self.rect(), self._crop)
        self.paint_ring(painter)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        self.zoom(_WHEEL**turned, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Zoom by a pinch on a touchpad."""
        if isinstance(event, QNativeGestureEvent) and (
            event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1 + event.value(), event.position())
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture, or begin a rectangle."""
        if event.button() is not Qt.MouseButton.LeftButton or self._picture is None:
            event.ignore()
            return
        self._grip = event.position()
        if self._cropping:
            self._crop = QRectF(self._grip, self._grip)
        self._point()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Push the picture, or draw the rectangle."""
        sizes = self._sizes()
        if self._grip is None or not sizes:
            return
        if self._cropping:
            within = QRectF(self.rect())
            self._crop = QRectF(self._grip, event.position()).normalized().intersected(within)
            self.update()
            return
        moved = event.position() - self._grip
        self._grip = event.position()
        self._user(self._frame.panned(moved.x(), moved.y(), *sizes))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; a rectangle that is large enough is told."""
        crop, self._grip, self._crop = self._crop, None, None
        self._point()
        self.update()
        if crop is not None and min(crop.width(), crop.height()) >= _LEAST_CROP_PX:
            region = self._region(crop)
            if not region.isEmpty():
                self.region.emit(region)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to and fro between the whole picture and its pixels, at the cursor."""
        self.toggle(event.position())

    def toggle(self, at: QPointF | None = None) -> None:
        """Show the pixels, or the whole picture if more of it than that is hidden."""
        sizes = self._sizes()
        if self._frame.zoom > 1 or not sizes:
            self.fit()
            return
        aim = self._frame.actual(self.devicePixelRatioF(), *sizes).zoom
        self.zoom(aim if aim > 1 else 2.0, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by + and -, Z for the pixels, Shift and an arrow to pan, Escape to crop no more."""
        sizes = self._sizes()
        key = event.key()
        steps = {
            Qt.Key.Key_Left: (1, 0),
            Qt.Key.Key_Right: (-1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        if key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(_STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _STEP)
        elif key == Qt.Key.Key_Z:
            self.toggle()
        elif key == Qt.Key.Key_Escape and self._crop is not None:
            self._crop = self._grip = None
            self.update()
        elif key in steps and sizes and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            across, down = steps[Qt.Key(key)]
            step = (across * self.width() / 8, down * self.height() / 8)
            self._user(self._frame.panned(*step, *sizes))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is in the middle there."""
        super().resizeEvent(event)
        self.set_frame(self._frame)


def _paint_crop(painter: QPainter, view: QRect, crop: QRectF) -> None:
    around = QPainterPath()
    around.addRect(view)
    inside = QPainterPath()
    inside.addRect(crop)
    painter.fillPath(around.subtracted(inside), QColor(0, 0, 0, 110))
    painter.setPen(QPen(QColor("white"), 1))
    painter.drawRect(crop)
