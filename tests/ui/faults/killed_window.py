"""A window that indexes until it is killed: `python -m tests.ui.killed_window COLLECTION SOURCE`.

It says how many files it has been told are done, a line each time.
"""

import sys
from pathlib import Path

from embedcurate_ui.preferences import Settings
from embedcurate_ui.session import Session
from embedcurate_ui.window import Window
from PySide6.QtWidgets import QApplication


def main(collection: str, source: str) -> None:
    app = QApplication(sys.argv[:1])
    window = Window(Session(), Settings())
    window.show()
    job = window.creating.index(Path(collection), {"sources": [source], "space": "tiny"})
    job.changed.connect(lambda: (sys.stdout.write(f"{job.done}\n"), sys.stdout.flush()))
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
