"""Making collections and bringing them up to date: jobs of the verb `index`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
from embedcurate_resources import FOLDER
from platformdirs import user_data_path
from PySide6.QtCore import QObject, QTimer, Signal

from . import theme
from .jobs.model import Job, State
from .preferences import Settings
from .sending import ask_to_send
from .session import Session
from .welcome import CreateDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

__all__ = ["Creating"]

_LOOK_AGAIN_MS = 4000
_KEY = "unfinished"


class Creating(QObject):
    """Starts indexing, opens a new collection while it fills, and remembers what was not finished.

    `opened` brings the folder of a collection that can be opened now.
    """

    opened = Signal(Path)

    def __init__(self, session: Session, settings: Settings, window: "QWidget") -> None:
        super().__init__(window)
        self._session, self._settings, self._window = session, settings, window
        self._dialog: CreateDialog | None = None
        self._timer = QTimer(self, interval=_LOOK_AGAIN_MS)
        self._timer.timeout.connect(self._look_again)
        self._closing = False
        session.jobs.ended.connect(self._ended)

    def ask(self, sources: Sequence[Path] = ()) -> None:
        """Ask what a new collection is to be made of, and make it."""
        if self._dialog is not None:
            self._dialog.add(sources)
            return
        folder = Path(str(self._settings["collections/folder"]))
        self._dialog = CreateDialog(self._session, folder, sources, self._window)
        self._dialog.finished.connect(self._answered)
        self._dialog.open()

    def sample(self, folder: Path | None = None) -> None:
        """Index the sample media that ship with the program, into `folder` or the usual one."""
        sample = FOLDER / "sample"
        self.index(
            folder or user_data_path("embedcurate", appauthor=False) / "demo",
            {"sources": [str(sample / "media")], "captions": str(sample / "captions.csv")},
        )

    def index(self, collection: Path, arguments: dict[str, Any]) -> Job:
        """Index into a collection, which is opened as soon as it is there."""
        told = {**arguments, "collection": str(collection)}
        self._keep([*(one for one in self._kept() if one != told), told])
        job = self._session.run("index", told, self.tr("Index {}").format(collection.name))
        self._timer.start()
        return job

    def index_again(self) -> None:
        """Look for files that came, changed or went since the collection was indexed."""
        for origin in self._session.about.get("sources", ()):
            assert self._session.collection is not None
            self.index(self._session.collection, origin)

    def unfinished(self) -> list[dict[str, Any]]:
        """Return the arguments of each `index` of this collection that was stopped."""
        collection = str(self._session.collection)
        return [told for told in self._kept() if told["collection"] == collection]

    def go_on(self) -> None:
        """Go on with what was not finished."""
        for told in self.unfinished():
            self.index(Path(told["collection"]), told)

    def stop(self) -> None:
        """Leave what runs to the next start."""
        self._closing = True
        self._timer.stop()

    def _answered(self, accepted: int) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is None:
            return
        if accepted and dialog.creation.collection is not None:
            self.index(dialog.creation.collection, dialog.creation.arguments())
        dialog.deleteLater()

    def _look_again(self) -> None:
        indexing = [job for job in self._session.jobs.live if job.verb == "index"]
        if not indexing:
            self._timer.stop()
        for job in indexing:
            path = Path(job.arguments["collection"])
            if self._session.collection == path:
                self._session.reread()
            elif self._session.collection is None and (path / "collection.toml").is_file():
                self.opened.emit(path)

    def _kept(self) -> list[dict[str, Any]]:
        """Return the arguments of every `index` that was begun and neither done nor cancelled."""
        try:
            kept: list[dict[str, Any]] = json.loads(str(self._settings.store.value(_KEY, "[]")))
        except ValueError:  # of an earlier version, or edited
            return []
        return kept

    def _keep(self, told: list[dict[str, Any]]) -> None:
        self._settings.store.setValue(_KEY, json.dumps(told))
        self._settings.store.sync()

    def _tell_of_missing(self, job: Job) -> None:
        """Say how many files went since the items were read, which views will leave out."""
        if job.result is None or not len(self._session.items):
            return
        if job.arguments["collection"] != str(self._session.collection):
            return
        known = pc.sum(pc.equal(self._session.items.column("outcome"), "missing")).as_py() or 0
        if (gone := job.result["missing"] - known) > 0:
            files = theme.counted(
                gone,
                self.tr("file is not where it was."),
                self.tr("files are not where they were."),
            )
            kept = self.tr(
                "What is known of them is kept: index again when they are back. "
                "To see them, search for is:missing."
            )
            self._session.said.emit("warning", f"{files} {kept}")

    def _ended(self, job: Job) -> None:
        if job.verb != "index" or self._closing:
            return
        if job.kind == "ConsentNeeded":
            self._keep([told for told in self._kept() if told != job.arguments])
            folder = Path(job.arguments["collection"])
            ask_to_send(self._window, job, lambda again: self.index(folder, again))
            return
        if job.state in {State.DONE, State.CANCELLED}:
            self._keep([told for told in self._kept() if told != job.arguments])
        self._tell_of_missing(job)
        path = Path(job.arguments["collection"])
        if self._session.collection is None and (path / "collection.toml").is_file():
            self.opened.emit(path)
