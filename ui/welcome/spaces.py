"""The spaces that a collection can be made in, one card each."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ..theme import GAP_PX, Card, Glyph, label, restyle
from .model import Creation, Document

__all__ = ["SpaceCards"]

_ICONS = {"image": "image-outline", "audio": "waveform", "text": "text-box-outline"}


class SpaceCards(QWidget):
    """What each space is good for, how large it is, and whether its weights are here."""

    changed = Signal()
    allowed = Signal(str)
    """The user lets this package act."""

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
        for card in self.cards.values():
            card.deleteLater()
        self.cards.clear()
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
        asks = space.get("state") == "not allowed"
        state = label(self._state(space), tone="soft" if usable or asks else "error", wrap=True)
        card.body.addWidget(state)
        card.setAccessibleDescription(f"{space.get('summary', '')} {state.text()}")
        if asks:
            state.setText(self.tr("It comes from the package {}.").format(_package(space)))
            card.body.addWidget(self._permission(space, state), 0, Qt.AlignmentFlag.AlignLeft)
        card.pressed.connect(lambda: self._choose(space["name"]))
        return card

    def _permission(self, space: Document, state: QLabel) -> QPushButton:
        """Return the button that allows a package, when pressed again after what that means."""
        button = QPushButton(self.tr("Allow…"))
        button.setAccessibleName(self.tr("Allow {}").format(_package(space)))
        button.setAutoDefault(False)

        def pressed() -> None:
            if button.property("primary"):
                self.allowed.emit(space["package"])
                return
            state.setText(
                self.tr(
                    "{} is a program that runs with all your rights: it can read and change your "
                    "files and use the network. Allow it only if you trust it."
                ).format(_package(space))
            )
            button.setText(self.tr("Allow it"))
            button.setAccessibleDescription(state.text())
            button.setProperty("primary", True)
            restyle(button)

        button.clicked.connect(pressed)
        return button

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


def _package(space: Document) -> str:
    return f"{space['package']} {space['version']}"
