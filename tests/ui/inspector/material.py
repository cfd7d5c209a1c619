"""What the tests of the panel and of the quick look share."""

from collections.abc import Callable
from contextlib import suppress

import psutil
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


def workers() -> list[int]:
    """Return the ids of the worker processes of this one that have not ended."""
    found = []
    for one in psutil.Process().children():
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):
            if "worker" in one.cmdline():
                found.append(one.pid)
    return found
