"""A word from the desktop when a long job has ended and nobody looks at the window."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from ..theme import icon
from .model import Job, Jobs, State
from .wording import outcome, state_name

__all__ = ["Notifier", "tell_desktop"]

_SHOWN_MS = 10_000


class Notifier(QObject):
    """Tells of jobs that took longer than `after_s()` seconds.

    Parameters
    ----------
    tell : is given a title and a sentence.
    is_seen : whether the user looks at the window.
    """

    def __init__(
        self,
        jobs: Jobs,
        *,
        after_s: Callable[[], float],
        tell: Callable[[str, str], None],
        is_seen: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent or jobs)
        self._after_s, self._tell, self._is_seen = after_s, tell, is_seen
        jobs.ended.connect(self._ended)

    def _ended(self, job: Job) -> None:
        told = job.state in {State.DONE, State.FAILED}
        if told and job.elapsed_s >= self._after_s() and not self._is_seen():
            self._tell(f"{job.title}: {state_name(job.state).lower()}", outcome(job))


def tell_desktop(title: str, sentence: str) -> None:
    """Show a notification where the desktop has a tray; else let the window ask for attention."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    if not QSystemTrayIcon.isSystemTrayAvailable():
        for window in app.topLevelWidgets():
            if window.isVisible():
                app.alert(window)
        return
    tray = QSystemTrayIcon(icon("vector-point", colour="accent"), app)
    tray.show()
    tray.showMessage(title, sentence)
    shown = QTimer(tray, interval=_SHOWN_MS, singleShot=True)
    shown.timeout.connect(tray.deleteLater)
    shown.start()
