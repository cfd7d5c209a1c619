"""The spaces that a collection can be made in, one card each."""

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..theme import GAP_PX, Card, Glyph, label
from .model import Creation, Document

__all__ = ["SpaceCards"]

_ICONS = {"image": "image-outline", "audio": "waveform", "text": "text-box-outline"}


class SpaceCards(QWidget):
    """What each space is good for, how large it is, and whether its weights are here."""

    changed = Signal()

    def __init__(self, creation: Creation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._creation = creation
        self.cards: dict[str, Card] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP_PX)
        self._waiting = label(self.tr("Looking which are installed…"), tone="soft")
        self._column.addWidget(self._waiting)

    def show_spaces(self) -> None:
        """Show the spaces that are known now."""
        self._waiting.hide()
        for space in self._creation.spaces:
            card = self._card(space)
            self.cards[space["name"]] = card
            self._column.addWidget(card)
        self._show_chosen()

    def _card(self, space: Document) -> Card:
        usable = space["problem"] is None
        card = Card(space["name"], space.get("summary", ""), pressable=usable)
        for kind in ("image", "audio", "text"):
            if kind in space.get("modalities", ()):
                card.header.addWidget(Glyph(_ICONS[kind]))
        state = label(self._state(space), tone="soft" if usable else "error", wrap=True)
        card.body.addWidget(state)
        card.setAccessibleDescription(f"{space.get('summary', '')} {state.text()}")
        card.pressed.connect(lambda: self._choose(space["name"]))
        return card

    def _state(self, space: Document) -> str:
        if space["problem"] is not None:
            said = str(space["problem"]).rstrip(".")
            return f"{said[:1].upper()}{said[1:]}. {space.get('remedy', '')}"
        size = space.get("download_bytes", 0)
        if not size:
            return self.tr("Its weights are here.")
        return self.tr("Its weights are here; they take {}.").format(
            QLocale().formattedDataSize(size)
        )

    def _choose(self, name: str) -> None:
        self._creation.space = name
        self._show_chosen()
        self.changed.emit()

    def _show_chosen(self) -> None:
        for name, card in self.cards.items():
            card.set_selected(name == self._creation.space)
