"""Screenshots of every view, of the real program on the sample collection.

``python -m tests.ui.screenshots FOLDER`` makes a collection of the sample, analyses it, and grabs
the window in light and in dark colours. ``QT_SCALE_FACTOR=2`` before it gives twice the pixels.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from embedcurate_resources import FOLDER
from embedcurate_ui import theme
from embedcurate_ui.moving.dialog import MoveDialog
from embedcurate_ui.preferences import CheatSheet, CommandPalette, PreferencesDialog, Settings
from embedcurate_ui.session import Session
from embedcurate_ui.welcome import CreateDialog
from embedcurate_ui.window import Window
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

SAMPLE = FOLDER / "sample"
_PATIENCE_MS = 180_000
_STILL_MS = 1500


def until(*signals: SignalInstance, after: Callable[[], object]) -> None:
    """Do `after`, and go on when each of the signals has come."""
    loop, waiting = QEventLoop(), set(range(len(signals)))

    def came(number: int) -> None:
        waiting.discard(number)
        if not waiting:
            loop.quit()

    for number, signal in enumerate(signals):
        signal.connect(lambda *_, number=number: came(number))
    QTimer.singleShot(_PATIENCE_MS, loop, loop.quit)
    after()
    loop.exec()
    assert not waiting, "the program did not answer"


class Still(QObject):
    """Waits until nothing was asked or made for a while."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._loop = QEventLoop()
        self._timer = QTimer(self, interval=_STILL_MS)
        self._timer.timeout.connect(self._look)
        session.thumbnails.made.connect(lambda _: self._timer.start())
        session.shown.connect(self._timer.start)

    def wait(self) -> None:
        """Run the program until it is still."""
        self._timer.start()
        self._loop.exec()

    def _look(self) -> None:
        if self._session.thumbnails.is_idle:
            self._timer.stop()
            self._loop.quit()


def shots(window: Window, folder: Path, scheme: str) -> None:
    """Grab each view, the start page and the dialogs."""
    session, still = window.session, Still(window.session)

    def grab(name: str, widget: QWidget | None = None) -> None:
        still.wait()
        (widget or window).grab().save(str(folder / f"{name}-{scheme}.png"))

    until(session.shown, after=lambda: session.show("a bird near water"))
    session.select(session.rows[:1])
    window.show_view("grid")
    grab("search")
    until(session.shown, after=lambda: session.show(""))
    session.select(session.rows[4:5])
    for name in window.views:
        if name == "compare":
            until(session.shown, after=lambda: session.show("a bird modality:image"))
            session.select(session.rows[:4])
        window.show_view(name)
        grab(name)
    for name, dialog in (
        ("keys", CheatSheet(window.shortcuts, window)),
        ("commands", CommandPalette(list(window.shortcuts.actions.values()), window)),
    ):
        dialog.show()
        grab(name, dialog)
        dialog.close()
    create = CreateDialog(session, folder, [SAMPLE / "media"])
    move = MoveDialog(session, folder)
    for name, dialog in (("create", create), ("move", move)):
        dialog.show()
        still.wait()
        QTest.keyClick(dialog.spaces.cards.cards["clip"], Qt.Key.Key_Space)
        grab(name, dialog)
        dialog.reject()
    preferences = PreferencesDialog(window.settings, window.shortcuts, session)
    for name in ("models", "plugins"):
        preferences.show()
        preferences.pages.setCurrentWidget(getattr(preferences, name))
        grab(f"preferences-{name}", preferences)
    preferences.reject()
    window.look.look(int(session.rows[0]))
    grab("look")
    window.look.leave()


def main() -> None:
    """Make the collection, analyse it, grab."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--collection", type=Path, help="of the sample; made if need be")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as scratch:
        collection = arguments.collection or Path(scratch) / "demo"
        if not (collection / "results").is_dir():
            prepare(collection)
        for scheme in ("light", "dark"):
            settings = Settings(Path(scratch) / f"{scheme}.ini")
            theme.apply(app, theme.Scheme(scheme))
            session = Session()
            window = Window(session, settings)
            window.resize(1440, 900)
            window.show()
            Still(session).wait()
            window.grab().save(str(arguments.folder / f"welcome-{scheme}.png"))
            until(session.shown, after=partial(window.open, collection))
            shots(window, arguments.folder, scheme)
            window.close()
            session.end()


def prepare(collection: Path) -> None:
    """Index the sample and analyse it, as a user would on the command line."""
    sources = [str(SAMPLE / "media"), "--captions", str(SAMPLE / "captions.csv")]
    for command in (
        ["index", str(collection), *sources, "--labels", "folder"],
        ["duplicates", str(collection)],
        ["clusters", str(collection), "--min-size", "4"],
        ["map", str(collection)],
        ["outliers", str(collection)],
        ["quality", str(collection)],
        ["sample", str(collection), "--size", "40"],
    ):
        subprocess.run(
            [sys.executable, "-m", "embedcurate", *command], check=True, stdout=subprocess.DEVNULL
        )


if __name__ == "__main__":
    main()
