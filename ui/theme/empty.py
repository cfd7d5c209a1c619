"""What a view shows while it has nothing to show: what it is for, and the way on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from .labels import Glyph, label
from .measures import GAP_PX, ROOM_PX, WIDE_PX, Type

__all__ = ["EmptyState"]

_TEXT_WIDTH_PX = 420


class EmptyState(QWidget):
    """An icon, a title, a sentence or two, and one button; `acted` when it is pressed."""

    acted = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        action: str = "",
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(ROOM_PX, ROOM_PX, ROOM_PX, ROOM_PX)
        column.setSpacing(GAP_PX)
        column.addStretch(2)
        self._glyph = Glyph(icon, size_px=56, colour="faint")
        column.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GAP_PX)
        self._title = label(title, Type.TITLE)
        column.addWidget(self._title, alignment=Qt.AlignmentFlag.AlignHCenter)
        self._text = label(text, tone="soft", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setFixedWidth(_TEXT_WIDTH_PX)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._text)
        row.addStretch()
        column.addLayout(row)
        column.addSpacing(WIDE_PX)
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.setProperty("primary", True)
        self.button.clicked.connect(self.acted)
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self.say(title, text, action)

    def say(self, title: str, text: str, action: str = "", *, icon: str | None = None) -> None:
        """Say something else; without an `action` there is no button."""
        self._title.setText(title)
        self._text.setText(text)
        self.button.setText(action)
        self.button.setAccessibleName(action)
        self.button.setAccessibleDescription(text)
        self.button.setVisible(bool(action))
        if icon is not None:
            self._glyph.show_icon(icon)
