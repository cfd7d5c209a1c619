"""A choice of items: none, those selected or shown, or what a filter matches."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from embedcurate.errors import QueryError
from embedcurate.query import parse_filter

from .. import theme

__all__ = ["FILTER", "Which"]

FILTER = "filter"


class Which(QWidget):
    """A list of choices by key; that with the key `FILTER` has a field for the filter."""

    changed = Signal()

    def __init__(
        self, name: str, choices: Mapping[str, str], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._list = QComboBox()
        self._list.setAccessibleName(name)
        for key, words in choices.items():
            self._list.addItem(words, key)
        self._field = QLineEdit()
        self._field.setAccessibleName(self.tr("Filter for: {}").format(name))
        self._field.setPlaceholderText("tag:dog stars:>=3 -is:duplicate")
        self._field.setClearButtonEnabled(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TIGHT_PX)
        column.addWidget(self._list)
        column.addWidget(self._field)
        self.setFocusProxy(self._list)
        self._list.currentIndexChanged.connect(self._changed)
        self._field.textChanged.connect(self._changed)
        self._changed()

    @property
    def key(self) -> str:
        """The key of what is chosen."""
        chosen: str = self._list.currentData()
        return chosen

    @property
    def filter(self) -> str:
        """The filter, empty unless one is chosen."""
        return self._field.text().strip() if self.key == FILTER else ""

    @property
    def problem(self) -> str:
        """What is wrong with the filter, a sentence."""
        try:
            parse_filter(self.filter)
        except QueryError as error:
            return str(error)
        return ""

    def choose(self, key: str, filter_: str = "") -> None:
        """Choose by key."""
        self._list.setCurrentIndex(self._list.findData(key))
        self._field.setText(filter_)

    def call(self, key: str, words: str) -> None:
        """Give a choice other words, as when a count changed."""
        self._list.setItemText(self._list.findData(key), words)

    def _changed(self) -> None:
        self._field.setVisible(self.key == FILTER)
        self._field.setProperty("wrong", bool(self.problem))
        self._field.setToolTip(self.problem)
        theme.restyle(self._field)
        self.changed.emit()
