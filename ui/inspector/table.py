"""A table of facts."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from ..theme import GAP_PX, TIGHT_PX, ElidedLabel, Type, label
from .facts import Fact

__all__ = ["FactsTable"]

_NAMES_PX = 96


class FactsTable(QWidget):
    """Names and values in two columns; each value can be copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[_Line] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP_PX)
        self._grid.setVerticalSpacing(TIGHT_PX // 2)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Iterable[Fact]) -> None:
        """Show facts."""
        shown = list(facts)
        while len(self._lines) < len(shown):
            self._lines.append(_Line(self._grid, len(self._lines)))
        for at, line in enumerate(self._lines):
            line.show_fact(shown[at] if at < len(shown) else None)
        self._grid.setRowStretch(len(self._lines), 1)


class _Line:
    """A name and a value in a grid, used for one fact after the other: new labels take long."""

    def __init__(self, grid: QGridLayout, at: int) -> None:
        self.fact: Fact | None = None
        self._name = label("", Type.SMALL, wrap=True)
        self._name.setFixedWidth(_NAMES_PX)
        self._value = label("", wrap=True)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._long = ElidedLabel("", mode=Qt.TextElideMode.ElideMiddle)
        grid.addWidget(self._name, at, 0, Qt.AlignmentFlag.AlignTop)
        for value in (self._value, self._long):
            grid.addWidget(value, at, 1, Qt.AlignmentFlag.AlignTop)
            copy = QAction(value.tr("Copy"), value)
            copy.triggered.connect(self._copy)
            value.addAction(copy)
            value.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def show_fact(self, fact: Fact | None) -> None:
        """Show a fact, or nothing."""
        if fact != self.fact:
            self.fact = fact
            value = self._long if fact and fact.is_long else self._value
            if fact:
                self._name.setText(fact.name)
                value.setText(fact.value)
                value.setAccessibleName(f"{fact.name}: {fact.value}")
            self._name.setVisible(fact is not None)
            self._value.setVisible(fact is not None and value is self._value)
            self._long.setVisible(fact is not None and value is self._long)

    def _copy(self) -> None:
        if self.fact:
            QGuiApplication.clipboard().setText(self.fact.value)
