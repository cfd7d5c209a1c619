"""What the views share: the collection, what is shown of it, and what is selected."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QObject, Signal

from embedcurate.collection.results import Results
from embedcurate.errors import EmbedcurateError
from embedcurate.query import Words, parse

from .background import Background
from .changing import Changes
from .grid.thumbnails import Thumbnails
from .items import Items, Rows, mapped
from .jobs.model import Job, Jobs, State
from .processes import Worker, wait_for_all
from .telling import in_the_window
from .turning import in_words

__all__ = ["ANALYSES", "Session"]

Document: TypeAlias = dict[str, Any]

ANALYSES = frozenset({"clusters", "duplicates", "leaks", "map", "outliers", "quality", "sample"})
_HITS = 500
_CHANGES_ITEMS = frozenset({"index"})


class Session(QObject):
    """One window's collection, shown rows, selection, marks, workers and jobs.

    Attributes
    ----------
    collection : the open collection's folder, None without one
    about : what the verb `browse` said of it: counts, space, sources, selections, undo
    items : `Items`, in the order of ids; a row is an index into them
    rows : (m,) int64, the rows shown, in order
    title : what is shown, in words, where that is neither a query nor a filter
    hits : row -> the document of its hit, if `rows` are what a search found
    facets : counts and histograms over `rows`, as the verb `narrow` gives them
    selection : (s,) int64, sorted rows
    current : the row that the inspector shows, -1 for none
    mark, decide : what the user says of items and of pairs of them: see `Changes`
    """

    opened = Signal()
    shown = Signal()
    selected = Signal()
    marked = Signal(object)
    found = Signal(str)
    said = Signal(str, str)
    refused = Signal(str)
    """A query can't be answered: the sentence belongs where it was asked, beside the search."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = tempfile.TemporaryDirectory(prefix="embedcurate-")
        self._workers = {"items": Worker(self), "search": Worker(self)}
        for worker in self._workers.values():
            worker.died.connect(lambda sentence: self.said.emit("error", sentence))
        self.changes = Changes(self, self._workers["items"])
        self.mark, self.decide = self.changes.mark, self.changes.decide
        self.thumbnails = Thumbnails(self)
        self.jobs = Jobs(self)
        self.jobs.ended.connect(self._ended)
        self._showing = 0
        self._background = Background()
        self._forget_all()

    def _forget_all(self) -> None:
        self.collection: Path | None = None
        self.about: Document = {}
        self.items = Items.none()
        self.rows: Rows = np.empty(0, np.int64)
        self.hits: dict[int, Document] = {}
        self.query, self.title = "", ""
        self.sort, self.descending = "", False
        self.facets: Document = {}
        self.selection: Rows = np.empty(0, np.int64)
        self.current = -1
        self._is_reading_marks = self._marks_are_due = False
        self._times_read = 0

    @property
    def folder(self) -> Path:
        """A folder for the session's own files; it goes with the session."""
        return Path(self._folder.name)

    @property
    def results(self) -> Results:
        """What analyses found, on disk."""
        assert self.collection is not None
        return Results(self.collection)

    def open(self, path: Path) -> None:
        """Open a collection; `opened` comes when its items are there, or `said` why not."""
        self._leave(path)
        self.collection = path
        self.reread()

    def close(self) -> None:
        """Leave the collection; jobs that run are stopped."""
        self._leave()
        for changed in (self.opened, self.shown, self.selected):
            changed.emit()

    def end(self) -> None:
        """End all processes, within seconds, before the program ends."""
        self.jobs.stop()
        self._leave()
        for worker in self._workers.values():
            worker.stop()
        self._background.stop()
        wait_for_all()
        self._folder.cleanup()

    def _leave(self, to: Path | None = None) -> None:
        self.jobs.leave(to)
        self.thumbnails.stop()
        self.changes.leave()
        if self.collection is not None:
            for worker in self._workers.values():
                worker.stop()
        self._forget_all()

    def reread(self) -> None:
        """Read the items and marks anew; the rows shown and the selection stay."""
        self.ask("browse", {"into": str(self.folder)}, self._read, failed=self._not_open)

    def _read(self, about: Document) -> None:
        tables = (mapped(Path(about[name])) for name in ("items", "marks"))
        taken = partial(self._take, self.collection, about, self._times_read)
        self._background.do(partial(Items, *tables), taken)

    def _take(
        self, collection: Path | None, about: Document, times_read: int, items: Items
    ) -> None:
        if collection != self.collection:
            return
        if times_read != self._times_read:  # there are newer marks than these items have
            self.reread_marks()
        selected = self.items.ids[self.selection]
        current = self.items.ids[[self.current]] if self.current >= 0 else None
        self.about, self.items = about, items
        self.changes.show_again()
        kept = self.items.rows_of(selected)
        self.selection = np.sort(kept[kept >= 0])
        self.current = -1 if current is None else int(self.items.rows_of(current)[0])
        self.opened.emit()
        self.selected.emit()
        self.show()

    def _not_open(self, sentence: str) -> None:
        if not len(self.items):
            self._forget_all()
            self.opened.emit()
        self.said.emit("error", sentence)

    def show(
        self,
        query: str | None = None,
        *,
        sort: str | None = None,
        descending: bool | None = None,
        rows: ArrayLike | None = None,
        title: str = "",
    ) -> None:
        """Show what a query finds, in the order of `sort` or of the scores; or show `rows`.

        What is not given stays as it is. `shown` comes with the answer; of several requests, only
        the newest is answered.
        """
        if self.collection is None:
            return
        before = self.sort, self.descending
        if query is not None:
            self.query = query
        if sort is not None:
            self.sort = sort
        if descending is not None:
            self.descending = descending
        self._showing += 1
        turn, self.title = self._showing, title

        def failed(sentence: str) -> None:
            if turn != self._showing:
                return
            self.sort, self.descending = before
            if query is None:
                self.said.emit("warning", sentence)
            else:
                self.refused.emit(in_the_window(sentence))

        if rows is not None:
            self._narrow(turn, failed, where="", ids=self.items.ids[np.asarray(rows, np.int64)])
            return
        try:
            asked = parse(self.query)
        except EmbedcurateError as error:
            failed(str(error))
            return
        if not (asked.terms or asked.phrases):
            self._narrow(turn, failed, where=self.query)
            return

        def found(document: Document) -> None:
            if turn == self._showing:
                hits = document["hits"]
                places = self.items.rows_of([hit["id"] for hit in hits]).tolist()
                by_row = {row: hit for row, hit in zip(places, hits, strict=True) if row >= 0}
                ids = self.items.ids[np.fromiter(by_row, np.int64)]
                self._narrow(turn, failed, where="", ids=ids, hits=by_row)

        # Of an example, the captions that are like it would outrank the items that are.
        hybrid = bool(asked.phrases) or any(isinstance(term.what, Words) for term in asked.terms)
        wanted = {"query": self.query, "k": _HITS, "hybrid": hybrid}
        self.ask("search", wanted, found, failed=failed, to="search")

    def _narrow(
        self,
        turn: int,
        failed: Callable[[str], None],
        *,
        where: str,
        ids: NDArray[np.bytes_] | None = None,
        hits: dict[int, Document] | None = None,
    ) -> None:
        arguments: Document = {
            "where": where,
            "sort": self.sort,
            "descending": self.descending,
            "into": str(self.folder),
        }
        if ids is not None:
            arguments["ids"] = ids

        def narrowed(document: Document) -> None:
            if turn != self._showing:
                return
            if document["version"] != self.about["version"]:  # the worker began anew meanwhile
                self.reread()
            else:
                self.rows = np.load(document["rows"])
                self.hits = hits or {}
                self.facets = document["facets"]
                self.shown.emit()

        self.ask("narrow", arguments, narrowed, failed=failed)

    def select(self, rows: ArrayLike, current: int | None = None) -> None:
        """Select rows; the current one is `current`, else it stays if selected, else the first."""
        chosen = self.once(rows)
        if current is None:
            current = (
                self.current if self.current in chosen else int(chosen[0]) if len(chosen) else -1
            )
        if current == self.current and np.array_equal(chosen, self.selection):
            return
        self.selection, self.current = chosen, current
        self.selected.emit()

    def once(self, rows: ArrayLike) -> Rows:
        """Return the rows in order, each once; `np.unique` takes seconds for a million of them."""
        there = np.zeros(len(self.items), np.bool_)
        there[np.asarray(rows, np.int64)] = True
        return np.flatnonzero(there)

    def undo(self) -> None:
        """Take back the user's last change."""
        self.changes.make("undo", {}, self._turned)

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        self.changes.make("redo", {}, self._turned)

    def _turned(self, document: Document) -> None:
        self.said.emit("done", in_words(document["entry"]))
        self.reread_marks()
        self.found.emit("decisions")
        for verb in document["results"]:
            self.found.emit(verb)

    def reread_marks(self) -> None:
        """Read the marks anew, with what can be undone; once for all that is asked meanwhile."""
        self._marks_are_due = self._is_reading_marks
        if not self._is_reading_marks:
            self._is_reading_marks = True
            told = {"into": str(self.folder), "renew": False}
            self.ask("browse", told, self._remarked, failed=self._not_remarked)

    def _not_remarked(self, sentence: str) -> None:
        self._is_reading_marks = False
        self.said.emit("error", sentence)

    def _remarked(self, about: Document) -> None:
        self._is_reading_marks = False
        self._times_read += 1
        if self._marks_are_due:
            self.reread_marks()
        changed = about["version"] != self.about.get("version")
        if changed:
            self._read(about)
            return
        self.about = about
        self.marked.emit(self.items.read_marks(Path(about["marks"])))
        self.changes.show_again()

    def ask(
        self,
        verb: str,
        arguments: Document,
        then: Callable[[Document], None],
        *,
        failed: Callable[[str], None] | None = None,
        to: str = "items",
    ) -> int:
        """Ask a resident worker a short question about the collection.

        Returns its number, for `forget`. Answers that come after another collection was opened
        are dropped; without `failed`, `said` tells what went wrong.
        """
        collection = self.collection

        def went_wrong(kind: str, sentence: str) -> None:
            if kind == "Cancelled" or collection != self.collection:
                return
            if failed:
                failed(sentence)
            else:
                self.said.emit("error", sentence)

        return self._workers[to].ask(
            verb, {"collection": str(collection), **arguments}, then, went_wrong
        )

    def forget(self, number: int, *, to: str = "items") -> None:
        """Cancel a question; its answer never comes."""
        self._workers[to].forget(number)

    def run(
        self,
        verb: str,
        arguments: Document,
        title: str,
        then: Callable[[Document], None] | None = None,
    ) -> Job:
        """Start a job in a process of its own; what it changes or finds is told by signals."""
        return self.jobs.start(verb, {"collection": str(self.collection), **arguments}, title, then)

    def _ended(self, job: Job) -> None:
        if job.state is State.FAILED:
            self.said.emit("error", in_the_window(job.error))
        if job.arguments.get("collection") != str(self.collection):
            return
        if job.verb in _CHANGES_ITEMS:
            self.reread()
        elif job.state is State.DONE and job.verb in ANALYSES:
            self.found.emit(job.verb)
