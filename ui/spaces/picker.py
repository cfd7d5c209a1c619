"""Where a space is chosen: the cards, and what is asked of processes for them."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ..jobs import Job, State
from ..processes import Worker
from ..session import Session
from .cards import SpaceCards
from .model import Document, SpaceChoice

__all__ = ["SpacePicker"]

_PAUSE_MS = 300


class SpacePicker(QWidget):
    """Lets the user choose; `changed` comes when the choice did, or what is known of it.

    `listed` comes when there is something to choose from.

    What a space lacks is asked of a process of its own, as that imports the plugin, which may be a
    stranger's. Call `stop` when the choice is made.
    """

    changed = Signal()
    listed = Signal()
    failed = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._listing: int | None = None
        self._worker = Worker(self)
        self._asked = 0
        self._stopped = False
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._ask)
        self.choice = SpaceChoice()
        self.cards = SpaceCards(self.choice, session)
        self.cards.changed.connect(self._consider)
        self.cards.allowed.connect(self._allow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.cards)
        session.jobs.ended.connect(self._ended)
        self._look()

    def stop(self) -> None:
        """Ask no more, and end the process."""
        self._stopped = True
        self._pause.stop()
        self._forget()
        self._worker.stop()

    def _forget(self) -> None:
        if self._listing is not None:
            self._session.forget(self._listing, to="search")
            self._listing = None

    def _look(self) -> None:
        self._forget()
        self._listing = self._session.ask(
            "spaces", {}, self._listed, failed=self.failed.emit, to="search"
        )

    def _allow(self, package: str) -> None:
        self._forget()
        self._listing = self._session.ask(
            "permit",
            {"package": package},
            lambda _: self._look(),
            failed=self.failed.emit,
            to="search",
        )

    def _listed(self, document: Document) -> None:
        self._listing = None
        self.choice.offered(document["spaces"])
        self.cards.show_spaces()
        self._consider()
        self.listed.emit()

    def _consider(self) -> None:
        self._worker.forget(self._asked)
        if self.choice.is_asked:
            self._pause.start()
        else:
            self._pause.stop()
        self.cards.show_state()
        self.changed.emit()

    def _ask(self) -> None:
        self._asked = self._worker.ask(
            "space", {"name": self.choice.name}, self._answered, self._refused
        )

    def _answered(self, about: Document) -> None:
        self.choice.about = about
        self.cards.show_state()
        self.changed.emit()

    def _refused(self, kind: str, sentence: str) -> None:
        if kind != "Cancelled":
            self.choice.wrong = sentence
            self.cards.show_state()
            self.changed.emit()

    def _ended(self, job: Job) -> None:
        """Look again, once weights came: what was missing may be here."""
        if job.verb == "pull" and job.state is State.DONE and not self._stopped:
            self._look()
