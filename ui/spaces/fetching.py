"""The weights that a space lacks: how large, under which licence, and the button that gets them."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ..jobs import Job, State
from ..jobs.wording import outcome, progress
from ..session import Session
from ..theme import GAP_PX, TIGHT_PX, label, restyle
from .model import Document

__all__ = ["WeightsRow", "size_of"]


class WeightsRow(QWidget):
    """Offers to fetch what is missing, and follows the job that does; hidden with nothing to get.

    `fetched` comes when it is here.
    """

    fetched = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._name = ""
        self._weights: list[Document] = []
        self._last: Job | None = None
        self.said = label(wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self._press)
        told = QVBoxLayout()
        told.setSpacing(TIGHT_PX)
        told.addWidget(self.said)
        told.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP_PX)
        row.addLayout(told, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        session.jobs.dataChanged.connect(self._show)
        session.jobs.ended.connect(self._ended)
        self.hide()

    def offer(self, name: str, weights: list[Document]) -> None:
        """Offer the weights of the space `name`, of which the verb `models` said `weights`."""
        if name != self._name:
            self._last = None
        self._name = name
        self._weights = [one for one in weights if one["missing"]]
        self._show()
        self.setVisible(bool(self._weights))

    @property
    def _job(self) -> Job | None:
        """The job that fetches them now, or that waits."""
        live = (job for job in self._session.jobs.live if job.verb == "pull")
        return next((job for job in live if job.arguments["space"] == self._name), None)

    def _show(self) -> None:
        job = self._job
        self.bar.setVisible(job is not None)
        stopped = self._last is not None and self._last.state is State.FAILED
        self.said.setProperty("tone", "error" if stopped and job is None else "soft")
        restyle(self.said)
        if job is not None:
            self.bar.setRange(0, job.total or 0)
            self.bar.setValue(min(job.done, job.total or 0))
            self.said.setText(progress(job))
            self.button.setText(self.tr("Cancel"))
            self.button.setEnabled(job.state is not State.STOPPING)
            self.button.setAccessibleName(self.tr("Cancel the download"))
            return
        self.said.setText(outcome(self._last) if self._last is not None else self._terms())
        size = size_of(self._weights)
        self.button.setText(self.tr("Download ({})").format(size) if size else self.tr("Download"))
        self.button.setEnabled(True)
        self.button.setAccessibleName(self.tr("Download the weights of {}").format(self._name))
        self.button.setAccessibleDescription(self.said.text())

    def _terms(self) -> str:
        each = [
            self.tr("{} from Hugging Face, licence: {}.").format(one["repo"], one["licence"])
            for one in self._weights
        ]
        only = self.tr("Beside services that you agree to send to, this alone uses the network.")
        return " ".join([*each, only])

    def _press(self) -> None:
        if self._job is not None:
            self._job.cancel()
            return
        self._last = None
        title = self.tr("Download {}").format(self._name)
        self._session.jobs.start("pull", {"space": self._name}, title)
        self._show()

    def _ended(self, job: Job) -> None:
        if job.verb != "pull" or job.arguments["space"] != self._name:
            return
        self._last = job
        self._show()
        if job.state is State.DONE:
            self.fetched.emit()


def size_of(weights: list[Document]) -> str:
    """Return how much the files take about, empty if that is not known before they are fetched."""
    sizes = [one["size_bytes"] for one in weights]
    if not all(sizes):
        return ""
    size = sum(sizes)
    si = QLocale.DataSizeFormat.DataSizeSIFormat
    return QLocale().formattedDataSize(size, 1 if size >= 1e9 else 0, si)
