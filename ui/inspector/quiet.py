"""A quiet word where there is nothing to see."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..theme import GAP_PX, Glyph, label

__all__ = ["Quiet"]


class Quiet(QWidget):
    """An icon and a sentence in the middle of what is empty."""

    def __init__(self, name: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = label(text, tone="soft", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PX * 2, GAP_PX, GAP_PX * 2, GAP_PX)
        column.setSpacing(GAP_PX)
        column.addStretch(2)
        column.addWidget(Glyph(name, size_px=40, colour="faint"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._text)
        column.addStretch(3)

    def say(self, text: str) -> None:
        """Say something else."""
        self._text.setText(text)
        self.setAccessibleName(text)
