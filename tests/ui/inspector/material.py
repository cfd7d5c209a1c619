"""What the tests of the panel and of the quick look share."""

from collections.abc import Callable

from embedcurate_ui.session import Session
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

WAIT_MS = 60_000


def named(session: Session, name: str) -> int:
    """Return the row of the file of that name."""
    return next(row for row in range(len(session.items)) if session.items.name(row) == name)


def button(widget: QWidget, name: str) -> QToolButton:
    """Return the button that is called so."""
    return next(one for one in widget.findChildren(QToolButton) if one.accessibleName() == name)


def until(qtbot: QtBot, holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    qtbot.waitUntil(holds, timeout=WAIT_MS)
