"""A card: one thing with its name, what is told of it, and what can be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from .labels import ElidedLabel, label
from .measures import GAP_PX, PAD_PX, TIGHT_PX, Type

__all__ = ["Card", "restyle"]


def restyle(widget: QWidget) -> None:
    """Read the style sheet again for a widget of which a property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Card(QFrame):
    """A raised surface with a title, a quiet second line, and a body.

    `header` is the row of the title: append small buttons to it. `body` is a column. A card made
    `pressable` takes the focus, and `pressed` comes by click, Enter and Space; `opened` comes by
    double click and Ctrl+Enter.
    """

    pressed = Signal(Qt.KeyboardModifier)
    opened = Signal()

    def __init__(
        self,
        title: str = "",
        subtitle: str = "",
        *,
        pressable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pressable = pressable
        self.setProperty("pressable", pressable)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        column.setSpacing(TIGHT_PX)
        self.header = QHBoxLayout()
        self.header.setSpacing(TIGHT_PX)
        self._title = ElidedLabel(title, Type.TITLE)
        self.header.addWidget(self._title, 1)
        column.addLayout(self.header)
        self._subtitle = label(subtitle, Type.SMALL, wrap=True)
        column.addWidget(self._subtitle)
        self.body = QVBoxLayout()
        self.body.setSpacing(GAP_PX)
        column.addLayout(self.body)
        self.say(title, subtitle)
        if pressable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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

    def say(self, title: str, subtitle: str = "") -> None:
        """Give it another title and second line; an empty one takes no room."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self.setAccessibleName(title)
        self.setAccessibleDescription(subtitle)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press it."""
        inside = self.rect().contains(event.position().toPoint())
        if self._pressable and event.button() is Qt.MouseButton.LeftButton and inside:
            self.pressed.emit(event.modifiers())
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the button, so that its release comes here."""
        if self._pressable:
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open it."""
        if self._pressable and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit()
        super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press or open it."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if not self._pressable or event.key() not in keys:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.opened.emit()
        else:
            self.pressed.emit(event.modifiers())
