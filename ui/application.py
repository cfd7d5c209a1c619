"""The program: one application, one window, a log file, and a dialog for what nobody foresaw."""

import logging
import sys
import traceback
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from . import theme
from .preferences import Settings
from .session import Session
from .window import Window

__all__ = ["main"]

_LOG = logging.getLogger(__name__)
_LOG_BYTES = 1 << 20


def main(
    arguments: Sequence[str] = (),
    *,
    collection: Path | None = None,
    sample: Path | None = None,
) -> int:
    """Run the program until its window is closed; return the exit code.

    `collection` is opened, or the sample indexed into the folder `sample`; without either, the
    collection that was open last, if the settings say so.
    """
    log = _log_to_file()
    app = QApplication([sys.argv[0], *arguments])
    app.setApplicationName("embedcurate")
    app.setApplicationDisplayName("embedcurate")
    app.setDesktopFileName("embedcurate")
    settings = Settings()
    theme.apply(app, theme.Scheme(settings["appearance/scheme"]))
    unforeseen = Unforeseen(log)
    session = Session()
    window = Window(session, settings)
    unforeseen.parent_widget = window
    window.restore()
    window.show()
    if sample is not None:
        window.creating.sample(sample)
    elif collection is not None:
        session.open(collection)
    else:
        window.open_last()
    code = app.exec()
    session.end()
    return code


def _log_to_file() -> Path:
    path = user_log_path("embedcurate", appauthor=False, ensure_exists=True) / "window.log"
    handler = RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger("embedcurate_ui").addHandler(handler)
    logging.getLogger("embedcurate_ui").setLevel(logging.INFO)
    return path


class Unforeseen(QObject):
    """Shows exceptions that nothing caught, with details to copy, and lets the window live on."""

    _came = Signal(str, str)

    def __init__(self, log: Path, parent_widget: QObject | None = None) -> None:
        super().__init__()
        self._log = log
        self.parent_widget = parent_widget
        self._showing = False
        self._came.connect(self._show)
        sys.excepthook = self._caught

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        _LOG.error("%s", details)
        sys.__excepthook__(kind, error, trace)  # there may be no window yet to show it
        self._came.emit(f"{kind.__name__}: {error}", details)

    @Slot(str, str)
    def _show(self, what: str, details: str) -> None:
        if self._showing:  # one dialog at a time; the log has the others
            return
        self._showing = True
        box = QMessageBox(
            QMessageBox.Icon.Critical,
            self.tr("Something went wrong"),
            self.tr("This is a mistake in the program. Your files and marks are safe."),
            QMessageBox.StandardButton.Ok,
        )
        box.setInformativeText(f"{what}\n\n" + self.tr("The log is in {}.").format(self._log))
        box.setDetailedText(details)
        box.finished.connect(self._close)
        box.open()
        self._box = box

    def _close(self) -> None:
        self._showing = False
        self._box.deleteLater()
