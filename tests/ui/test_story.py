"""The first visit: from a new machine to a list that a training run can read, in eight actions.

1. Try the sample.                5. Open the export (Ctrl+E).
2. Go to the samples (Alt+6).     6. Choose what: the sample that was just made.
3. Say how many.                  7. Say where.
4. Choose.                        8. Export.

Then more of it by keys alone, and that once more in a real window.
"""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from embedcurate_ui import theme
from embedcurate_ui.export import ExportDialog
from embedcurate_ui.preferences import Settings
from embedcurate_ui.session import Session
from embedcurate_ui.window import Window
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QWidget
from pytestqt.qtbot import QtBot

pytestmark = [pytest.mark.gui, pytest.mark.model, pytest.mark.timeout(900)]

PATIENCE_MS = 120_000
SIZE = 30
HEAVY = {"torch", "lancedb", "librosa", "hdbscan", "open_clip", "numba", "scipy", "PIL"}
"""What only workers may load."""
HOME = "EMBEDCURATE_TEST_HOME"
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sample's collection is kept: the first story makes it, the others open it."""
    return Path(os.environ.get(HOME) or tmp_path_factory.mktemp("home"))


@pytest.fixture
def window(
    qtbot: QtBot, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    """A new user's window; settings and data go to a folder of their own."""
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    theme.apply(QApplication.instance(), "dark")
    session = Session()
    window = Window(session, Settings())
    window.resize(1440, 900)
    window.show()
    activate(qtbot, window)
    yield window
    window.close()
    session.end()
    window.deleteLater()


def activate(qtbot: QtBot, window: QWidget) -> None:
    """Do what a window manager does with a new window: a bare X server has none."""
    with qtbot.waitExposed(window):
        pass
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)


def named(parent: QWidget, name: str, kind: type[QWidget] = QWidget) -> QWidget:
    """Return what a screen reader calls so."""
    [found] = [
        widget
        for widget in parent.findChildren(kind)
        if widget.isVisible() and widget.accessibleName() == name
    ]
    return found


