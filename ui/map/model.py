"""The map without its window: which run is shown, by what it is coloured, and what is found."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from embedcurate.collection.results import Run
from embedcurate.errors import QueryError, ResultMissing

from ..background import Background
from .filtering import Stance, said_of, turned
from .layers import COLOURS, Layers, Shown, Wanted, Words

if TYPE_CHECKING:
    from ..jobs.model import Job
    from ..session import Session

__all__ = ["METHODS", "MapModel"]

METHODS = ("umap", "pca", "tsne")


class MapModel(QObject):
    """What the map of a session's collection shows.

    `changed` comes whenever `shown` does; it is None while there is no map. While there is none by
    `method`, another one is shown.

    Attributes
    ----------
    method : one of `METHODS`; by : one of `layers.COLOURS`
    shown : `Shown`, or None
    """

    changed = Signal()

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._layers = Layers()
        self.background = Background()
        self.destroyed.connect(self.background.stop)
        self.method, self.by = METHODS[0], COLOURS[0]
        self.shown: Shown | None = None
        self._awake = self._stale = True
        self._marks = 0
        self._scores: dict[int, float] = {}
        self._job: Job | None = None
        session.opened.connect(self._opened)
        session.shown.connect(self._rows_changed)
        session.selected.connect(self.refresh)
        session.marked.connect(self._marked)
        session.found.connect(self._found)
        self._runs: dict[str, Run | None] = {}
        self._opened()

    def _opened(self) -> None:
        self._look()
        if self._session.collection is not None:
            there = [method for method in METHODS if self._runs[method] is not None]
            if there and self.method not in there:
                self.method = there[0]
        self.refresh()

    def _look(self) -> None:
        """Look up which runs there are."""
        if self._session.collection is None:
            self._runs = {}
            return
        results = self._session.results
        self._runs = {method: results.latest("map", method=method) for method in METHODS}
        self._runs |= {verb: results.latest(verb) for verb in ("clusters", "quality")}

    def _rows_changed(self) -> None:
        self._scores = {row: hit["score"] for row, hit in self._session.hits.items()}
        self.refresh()

    def _marked(self) -> None:
        self._marks += 1
        if self.by == "tag":
            self.refresh()

    def _found(self, verb: str) -> None:
        if verb in ("map", "clusters", "quality"):
            self._look()
            self.refresh()

    def has(self, method: str) -> bool:
        """Tell whether there is a map by this method."""
        return self._runs.get(method) is not None

    def use(self, *, method: str | None = None, by: str | None = None) -> None:
        """Show the map by another method, or in other colours."""
        self.method = method or self.method
        self.by = by or self.by
        self.refresh()

    def wake(self, awake: bool) -> None:
        """Keep up with the session, or put off all work until somebody looks."""
        self._awake = awake
        if awake and self._stale:
            self.refresh()

    def refresh(self) -> None:
        """Make anew what is shown; of several calls only the newest counts."""
        self._stale = not self._awake
        if self._stale:
            return
        run = self._runs.get(self.method) or next(filter(None, map(self._runs.get, METHODS)), None)
        if run is None:
            if self.shown is not None:
                self.shown = None
                self.changed.emit()
            return
        session = self._session
        wanted = Wanted(
            session.items,
            session.results,
            run,
            self._runs["clusters"],
            self._runs["quality"],
            self.by,
            session.rows,
            session.selection,
            session.items.tags.copy(),
            self._scores,
            self._marks,
            self._words(),
        )
        self.background.do(lambda: self._made(wanted), self._take)

    def _made(self, wanted: Wanted) -> Shown | None:
        try:
            return self._layers.make(wanted)
        except ResultMissing:
            return None  # a newer run took its place, and `found` is on its way

    def _take(self, shown: Shown | None) -> None:
        if shown is not None and any(map(self.has, METHODS)):
            self.shown = shown
            self.changed.emit()

    def compute(self, *, anew: bool = False) -> None:
        """Have the map made by `method`; items that it has stay where they are, unless `anew`.

        The first map of all is by PCA, which is there at once.
        """
        if self.method != "pca" and not any(map(self.has, METHODS)):
            self._run("pca")
        self._run(self.method, anew=anew)

    @property
    def is_computing(self) -> bool:
        """Whether a job makes a map."""
        return self._job is not None and not self._job.state.is_over

    def _run(self, method: str, *, anew: bool = False) -> None:
        title = self.tr("Map by {}").format(self.names()[method])
        self._job = self._session.run("map", {"method": method, "anew": anew}, title)
        self._job.over.connect(self.changed)
        self.changed.emit()

    def names(self) -> dict[str, str]:
        """Return what the methods are called."""
        return {"umap": "UMAP", "pca": "PCA", "tsne": "t-SNE"}

    def filter(self, clause: str, exclude: bool = False) -> None:
        """Show what matches a clause, or leave it out; or neither, if that was so already."""
        query = self._session.query
        try:
            query = turned(query, clause, exclude=exclude)
        except QueryError:  # what is typed there can't be read yet
            query = clause
        self._session.show(query)

    def stance(self, clause: str) -> Stance:
        """Tell what the query says of a clause."""
        return said_of(self._session.query, clause)

    def _words(self) -> Words:
        return Words(
            (self.tr("Pictures"), self.tr("Texts"), self.tr("Sounds")),
            {
                "cluster": self.tr("In no cluster"),
                "tag": self.tr("Without tags"),
                "label": self.tr("Without a label"),
                "split": self.tr("In no split"),
                "quality": self.tr("Without an issue"),
            },
            {
                "cluster": self.tr("No clusters were looked for yet."),
                "tag": self.tr("No item has a tag yet."),
                "label": self.tr("No item has a label."),
                "split": self.tr("No item belongs to a split."),
                "quality": self.tr("Quality was not checked yet."),
                "score": self.tr("Search for something: the points then show how well they fit."),
            },
            self.tr("{} others"),
        )
