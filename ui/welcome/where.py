"""Where a new collection goes: its name, and the folder that it lies in."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QWidget

from ..theme import GAP_PX, WIDE_PX, ElidedLabel, label, restyle, tool
from .model import State, name_for

__all__ = ["WherePanel"]

_WRONG = (State.NO_FOLDER, State.NOT_EMPTY, State.INSIDE_SOURCE, State.NOT_WRITABLE)


class WherePanel(QWidget):
    """A name and a folder; `changed` when the user says otherwise.

    Parameters
    ----------
    folder : where collections usually go.
    """

    changed = Signal()

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._named = False
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the collection"))
        self.name.textEdited.connect(self._renamed)
        self._place = ElidedLabel(str(folder), mode=Qt.TextElideMode.ElideMiddle)
        where = QGridLayout(self)
        where.setContentsMargins(0, 0, 0, 0)
        where.setHorizontalSpacing(WIDE_PX)
        where.setVerticalSpacing(GAP_PX)
        where.setColumnStretch(1, 1)
        where.addWidget(label(self.tr("Name")), 0, 0)
        where.addWidget(self.name, 0, 1, 1, 2)
        where.addWidget(label(self.tr("In")), 1, 0)
        where.addWidget(self._place, 1, 1)
        elsewhere = tool("folder-open-outline", self.tr("Choose where"), self._choose)
        where.addWidget(elsewhere, 1, 2)

    @property
    def path(self) -> Path | None:
        """The folder that the collection will be, None without a name."""
        name = self.name.text().strip()
        return self._folder / name if name else None

    def propose(self, sources: Sequence[Path]) -> None:
        """Name it after the first of `sources`, unless the user has named it."""
        if not self._named:
            self.name.setText(name_for(list(sources), self._folder))

    def show_state(self, state: State) -> None:
        """Mark the name if it is what stands in the way."""
        self.name.setProperty("wrong", state in _WRONG)
        restyle(self.name)

    def _renamed(self) -> None:
        self._named = bool(self.name.text())
        self.changed.emit()

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, self.tr("Where the collection goes"), str(self._folder)
        )
        if folder:
            self._folder = Path(folder)
            self._place.setText(folder)
            self.changed.emit()