class Keys:
    """A user without a mouse: keys go to whatever has the focus, and it moves by keys alone."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot

    @property
    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def is_at(self, widget: QWidget) -> bool:
        assert self.focus is widget, self.focus
        return True

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        menu = QApplication.activePopupWidget()
        self._qtbot.keyClick(menu or self.focus, key, modifier)

    def write(self, text: str) -> None:
        """Type over what stands there."""
        self.press(Qt.Key.Key_A, CTRL)
        self._qtbot.keyClicks(self.focus, text)

    def tab_to(self, name: str, *, back: bool = False) -> QWidget:
        """Press Tab until something of that name has the focus; each stop can be seen."""
        passed: list[str] = []
        while self.focus.accessibleName() != name:
            assert len(passed) < 100, "\n".join([name, *passed])
            self.press(Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab)
            assert not self.focus.visibleRegion().isEmpty(), self.focus.accessibleName()
            passed.append(self.focus.accessibleName())
        return self.focus


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def write(qtbot: QtBot, widget: QWidget, text: str) -> None:
    """Type over what stands there."""
    qtbot.keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(widget, text)


def test_a_first_visit_ends_with_an_exported_list(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    session, out = window.session, tmp_path / "list.csv"

    click(qtbot, named(window.welcome, "Try the sample"))  # 1
    qtbot.waitUntil(lambda: len(session.rows) > 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not session.jobs.live, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(session.rows) > 250, timeout=PATIENCE_MS)

    qtbot.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.AltModifier)  # 2
    view = window.views["sample"]
    assert window.view is view
    size = named(view, "Size", QDoubleSpinBox)
    write(qtbot, size, str(SIZE))  # 3
    qtbot.keyClick(size, Qt.Key.Key_Tab)
    click(qtbot, named(view, "Choose the sample"))  # 4
    qtbot.waitUntil(lambda: len(session.about["selections"]) == 1, timeout=PATIENCE_MS)

    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)  # 5
    [dialog] = window.findChildren(ExportDialog)
    qtbot.waitExposed(dialog)
    made = session.about["selections"][0]["name"]
    for _ in range(dialog.what.count()):  # 6
        if made not in dialog.what.currentText():
            qtbot.keyClick(dialog.what, Qt.Key.Key_Down)
    assert made in dialog.what.currentText()
    write(qtbot, dialog.out, str(out))  # 7
    qtbot.waitUntil(dialog.write.isEnabled, timeout=PATIENCE_MS)
    click(qtbot, dialog.write)  # 8
    qtbot.waitUntil(out.exists, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not session.jobs.live, timeout=PATIENCE_MS)

    check(out)
    dialog.reject()


def check(out: Path) -> None:
    """See that the exported list is what was chosen."""
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == SIZE
    assert {row["modality"] for row in rows} == {"image", "audio", "text"}
    assert all(Path(row["path"]).is_file() for row in rows)


def test_the_whole_story_is_told_by_keys_alone(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    session, out, keys = window.session, tmp_path / "list.csv", Keys(qtbot)
    key = Qt.Key

    def until(true: Callable[[], object]) -> None:
        qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE_MS)

    keys.tab_to("Try the sample")
    keys.press(key.Key_Space)
    until(lambda: len(session.rows) > 250 and not session.jobs.live)
    qtbot.waitUntil(lambda: keys.is_at(window.grid.grid), timeout=PATIENCE_MS)

    keys.press(key.Key_Slash)  # search by meaning, pick two of the hits, look closely
    keys.write("a bird near water")
    keys.press(key.Key_Return)
    until(lambda: session.hits)
    keys.tab_to(keys_of_grid(window))
    keys.press(key.Key_Home)
    keys.press(key.Key_P)
    keys.press(key.Key_P)
    keys.press(key.Key_4)
    until(lambda: session.items.pick.sum() == 2 and session.items.stars.max() == 4)
    keys.press(key.Key_Space)
    until(window.look.isVisible)
    keys.press(key.Key_Escape)
    until(lambda: not window.look.isVisible())
    assert keys.focus is window.grid.grid
    until(lambda: session.about["undo"]["undo"] == "4 stars (1 item)")
    keys.press(key.Key_Z, CTRL)
    until(lambda: session.items.stars.max() == 0)
    keys.press(key.Key_Backspace, CTRL)
    until(lambda: not session.hits)

    keys.tab_to("Turn the order round")  # Space presses what has the focus, in the grid as well
    keys.press(key.Key_Space)
    until(lambda: session.descending)
    assert not window.look.isVisible()
    keys.tab_to("Kind")  # the filters
    keys.press(key.Key_Tab)
    keys.press(key.Key_Down)
    keys.press(key.Key_Space)
    until(lambda: session.query.startswith("modality:"))
    assert not window.look.isVisible()
    keys.press(key.Key_Backspace, CTRL)
    until(lambda: not session.query)

    keys.press(key.Key_5, ALT)  # an analysis begins at its button, and ends in its list
    assert keys.focus.accessibleName() == "Find clusters"
    keys.press(key.Key_Space)
    until(lambda: keys.focus.isVisible() and keys.focus.accessibleName() == "Clusters")

    keys.press(key.Key_6, ALT)
    keys.tab_to("Size")
    keys.press(key.Key_Tab)
    assert isinstance(keys.focus, QDoubleSpinBox)
    keys.write(str(SIZE))
    keys.tab_to("Choose the sample")
    keys.press(key.Key_Space)
    until(lambda: (session.about["undo"]["undo"] or "").startswith("selection"))
    made = session.about["undo"]["undo"].split("'")[1]

    keys.press(key.Key_E, CTRL)
    [dialog] = window.findChildren(ExportDialog)
    activate(qtbot, dialog)
    keys.tab_to("What")
    for _ in range(dialog.what.count()):
        if made not in dialog.what.currentText():
            keys.press(key.Key_Down)
    keys.tab_to("Where")
    keys.write(str(out))
    until(dialog.write.isEnabled)
    keys.tab_to("Export")
    keys.press(key.Key_Space)
    until(lambda: out.exists() and not session.jobs.live)
    check(out)
    keys.press(key.Key_Escape)
    until(lambda: not window.findChildren(ExportDialog))


def keys_of_grid(window: Window) -> str:
    return window.grid.grid.accessibleName()


@pytest.mark.skipif(
    not (shutil.which("xvfb-run") and shutil.which("xauth")), reason="xvfb-run or xauth is not here"
)
def test_the_whole_story_is_told_in_a_real_window(home: Path, tmp_path: Path) -> None:
    again = shutil.copytree(home, tmp_path / "home")
    for results in again.glob("*/demo/results"):  # what the story before this one found
        shutil.rmtree(results)
    story = f"{__file__}::{test_the_whole_story_is_told_by_keys_alone.__name__}"
    pytest_ = [sys.executable, "-m", "pytest", "-n", "0", "-qs", "--basetemp", str(tmp_path / "in")]
    told = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1600x1000x24", *pytest_, story],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "xcb",
            HOME: str(again),
            "PYTHONPROFILEIMPORTTIME": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-8000:] + told.stderr[-2000:]
    assert "1 passed" in told.stdout
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.split("\n")}
    assert "PySide6" in loaded
    assert not loaded & HEAVY
