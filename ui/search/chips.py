"""The filters of a query as chips."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ..theme import TIGHT_PX, Chip, FlowLayout
from .wording import said_of

__all__ = ["Chips"]


class Chips(QWidget):
    """A chip for each clause: `pressed` and `removed` bring the clause.

    What is shown for another reason than the query is a chip with its title in their place;
    `untitled` when that is removed.
    """

    pressed = Signal(str)
    removed = Signal(str)
    untitled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = FlowLayout(self, spacing_px=TIGHT_PX)
        self._flow.setContentsMargins(0, TIGHT_PX, 0, 0)

    def show_clauses(self, clauses: list[str], title: str) -> None:
        """Show other clauses; with none and no title it takes no room."""
        self._flow.clear()
        if title:
            chip = Chip(title, icon="filter-outline", pressable=False, removable=True)
            chip.removed.connect(self.untitled)
            self._flow.addWidget(chip)
        else:
            for clause in clauses:
                self._flow.addWidget(self._chip(clause))
        self.setVisible(self._flow.count() > 0)

    def _chip(self, clause: str) -> Chip:
        kept = clause.removeprefix("-")
        kind = "accent" if kept == clause else "exclude"
        chip = Chip(said_of(kept), kind=kind, removable=True)  # type: ignore[arg-type]
        chip.setToolTip(clause)
        chip.pressed.connect(partial(self.pressed.emit, clause))
        chip.removed.connect(partial(self.removed.emit, clause))
        return chip
