"""The jobs at the bottom of the window, and the one that runs in a line of the status bar."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ..preferences import Settings
from ..session import Session
from ..theme import GAP_PX, PAD_PX, ElidedLabel, Type, label, tool
from .model import Job, State
from .row import JobRow
from .telling import Notifier, tell_desktop
from .wording import progress

__all__ = ["JobsPanel", "StatusStrip"]

_BAR_PX = 120


class JobsPanel(QWidget):
    """The jobs of a session, the newest first, with what became of those that are over."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows: list[JobRow] = []
        self._notifier = Notifier(
            session.jobs,
            after_s=lambda: float(Settings()["jobs/notify_after_s"]),
            tell=tell_desktop,
            is_seen=lambda: QApplication.activeWindow() is not None,
            parent=self,
        )
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        quiet = label(
            self.tr("Nothing runs. Indexing, analyses, downloads and exports are listed here."),
            tone="faint",
        )
        quiet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(quiet)
        self._pages.addWidget(scroll)
        session.jobs.rowsInserted.connect(self._inserted)
        session.jobs.modelReset.connect(self._reset)
        self._reset()

    def row_of(self, job: Job) -> JobRow:
        """Return the row of a job; raises `KeyError` if it was taken off the list."""
        for row in self.rows:
            if row.job is job:
                return row
        raise KeyError(job.id)

    def _inserted(self, _: QModelIndex, first: int, last: int) -> None:
        for at in range(first, last + 1):
            self._add(self._session.jobs.job(at))

    def _reset(self) -> None:
        for row in list(self.rows):
            self._drop(row)
        for job in self._session.jobs:
            self._add(job)
        self._pages.setCurrentIndex(int(bool(self.rows)))

    def _add(self, job: Job) -> None:
        row = JobRow(job)
        row.retried.connect(lambda: self._retry(job))
        row.again.connect(lambda: self._again(row))
        row.dismissed.connect(lambda: self._drop(row))
        self.rows.insert(0, row)
        self._column.insertWidget(0, row)
        self._pages.setCurrentIndex(1)

    def _drop(self, row: JobRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._pages.setCurrentIndex(int(bool(self.rows)))

    def _again(self, row: JobRow) -> None:
        self._drop(row)
        self._session.jobs.start(row.job.verb, row.job.arguments, row.job.title)

    def _retry(self, job: Job) -> None:
        self._session.jobs.start(job.verb, {**job.arguments, "retry": True}, job.title)


class StatusStrip(QWidget):
    """The job that runs, in one line; nothing while none does."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.said = ElidedLabel("", Type.SMALL)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR_PX)
        self.bar.setAccessibleName(self.tr("Progress of the job that runs"))
        self._cancel = tool("close", self.tr("Cancel"), self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(PAD_PX, 0, GAP_PX, 0)
        row.setSpacing(GAP_PX)
        row.addWidget(self.bar)
        row.addWidget(self.said, 1)
        row.addWidget(self._cancel)
        for changed in (session.jobs.dataChanged, session.jobs.rowsInserted):
            changed.connect(lambda *_: self._show())
        session.jobs.modelReset.connect(self._show)
        self._show()

    @property
    def job(self) -> Job | None:
        """The job that is shown: the one that runs, or that will be the next."""
        live = self._session.jobs.live
        return min(live, key=lambda job: not job.state.is_live, default=None)

    def _show(self) -> None:
        job = self.job
        for widget in (self.bar, self.said, self._cancel):
            widget.setVisible(job is not None)
        if job is None:
            self.setAccessibleName(self.tr("No job runs"))
            return
        waiting = len(self._session.jobs.live) - 1
        more = self.tr("{:,} more wait").format(waiting) if waiting else ""
        self.said.setText(" \u00b7 ".join(filter(None, (job.title, progress(job), more))))
        self.bar.setRange(0, job.total or 0)
        self.bar.setValue(min(job.done, job.total or 0))
        self._cancel.setEnabled(job.state is not State.STOPPING)
        self.setAccessibleName(self.said.text())

    def _stop(self) -> None:
        if self.job is not None:
            self.job.cancel()
