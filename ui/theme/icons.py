"""Icons from Material Design by name, drawn in the colours of the theme of the moment."""

from functools import lru_cache

import qtawesome
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from .scheme import colours

__all__ = ["icon"]


def icon(name: str, *, colour: str = "text") -> QIcon:
    """Return an icon that follows the theme.

    Parameters
    ----------
    name : as in Material Design Icons, such as ``magnify`` or ``star-outline``; another of
        qtawesome's fonts by its prefix.
    colour : the name of one of the theme's `Colours`.

    Raises
    ------
    Exception
        qtawesome's own, if there is no such icon.
    """
    full = name if "." in name else f"mdi6.{name}"
    _drawn(full, getattr(colours(), colour), colours().disabled)
    return QIcon(_Engine(full, colour))


class _Engine(QIconEngine):
    """Draws a glyph in a colour that is looked up at each painting."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name, self._colour = name, colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint the glyph into `rect`."""
        palette = colours()
        drawn = _drawn(self._name, getattr(palette, self._colour), palette.disabled)
        drawn.paint(painter, rect, Qt.AlignmentFlag.AlignCenter, mode, state)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the glyph on nothing."""
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return picture

    def clone(self) -> QIconEngine:
        """Return another such engine."""
        return _Engine(self._name, self._colour)


@lru_cache(maxsize=512)
def _drawn(name: str, colour: str, disabled: str) -> QIcon:
    # Selected rows lend their icons another mode, in which qtawesome would turn them grey.
    found: QIcon = qtawesome.icon(
        name, color=colour, color_selected=colour, color_active=colour, color_disabled=disabled
    )
    return found
