"""The list of formats to choose from."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from ..theme import icon
from .model import FORMATS
from .wording import format_text, format_title

__all__ = ["FormatList"]

_WIDTH_PX = 210
_NAME = Qt.ItemDataRole.UserRole


class FormatList(QListWidget):
    """Formats, one chosen; `chosen` brings its name."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Format"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_WIDTH_PX)
        for name, one in FORMATS.items():
            item = QListWidgetItem(icon(one.icon, colour="soft"), format_title(name))
            item.setData(_NAME, name)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, format_text(name))
            item.setToolTip(format_text(name))
            self.addItem(item)
        self.setCurrentRow(0)
        self.currentItemChanged.connect(lambda *_: self.chosen.emit(self.name))

    @property
    def name(self) -> str:
        """The format that is chosen."""
        found: str = self.currentItem().data(_NAME)
        return found

    def choose(self, name: str) -> None:
        """Choose a format."""
        self.setCurrentRow(list(FORMATS).index(name))
