"""The first visit: from a new machine to a list that a training run can read, in eight actions.

1. Try the sample.                5. Open the export (Ctrl+E).
2. Go to the samples (Alt+6).     6. Choose what: the sample that was just made.
3. Say how many.                  7. Say where.
4. Choose.                        8. Export.
"""

import csv
import subprocess
import sys
from collections.abc import Iterator
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

PATIENCE_MS = 300_000
SIZE = 30


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A new user's window; settings and data go to a folder of their own."""
    monkeypatch.setenv("EMBEDCURATE_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    theme.apply(QApplication.instance(), "dark")
    session = Session()
    window = Window(session, Settings())
    window.resize(1440, 900)
    with qtbot.waitActive(window):
        window.show()
    yield window
    window.close()
    session.end()
    window.deleteLater()


def named(parent: QWidget, name: str, kind: type[QWidget] = QWidget) -> QWidget:
    """Return what a screen reader calls so."""
    [found] = [
        widget
        for widget in parent.findChildren(kind)
        if widget.isVisible() and widget.accessibleName() == name
    ]
    return found


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

    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == SIZE
    assert {row["modality"] for row in rows} == {"image", "audio", "text"}
    assert all(Path(row["path"]).is_file() for row in rows)
    dialog.reject()


def test_the_window_loads_nothing_heavy() -> None:
    code = (
        "import sys, embedcurate_ui.application\n"
        "heavy = {'torch', 'lancedb', 'librosa', 'hdbscan', 'open_clip', 'numba', 'scipy', 'PIL'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
