"""A sentence across a view: something to know, to mind or to mend, with one way to act."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from .bar import tool
from .card import restyle
from .labels import Glyph, label
from .measures import GAP_PX, TIGHT_PX

__all__ = ["Banner", "Kind"]

Kind = Literal["info", "warning", "error"]

_ICONS: dict[Kind, str] = {
    "info": "information-outline",
    "warning": "alert-outline",
    "error": "alert-circle-outline",
}


class Banner(QFrame):
    """Hidden until it has something to say; `acted` by its button, `closed` by its cross."""

    acted = Signal()
    closed = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(GAP_PX, TIGHT_PX, TIGHT_PX, TIGHT_PX)
        row.setSpacing(GAP_PX)
        self._glyph = Glyph(_ICONS["info"])
        self._label = label(wrap=True)
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.acted)
        row.addWidget(self._glyph)
        row.addWidget(self._label, 1)
        row.addWidget(self.button)
        row.addWidget(tool("close", self.tr("Close this message"), self._close))
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def say(self, kind: Kind, sentence: str, action: str = "") -> None:
        """Show a sentence, with a button if there is an `action`."""
        self.setProperty("kind", kind)
        self._glyph.show_icon(_ICONS[kind], colour=kind)
        self._label.setText(sentence)
        self.button.setText(action)
        self.button.setAccessibleName(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(sentence)
        restyle(self)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
