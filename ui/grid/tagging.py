"""A small dialog that gives tags to items and takes them away."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from .. import theme
from ..items import Rows, tag_counts
from .wording import title

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["TagDialog"]

_MOST_CHIPS = 30


class TagDialog(QDialog):
    """Asks for tags, commas between them; those that the items have can be taken away."""

    def __init__(self, session: "Session", rows: Rows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._rows = session, rows
        self._removed: list[str] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(
            self.tr("Tags of {:,} items").format(len(rows))
            if len(rows) > 1
            else self.tr("Tags of {}").format(title(session.items, int(rows[0])))
        )
        self.setMinimumWidth(420)
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Tags to add"))
        self.field.setPlaceholderText(self.tr("Tags to add, with commas between them"))
        known = [str(tag) for tag, _ in session.facets.get("tag", ())]
        self._completer = QCompleter(QStringListModel(known, self), self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setWidget(self.field)
        self._completer.activated.connect(self._complete)
        self.field.textEdited.connect(self._offer)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.WIDE_PX] * 4)
        column.setSpacing(theme.PAD_PX)
        column.addWidget(self.field)
        had = tag_counts(session.items.tags, rows)
        if had:
            column.addWidget(theme.label(self.tr("They have, and may lose:"), theme.Type.SMALL))
            chips = QWidget()
            flow = theme.FlowLayout(chips)
            for tag, count in had.most_common(_MOST_CHIPS):
                words = tag if count == len(rows) else f"{tag} · {count:,}"
                chip = theme.Chip(words, pressable=False, removable=True)
                chip.removed.connect(lambda tag=tag, chip=chip: self._remove(tag, chip))
                flow.addWidget(chip)
            column.addWidget(chips)
        column.addWidget(buttons)

    def _words(self) -> list[str]:
        return [word.strip() for word in self.field.text().split(",")]

    def _offer(self, text: str) -> None:
        word = self._words()[-1]
        self._completer.setCompletionPrefix(word)
        if word:
            self._completer.complete()

    def _complete(self, tag: str) -> None:
        self.field.setText(", ".join([*self._words()[:-1], tag]) + ", ")

    def _remove(self, tag: str, chip: theme.Chip) -> None:
        self._removed.append(tag)
        chip.hide()

    def accept(self) -> None:
        """Give and take the tags."""
        added = [word for word in self._words() if word]
        if added or self._removed:
            self._session.mark(self._rows, add=added, remove=self._removed)
        super().accept()
