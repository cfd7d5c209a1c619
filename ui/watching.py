"""Sources that are watched: when a folder changes, its new files are counted and told of."""

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from .processes import Worker
from .session import Document, Session

__all__ = ["Watching"]

_MOST_FOLDERS = 500
_PAUSE_MS = 3000


class Watching(QObject):
    """Watches the folders of the open collection's sources, the first 500 of them.

    `news` brings the number of files that are no items yet, after it has changed. They are counted
    by a worker of its own, so that a large source holds nobody up.
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
        self.stop()
        if self._is_wanted and self._session.collection is not None:
            folders = _folders(self._session.about.get("sources", ()))
            if folders:
                self._watcher.addPaths(folders)

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


def _folders(sources: "list[Document] | tuple[()]") -> list[str]:
    """Return the folders of the sources and those in them, level by level."""
    found: list[str] = []
    level = [Path(source) for origin in sources for source in origin["sources"]]
    while level and len(found) < _MOST_FOLDERS:
        level = [folder for folder in level if folder.is_dir()]
        found += map(str, level)
        level = [inner for folder in level for inner in folder.iterdir() if inner.is_dir()]
    return found[:_MOST_FOLDERS]
