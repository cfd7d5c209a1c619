"""The spaces that a collection can be in, one card each."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from ..focusing import show_whole
from ..session import Session
from ..theme import GAP_PX, Card, Glyph, label, restyle
from .fetching import WeightsRow, size_of
from .form import SpaceForm
from .model import Document, SpaceChoice, can_be_chosen

__all__ = ["SpaceCards"]

_ICONS = {"image": "image-outline", "audio": "waveform", "text": "text-box-outline"}


class SpaceCards(QWidget):
    """What each space is good for and what it lacks; the chosen one unfolds what can be said of it.

    `changed` comes when another one is chosen, or its model or an option changed.
    """

    changed = Signal()
    allowed = Signal(str)
    """The user lets this package act."""

    def __init__(
        self, choice: SpaceChoice, session: Session, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choice, self._session = choice, session
        self.cards: dict[str, Card] = {}
        self._states: dict[str, QLabel] = {}
        self.form: SpaceForm | None = None
        self.weights: WeightsRow | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP_PX)
        self._waiting = label(self.tr("Looking which are installed…"), tone="soft")
        self._column.addWidget(self._waiting)

    def show_spaces(self) -> None:
        """Show the spaces that are known now."""
        self._waiting.hide()
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self.form = self.weights = None
        for card in self.cards.values():
            card.setParent(None)
            card.deleteLater()
        self.cards.clear()
        self._states.clear()
        for space in self._choice.spaces:
            card = self._card(space)
            self.cards[space["name"]] = card
            self._column.addWidget(card)
        self._unfold()
        if had_focus and self._choice.plugin in self.cards:
            self.cards[self._choice.plugin].setFocus()

    def show_state(self) -> None:
        """Say of the chosen one what is known of it now."""
        choice = self._choice
        if choice.document is None or self.form is None or self.weights is None:
            return
        known = choice.known
        lacks = choice.wrong if known is None else self._lacks(known)
        is_told = self.form.show_wrong(lacks)
        fetchable = known is not None and not _needs_package(known)
        self.weights.offer(choice.name, known.get("weights", []) if known and fetchable else [])
        state = self._states[choice.plugin]
        if choice.is_asked:
            state.setText(self.tr("Looking what it needs…"))
        elif known is not None and not lacks:
            state.setText(self._here(known))
        else:
            state.setText("" if is_told else lacks)
        state.setVisible(bool(state.text()))
        _tone(state, "error" if choice.wrong else "soft")
        self.cards[choice.plugin].setAccessibleDescription(
            f"{choice.document.get('summary', '')} {lacks or state.text()}"
        )

    def _card(self, space: Document) -> Card:
        pressable = can_be_chosen(space)
        card = Card(space["name"], space.get("summary", ""), pressable=pressable)
        for kind in ("image", "audio", "text"):
            if kind in space.get("modalities", ()):
                card.header.addWidget(Glyph(_ICONS[kind]))
        asks = space.get("state") == "not allowed"
        tone = "soft" if pressable or asks else "error"
        state = label(self._in_short(space), tone=tone, wrap=True)
        self._states[space["name"]] = state
        card.body.addWidget(state)
        if asks:
            state.setText(self.tr("It comes from the package {}.").format(_package(space)))
            card.body.addWidget(self._permission(space, state), 0, Qt.AlignmentFlag.AlignLeft)
        card.setAccessibleDescription(f"{space.get('summary', '')} {state.text()}")
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

    def _in_short(self, space: Document) -> str:
        """Say of one that is not chosen whether it can be used."""
        if space["problem"] is None:
            return self._here(space)
        size = size_of([{"size_bytes": space.get("download_bytes", 0)}])
        if can_be_chosen(space) and size and not _needs_package(space):
            return self.tr("Not on this machine: {} to download.").format(size)
        return self._lacks(space)

    def _here(self, space: Document) -> str:
        size = size_of([{"size_bytes": space.get("download_bytes", 0)}])
        if not size or space.get("weights") == []:
            return self.tr("It can be used now.")
        return self.tr("It can be used now; its weights take {}.").format(size)

    def _lacks(self, space: Document) -> str:
        """Say what a space lacks and what to do about it, empty if nothing."""
        if space["problem"] is None:
            return ""
        said = _capital(str(space["problem"]).rstrip("."))
        to_fetch = any(one["missing"] for one in space.get("weights", ()))
        remedy = "" if to_fetch and not _needs_package(space) else space.get("remedy", "")
        return f"{said}. {remedy}".rstrip()

    def _choose(self, name: str) -> None:
        if name != self._choice.plugin:
            self._choice.choose(name)
            self._unfold()
            self.changed.emit()
            # It has its new height only when the layouts have been at it.
            QTimer.singleShot(0, self, self._show_chosen)

    def _show_chosen(self) -> None:
        if self._choice.plugin in self.cards:
            show_whole(self.cards[self._choice.plugin])

    def _unfold(self) -> None:
        """Let the chosen card alone show its form."""
        for one in (self.form, self.weights):
            if one is not None:
                one.setParent(None)
                one.deleteLater()
        self.form = self.weights = None
        for space in self._choice.spaces:
            name = space["name"]
            self.cards[name].set_selected(name == self._choice.plugin)
            if can_be_chosen(space):
                self._states[name].setText(self._in_short(space))
                self._states[name].show()
                _tone(self._states[name], "soft")
        if self._choice.document is None:
            return
        self.form = SpaceForm(self._choice)
        self.form.changed.connect(self.changed)
        self.weights = WeightsRow(self._session)
        body = self.cards[self._choice.plugin].body
        body.addWidget(self.weights)
        body.addWidget(self.form)
        self.show_state()


def _needs_package(space: Document) -> bool:
    """Tell whether weights alone would not help."""
    return space["problem"] is not None and "pip install" in space.get("remedy", "")


def _package(space: Document) -> str:
    return f"{space['package']} {space['version']}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _tone(said: QLabel, tone: str) -> None:
    said.setProperty("tone", tone)
    restyle(said)
