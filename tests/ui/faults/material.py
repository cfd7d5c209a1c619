"""A window on a small collection of the tiny space, and sources that hold an indexing at a gate."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedcurate_ui import theme
from embedcurate_ui.preferences import Settings
from embedcurate_ui.session import Session
from embedcurate_ui.window import Window
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from embedcurate.testing import make_text

__all__ = ["AT_GATE", "BEFORE_GATE", "WAIT_MS", "Gate", "opened"]

WAIT_MS = 60_000
BEFORE_GATE, AT_GATE = 20, 5


class Gate:
    """Twenty texts, and five at which both decoders wait until they are let go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for number in range(BEFORE_GATE):
            make_text(folder / f"a-{number:02}.txt", f"a green thing, number {number}")
        for number in range(2):
            gate = make_text(folder / f"gate-{number}.txt", f"a blue gate, number {number}")
            os.mkfifo(f"{gate}.pipe")
        for number in range(AT_GATE - 2):
            make_text(folder / f"z-{number}.txt", f"a yellow thing, number {number}")

    def let_go(self, folder: Path | None = None) -> None:
        """Let the decoders go that wait, or will in a moment; `folder` is where it was moved to."""
        for pipe in (folder or self.folder).glob("*.pipe"):
            with pipe.open("w"):
                pass

    def take_down(self) -> None:
        """Let nothing wait from now on."""
        for pipe in self.folder.glob("*.pipe"):
            pipe.unlink()
            pipe.touch()


@contextmanager
def opened(qtbot: QtBot, path: Path) -> Iterator[Window]:
    """Open a window on a collection, and close it again."""
    theme.apply(QApplication.instance(), "light")
    session = Session()
    window = Window(session, Settings())
    window.resize(1280, 800)
    with qtbot.waitSignal(session.shown, timeout=WAIT_MS):
        window.show()
        window.open(path)
    try:
        yield window
    finally:
        for job in session.jobs.live:
            job.stop()
        window.close()
        session.end()
        window.deleteLater()
