"""A drawn picture of the points, and where it lies once the view has moved on."""

from dataclasses import dataclass
from typing import Self

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from .splatting import Scene, picture
from .viewport import Viewport

__all__ = ["Frame"]


@dataclass(frozen=True, slots=True)
class Frame:
    """The points of `scene` as `view` shows them; `border_px` more on every side."""

    scene: Scene
    view: Viewport
    image: QImage
    border_px: float

    @classmethod
    def drawn(cls, scene: Scene, view: Viewport, ratio: float) -> Self:
        """Draw it, with `ratio` device pixels to each of the window's; in any thread."""
        pixels, border = picture(scene, view, ratio)
        height, width = pixels.shape
        dots = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32)
        # On its background already, so that the GUI thread has nothing to blend.
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(0xFF000000 | scene.background)
        painter = QPainter(image)
        painter.drawImage(0, 0, dots)
        painter.end()
        image.setDevicePixelRatio(ratio)
        return cls(scene, view, image, border / ratio)

    def paint(self, painter: QPainter, view: Viewport) -> None:
        """Paint it where its points lie in another view."""
        grown = view.scale / self.view.scale
        left, top = view.pixel(*self.view.place(-self.border_px, -self.border_px))
        size = self.image.deviceIndependentSize()
        place = QRectF(left, top, size.width() * grown, size.height() * grown)
        same = abs(grown - 1) < 1e-9
        if same:
            place.moveTo(round(left), round(top))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not same)
        painter.drawImage(place, self.image)
