"""A chip: one word of a filter, a tag, a choice; it can be pressed and taken away."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from .bar import tool
from .card import restyle
from .labels import Glyph, label
from .measures import GAP_PX, ICON_PX, TIGHT_PX

__all__ = ["Chip"]

_HEIGHT_PX = 24
_LONGEST = 40  # characters


class Chip(QFrame):
    """A short text in a pill: `pressed` by click, Enter or Space, `removed` by cross or Delete.

    Parameters
    ----------
    kind : ``plain``, ``accent`` for what is meant, ``exclude`` for what is left out.
    icon : the name of an icon before the text.
    """

    pressed = Signal()
    removed = Signal()

    def __init__(
        self,
        text: str,
        *,
        kind: Literal["plain", "accent", "exclude"] = "plain",
        icon: str = "",
        pressable: bool = True,
        removable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.text = text
        self._pressable, self._removable = pressable, removable
        self.setProperty("kind", kind)
        self.setProperty("pressable", pressable)
        self.setFixedHeight(_HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_PX, 0, TIGHT_PX if removable else GAP_PX, 0)
        row.setSpacing(TIGHT_PX)
        if icon:
            row.addWidget(Glyph(icon, size_px=ICON_PX - 2))
        row.addWidget(label(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"))
        self.setToolTip(text if len(text) > _LONGEST else "")
        if removable:
            cross = tool("close", self.tr("Remove {}").format(text), self.removed.emit)
            cross.setIconSize(QSize(12, 12))
            cross.setFixedSize(ICON_PX, ICON_PX)
            cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the chip's own Delete does it
            row.addWidget(cross)
        self.setAccessibleName(text if kind != "exclude" else self.tr("not {}").format(text))
        if pressable or removable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if pressable:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def selected(self) -> bool:
        """Whether it is drawn as chosen."""
        return bool(self.property("selected"))

    def set_selected(self, selected: bool) -> None:
        """Draw it as chosen, or not."""
        if selected != self.selected:
            self.setProperty("selected", selected)
            restyle(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the button, so that its release comes here."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press it; the middle button takes it away."""
        if not self.rect().contains(event.position().toPoint()):
            return
        if event.button() is Qt.MouseButton.LeftButton and self._pressable:
            self.pressed.emit()
        elif event.button() is Qt.MouseButton.MiddleButton and self._removable:
            self.removed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press it or take it away."""
        key = event.key()
        if self._pressable and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        elif self._removable and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        else:
            super().keyPressEvent(event)
