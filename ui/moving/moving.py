"""The way of a move: ask, try, show what it keeps, and make it if that is agreed to."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ..jobs import Job, State
from ..preferences import Settings
from ..processes import Worker
from ..sending import ask_to_send
from ..session import Session
from .dialog import MoveDialog
from .kept import KeptDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

__all__ = ["Moving"]


class Moving(QObject):
    """Moves collections to other spaces, one at a time.

    What was encoded to try a move stays in the process that did, so that to make it costs no more.
    `made` brings the collection that was moved, the one that it became, and the arguments of each
    `index` that brings that up to date.
    """

    made = Signal(Path, Path, list)

    def __init__(self, session: Session, settings: Settings, window: "QWidget") -> None:
        super().__init__(window)
        self._session, self._settings, self._window = session, settings, window
        self._dialog: MoveDialog | None = None
        self._worker: Worker | None = None

    def ask(self) -> None:
        """Ask to which space the open collection is to be moved."""
        if self._dialog is not None:
            return
        if self._worker is not None:
            self._session.said.emit("warning", self.tr("Another move is being tried; wait for it."))
            return
        folder = Path(str(self._settings["collections/folder"]))
        self._dialog = MoveDialog(self._session, folder, self._window)
        self._dialog.finished.connect(self._answered)
        self._dialog.open()

    def stop(self) -> None:
        """End the process that keeps what was tried."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()
            worker.deleteLater()

    def _answered(self, accepted: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        target = dialog.where.path
        if accepted and target is not None:
            told = {
                "collection": str(self._session.collection),
                "space": dialog.space,
                "anchors": dialog.anchors.value(),
            }
            self._try(target, told)
        dialog.deleteLater()

    def _try(self, target: Path, told: dict[str, Any]) -> None:
        self._worker = Worker(self, background=True)
        title = self.tr("Try a move to {}").format(told["space"])
        job = self._session.jobs.start("plan", told, title, worker=self._worker)
        job.changed.connect(partial(self._tried, job, target))

    def _tried(self, job: Job, target: Path) -> None:
        if not job.state.is_over:
            return
        if job.state is State.DONE and job.result is not None:
            self._show(job.result, target, job.arguments["collection"])
            return
        self.stop()
        if job.kind == "ConsentNeeded":
            ask_to_send(self._window, job, lambda again: self._try(target, again))

    def _show(self, plan: dict[str, Any], target: Path, collection: str) -> None:
        dialog = KeptDialog(plan, self._window)
        dialog.accepted.connect(partial(self._make, plan, target, collection))
        dialog.rejected.connect(self.stop)
        dialog.open()

    def _make(self, plan: dict[str, Any], target: Path, collection: str) -> None:
        told = {"collection": collection, "target": str(target)}
        title = self.tr("Move to {}").format(plan["space"])
        job = self._session.jobs.start("move", told, title, worker=self._worker)
        job.changed.connect(lambda: self.stop() if job.state.is_over else None)
        job.over.connect(partial(self._tell, job))

    def _tell(self, job: Job) -> None:
        if job.result is not None:
            source, target = Path(job.arguments["collection"]), Path(job.result["target"])
            # What was only made shorter is as it would be encoded.
            again = job.result["sources"] if job.result["mapped"] else []
            self.made.emit(source, target, again)
