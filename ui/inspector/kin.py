"""What is like an item: its nearest neighbours in each modality, and its duplicates."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from ..items import MODALITIES
from ..session import Document, Session
from ..theme import Section, Type, label
from .model import Near
from .strip import Strip

__all__ = ["Copies", "Similar"]


class Similar(Section):
    """The items that are most like one, a row for each modality; `chosen` brings one of them.

    `wanted` comes when the user wants to see all that are like it.
    """

    chosen = Signal(int)
    wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.name(self.tr("Most like it"))
        names = (self.tr("Pictures"), self.tr("Texts"), self.tr("Sounds"))
        self._near: dict[str, tuple[QLabel, Strip]] = {}
        for modality, name in zip(MODALITIES, names, strict=True):
            strip = Strip(session, self.tr("Most like it: {}").format(name))
            strip.chosen.connect(self.chosen)
            words = label(name, Type.SMALL)
            self.body.addWidget(words)
            self.body.addWidget(strip)
            self._near[modality] = (words, strip)
        find = QPushButton(self.tr("Find similar"))
        find.setAccessibleName(find.text())
        find.setProperty("link", True)
        find.clicked.connect(self.wanted)
        self.body.addWidget(find, 0, Qt.AlignmentFlag.AlignLeft)

    def clear(self) -> None:
        """Show nothing."""
        for modality in MODALITIES:
            self.show_near(modality, [])

    def show_near(self, modality: str, near: Near) -> None:
        """Show the items of one modality."""
        words, strip = self._near[modality]
        strip.show_rows([row for row, _ in near], [f"{score:.2f}" for _, score in near])
        words.setVisible(bool(near))
        strip.setVisible(bool(near))
        self.setVisible(any(strip.rows for _, strip in self._near.values()))

    def rows(self, modality: str) -> tuple[int, ...]:
        """Return what is shown of a modality."""
        return self._near[modality][1].rows


class Copies(Section):
    """The other items of a group of duplicates, and which of them stays."""

    chosen = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.name(self.tr("Duplicates"))
        self._session = session
        self._strip = Strip(session, self.tr("Duplicates"))
        self._strip.chosen.connect(self.chosen)
        self._words = label("", Type.SMALL, wrap=True)
        self.body.addWidget(self._strip)
        self.body.addWidget(self._words)

    def show_group(self, document: Document) -> None:
        """Show the group of what the verb `describe` says of an item."""
        group = document.get("duplicates") or {"items": []}
        rows = self._session.items.rows_of([one["id"] for one in group["items"]]).tolist()
        own = next((one for one in group["items"] if one["id"] == document["id"]), None)
        others = [
            (row, one)
            for row, one in zip(rows, group["items"], strict=True)
            if row >= 0 and one is not own
        ]
        self.setVisible(bool(others))
        self._strip.show_rows(
            [row for row, _ in others], [self._said(one, group["keep"]) for _, one in others]
        )
        if own is not None:
            stays = (
                self.tr("This one would stay")
                if own["id"] == group["keep"]
                else self.tr("This one would go")
            )
            self._words.setText(f"{stays}: {own['reason']}" if own["reason"] else stays)

    @property
    def rows(self) -> tuple[int, ...]:
        """What is shown."""
        return self._strip.rows

    def _said(self, one: Document, keep: str) -> str:
        if one["id"] == keep:
            return self.tr("stays")
        similarity = one["similarity"]
        return "" if similarity is None else f"{similarity * 100:.0f} %"
