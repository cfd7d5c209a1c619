"""Two texts side by side, the words marked that only one of them has."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QWidget

from ..theme import GAP_PX, colours
from .difference import Change, words_changed

__all__ = ["TextPair"]


class TextPair(QWidget):
    """Two texts under one scroll bar: what the second lacks is struck out, what it adds, lined."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        self._sides = (QTextBrowser(), QTextBrowser())
        names = (self.tr("First text"), self.tr("Second text"))
        for side, other, name in zip(self._sides, self._sides[::-1], names, strict=True):
            side.setAccessibleName(name)
            side.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
            row.addWidget(side)
        self._changes: Sequence[Change] = ()
        self._whole = True

    def show_pair(self, first: str, second: str) -> None:
        """Compare two texts."""
        self._changes, self._whole = words_changed(first, second)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        """Write in the colours of another scheme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._write()

    def _write(self) -> None:
        palette = colours()
        struck = f"color:{palette.reject}; text-decoration:line-through"
        added = f"color:{palette.pick}; text-decoration:underline"
        for side, style in enumerate((struck, added)):
            parts = []
            for change in self._changes:
                words = escape((change.first, change.second)[side])
                parts.append(words if change.same else f'<span style="{style}">{words}</span>')
            rest = "" if self._whole else f"<p>{self.tr('Only the beginning is compared.')}</p>"
            self._sides[side].setHtml(
                f'<div style="white-space:pre-wrap">{"".join(parts)}</div>{rest}'
            )
