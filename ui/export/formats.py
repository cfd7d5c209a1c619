"""The list of formats to choose from."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ..theme import icon
from .model import FORMATS, Format
from .wording import format_text, format_title

__all__ = ["FormatList"]

_WIDTH_PX = 210


class FormatList(QListWidget):
    """Formats, one chosen; `chosen` says that it is another."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.known: list[Format] = []
        self.setAccessibleName(self.tr("Format"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH_PX)
        for one in FORMATS.values():
            self.add(one)
        self.setCurrentRow(0)
        self.currentItemChanged.connect(lambda *_: self.chosen.emit())

    def add(self, one: Format) -> None:
        """Add a format."""
        item = QListWidgetItem(icon(one.icon, colour="soft"), format_title(one))
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, format_text(one))
        item.setToolTip(format_text(one))
        self.known.append(one)
        self.addItem(item)

    @property
    def kind(self) -> Format:
        """The format that is chosen."""
        return self.known[self.currentRow()]

    def choose(self, name: str) -> None:
        """Choose a format."""
        self.setCurrentRow([one.name for one in self.known].index(name))
