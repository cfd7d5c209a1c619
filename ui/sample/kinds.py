"""The kinds of media to choose from, as boxes to tick."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from .. import theme
from ..items import MODALITIES

__all__ = ["Kinds"]


class Kinds(QWidget):
    """A box for each kind that is there; all are ticked at first."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = (self.tr("Pictures"), self.tr("Texts"), self.tr("Sounds"))
        self.boxes = {kind: QCheckBox(name) for kind, name in zip(MODALITIES, words, strict=True)}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.WIDE_PX)
        for box in self.boxes.values():
            box.setAccessibleName(self.tr("Choose from: {}").format(box.text()))
            box.setChecked(True)
            box.toggled.connect(self.changed)
            row.addWidget(box)
        row.addStretch()
        self._there = frozenset(MODALITIES)

    def offer(self, there: Iterable[str]) -> None:
        """Show the boxes of the kinds that the collection has."""
        self._there = frozenset(there)
        for kind, box in self.boxes.items():
            box.setVisible(kind in self._there)
        self.updateGeometry()  # a hidden row's new height is not heard of else

    def chosen(self) -> tuple[str, ...]:
        """Return the kinds that are ticked; all if that is all that are there."""
        ticked = tuple(kind for kind, box in self.boxes.items() if box.isChecked())
        return MODALITIES if self._there <= set(ticked) else ticked
