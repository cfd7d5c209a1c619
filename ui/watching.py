"""Sources that are watched: when a folder changes, its new files are counted and told of."""

import time

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from .processes import Worker
from .session import Document, Session

__all__ = ["Watching"]

_MOST_FOLDERS = 500
_PAUSE_MS = 3000


class Watching(QObject):
    """Watches the folders of the open collection's sources, the first 500 of them.

    `news` brings the number of files that are no items yet, after it has changed. Folders are found
    and files counted by a worker of its own, so that a large source or a dead disk holds nobody up.
    """

    news = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._watcher = QFileSystemWatcher(self)
        self._worker = Worker(self, background=True)
        self._number = self._told = 0
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._count)
        self._watcher.directoryChanged.connect(lambda _: self._pause.start())
        session.opened.connect(self._follow)
        self._is_wanted = False

    def watch(self, wanted: bool) -> None:
        """Watch from now on, or no more."""
        self._is_wanted = wanted
        self._follow()

    def stop(self) -> None:
        """Watch nothing, and end the worker."""
        self._pause.stop()
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        self._worker.stop()

    def _follow(self) -> None:
        session = self._session
        if session.jobs.live:  # once they are over, there is more to follow
            return
        self.stop()
        sources = [path for one in session.about.get("sources", ()) for path in one["sources"]]
        if self._is_wanted and session.collection is not None and sources:
            asked = {"sources": sources, "most": _MOST_FOLDERS}
            since_s = time.time()
            self._worker.ask(
                "folders", asked, lambda document: self._watch(document, since_s), self._fail
            )

    def _watch(self, document: Document, since_s: float) -> None:
        self._worker.stop()
        if document["folders"]:
            self._watcher.addPaths(document["folders"])
        if document["changed_s"] >= since_s:  # before it was watched
            self._pause.start()

    def _count(self) -> None:
        if self._session.jobs.live:  # what it stores would be told of as news
            self._pause.start()
            return
        self._worker.forget(self._number)
        self._number = self._worker.ask(
            "news", {"collection": str(self._session.collection)}, self._tell, self._fail
        )

    def _tell(self, document: Document) -> None:
        self._worker.stop()
        new: int = document["new"]
        if new != self._told and new:
            self.news.emit(new)
        self._told = new

    def _fail(self, kind: str, sentence: str) -> None:
        self._session.said.emit("warning", sentence)
