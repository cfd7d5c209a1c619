"""The cheat sheet: every key on one page."""

from itertools import groupby

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ..theme import PAD_PX, ROOM_PX, TIGHT_PX, WIDE_PX, Type, label
from .commands import COMMANDS, CONTEXT, GROUPS
from .shortcuts import Shortcuts, shown

__all__ = ["CheatSheet"]

_COLUMNS = 3


class CheatSheet(QDialog):
    """What each key does now, under headings."""

    def __init__(self, shortcuts: Shortcuts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns = QHBoxLayout()
        columns.setSpacing(ROOM_PX)
        groups = _groups(shortcuts)
        total = sum(len(rows) + 2 for _, rows in groups)
        column, filled = QVBoxLayout(), 0
        column.setSpacing(WIDE_PX)
        columns.addLayout(column)
        for heading, rows in groups:
            if filled and filled + len(rows) / 2 > total / _COLUMNS:
                column.addStretch()
                column, filled = QVBoxLayout(), 0
                column.setSpacing(WIDE_PX)
                columns.addLayout(column)
            column.addLayout(_block(heading, rows))
            filled += len(rows) + 2
        column.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(WIDE_PX, WIDE_PX, WIDE_PX, PAD_PX)
        whole.setSpacing(WIDE_PX)
        whole.addLayout(columns)
        whole.addWidget(label(self.tr("Other keys? Change them in the preferences."), tone="soft"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAccessibleName(self.tr("Close"))
        buttons.rejected.connect(self.reject)
        whole.addWidget(buttons)


def _groups(shortcuts: Shortcuts) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """Return (heading, [(title, keys), ...]) of the commands that can be done and have keys."""
    usable = [name for name in COMMANDS if name in shortcuts.actions and shortcuts.keys(name)]
    return [
        (
            QCoreApplication.translate(CONTEXT, GROUPS[group]),
            [(shortcuts.title(name), shortcuts.keys(name)) for name in names],
        )
        for group, names in groupby(usable, key=lambda name: COMMANDS[name].group)
    ]


def _block(heading: str, rows: list[tuple[str, tuple[str, ...]]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(WIDE_PX)
    grid.setVerticalSpacing(TIGHT_PX)
    grid.setColumnStretch(0, 1)
    grid.addWidget(label(heading, Type.TITLE), 0, 0, 1, 2)
    for number, (title, keys) in enumerate(rows, start=1):
        caps = QHBoxLayout()
        caps.setSpacing(TIGHT_PX)
        caps.addStretch()
        for key in keys:
            caps.addWidget(_cap(shown(key)))
        grid.addWidget(label(title), number, 0)
        grid.addLayout(caps, number, 1)
    return grid


def _cap(key: str) -> QLabel:
    cap = label(key, Type.SMALL)
    cap.setProperty("cap", True)
    cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return cap
