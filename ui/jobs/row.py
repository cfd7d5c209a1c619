"""One job in the panel: its title, how far it is, and what can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ..theme import GAP_PX, PAD_PX, TIGHT_PX, ElidedLabel, Glyph, Type, tool
from .failures import FailuresList
from .model import Job, State
from .wording import outcome, progress, state_name

__all__ = ["JobRow"]

_ICONS = {
    State.WAITING: ("timer-sand", "soft"),
    State.RUNNING: ("progress-clock", "accent"),
    State.PAUSED: ("pause-circle-outline", "warning"),
    State.STOPPING: ("stop-circle-outline", "warning"),
    State.DONE: ("check-circle-outline", "pick"),
    State.FAILED: ("alert-circle-outline", "error"),
    State.CANCELLED: ("close-circle-outline", "soft"),
}


class JobRow(QFrame):
    """Shows a job and changes with it; `retried` to read the files again that failed.

    `again` comes to fetch what was not fetched.
    """

    retried = Signal()
    again = Signal()
    dismissed = Signal()

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self.failures: FailuresList | None = None
        self._glyph = Glyph("timer-sand")
        self._title = ElidedLabel(job.title)
        self._title.setStyleSheet("font-weight: 600;")
        self.said = ElidedLabel("", Type.SMALL)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of {}").format(job.title))
        self.pause = tool("pause", self.tr("Pause"), job.pause)
        self.resume = tool("play", self.tr("Resume"), job.resume)
        self.cancel = tool("stop", self.tr("Cancel"), job.cancel)
        self.retry = tool("refresh", self.tr("Try again"), self.again.emit)
        self.dismiss = tool("close", self.tr("Take off the list"), self.dismissed.emit)
        head = QHBoxLayout()
        head.setSpacing(GAP_PX)
        head.addWidget(self._glyph)
        head.addWidget(self._title, 1)
        for button in (self.pause, self.resume, self.cancel, self.retry, self.dismiss):
            head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(PAD_PX, GAP_PX, PAD_PX, GAP_PX)
        self._column.setSpacing(TIGHT_PX)
        self._column.addLayout(head)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.said)
        job.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        job, state = self.job, self.job.state
        name, colour = _ICONS[state]
        self._glyph.show_icon(name, colour=colour)
        self.pause.setVisible(state is State.RUNNING)
        self.resume.setVisible(state is State.PAUSED)
        self.cancel.setVisible(not state.is_over)
        self.cancel.setEnabled(state is not State.STOPPING)
        self.retry.setVisible(job.fetches and state in {State.FAILED, State.CANCELLED})
        self.dismiss.setVisible(state.is_over)
        self.bar.setVisible(state.is_live)
        self.bar.setRange(0, job.total or 0)
        self.bar.setValue(min(job.done, job.total or 0))
        self.said.setText(outcome(job) if state.is_over else progress(job))
        self.said.setToolTip(self.said.text() if state.is_over else job.doing)
        self.setAccessibleName(f"{job.title}: {state_name(state)}. {self.said.text()}")
        failed = (job.result or {}).get("failures")
        if state is State.DONE and failed and "path" in failed[0] and self.failures is None:
            self.failures = FailuresList(failed)
            self.failures.retried.connect(self.retried)
            self.failures.retry_button.setVisible(job.verb == "index")
            self._column.addWidget(self.failures)
