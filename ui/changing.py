"""What the user changes: seen at once, stored in its order, and kept until it can be stored."""

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QObject, QTimer

from .items import Items, Marked, Rows
from .processes import Worker

if TYPE_CHECKING:
    from .session import Session

__all__ = ["Changes"]

Document: TypeAlias = dict[str, Any]
_AGAIN_MS = 500


@dataclass(slots=True, eq=False)
class _Change:
    """A change on its way to the store: how it is seen until then, and what comes of it."""

    number: int
    verb: str
    arguments: Document
    then: Callable[[Document], None]
    failed: Callable[[str], None] | None
    seen: "_Seen | None" = None
    has_met_a_death: bool = False


class _Seen:
    """Marks that are seen before they are stored; of items by their ids, as rows may change."""

    def __init__(
        self, session: "Session", tell: Callable[[Rows], None], rows: Rows, **marks: Any
    ) -> None:
        self._session, self._tell, self._marks = session, tell, marks
        self._items, self._rows = session.items, rows
        self.ids = session.items.ids[rows]
        self._made: tuple[Items, Marked] | None = None
        self.show()

    def show(self) -> None:
        """Mark the items that the session has now."""
        items = self._session.items
        if items is not self._items:
            rows = items.rows_of(self.ids)
            self._items, self._rows = items, rows[rows >= 0]
        rows = self._rows
        if len(rows):
            self._made = items, items.mark(rows, **self._marks)
            self._tell(rows)

    def take_back(self) -> None:
        """Mark them as they were."""
        if self._made is not None and self._made[0] is self._session.items:
            items, before = self._made
            items.take_back(before)
            self._tell(before.rows)


class Changes(QObject):
    """What the user changes, undoes and redoes, asked of a worker in the order of doing it.

    While another process writes to the collection for long, they are kept and asked again, and so
    are those that a worker took with it when it died, once; `Session.said` tells. What can't be
    stored is taken back.
    """

    def __init__(self, session: "Session", worker: Worker) -> None:
        super().__init__(session)
        self._session, self._worker = session, worker
        self._last = 0
        self._open: dict[int, _Change] = {}
        self._kept: list[_Change] = []
        self._is_asking = False
        self._again = QTimer(self, interval=_AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self._ask_first)
        self._untold: list[tuple[Items, Rows]] = []
        self._turn = QTimer(self, interval=0, singleShot=True)
        self._turn.timeout.connect(self._tell_rest)
        self._refused: list[tuple[_Change, str]] = []
        self._mending = QTimer(self, interval=0, singleShot=True)
        self._mending.timeout.connect(self._take_back)

    @property
    def waiting(self) -> int:
        """How many changes wait for another process to let go of the collection."""
        return len(self._kept)

    def mark(
        self,
        rows: ArrayLike,
        *,
        pick: str | None = None,
        stars: int | None = None,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        note: str | None = None,
    ) -> None:
        """Mark items: seen at once, stored by a worker, undone by `undo`.

        `pick` is "pick", "reject" or "" for neither. If the marks can't be stored they are taken
        back, and `said` tells why.
        """
        chosen = self._session.once(rows)
        if not len(chosen):
            return
        seen = _Seen(
            self._session,
            self._tell,
            chosen,
            pick=pick,
            stars=stars,
            add=add,
            remove=remove,
            note=note,
        )
        given = {
            "pick": pick,
            "stars": stars,
            "note": note,
            "add": list(add),
            "remove": list(remove),
        }
        told = {name: value for name, value in given.items() if value not in (None, [])}
        arguments = {"ids": seen.ids, **told}
        self.make("tag", arguments, lambda _: self._session.reread_marks(), seen=seen)

    def decide(
        self,
        pairs: Iterable[tuple[str, str]],
        kind: str | None,
        keep: "str | Sequence[str | None] | None" = None,
        then: Callable[[Document], None] | None = None,
        failed: Callable[[str], None] | None = None,
        reject: ArrayLike = (),
    ) -> None:
        """Note what the user says of pairs of ids: "duplicate", "different", "alternate", None.

        The rows `reject` are marked so in the same step: seen at once, undone with the decision.
        """
        arguments = {"pairs": [list(pair) for pair in pairs], "kind": kind, "keep": keep}
        seen = None
        if len(rejected := self._session.once(reject)):
            seen = _Seen(self._session, self._tell, rejected, pick="reject")
            arguments["reject"] = self._session.items.ids_of(rejected)

        def decided(document: Document) -> None:
            self._session.reread_marks()
            if then:
                then(document)

        self.make("decide", arguments, decided, failed, seen)

    def make(
        self,
        verb: str,
        arguments: Document,
        then: Callable[[Document], None],
        failed: Callable[[str], None] | None = None,
        seen: "_Seen | None" = None,
    ) -> None:
        """Ask for a change after those before it; without `failed`, `said` tells why it failed."""
        self._last += 1
        told = {"collection": str(self._session.collection), **arguments}
        change = _Change(self._last, verb, told, then, failed, seen)
        self._open[change.number] = change
        if self._kept:
            self._keep(change)
        else:
            self._ask(change)

    def show_again(self) -> None:
        """See what is not stored yet, after the marks that are stored were read."""
        for change in self._open.values():
            if change.seen:
                change.seen.show()

    def leave(self) -> None:
        """Ask a last time for what waits: the worker answers that before it ends."""
        for timer in (self._again, self._turn, self._mending):
            timer.stop()
        for change in self._kept:
            self._worker.ask(change.verb, change.arguments, lambda _: None, lambda *_: None)
        self._open, self._kept, self._is_asking = {}, [], False
        self._untold, self._refused = [], []

    def _tell(self, rows: Rows) -> None:
        """Tell of marks: at once, but of many that come before the next turn then and together."""
        if self._turn.isActive():
            self._untold.append((self._session.items, rows))
        else:
            self._turn.start()
            self._session.marked.emit(rows)

    def _tell_rest(self) -> None:
        untold, self._untold = self._untold, []
        if rest := [rows for items, rows in untold if items is self._session.items]:
            self._tell(self._session.once(np.concatenate(rest)))

    def _ask(self, change: _Change) -> None:
        collection = self._session.collection

        def answered(document: Document) -> None:
            if collection == self._session.collection:
                self._stored(change, document)

        def failed(kind: str, sentence: str) -> None:
            if collection == self._session.collection:
                self._not_stored(change, kind, sentence)

        self._worker.ask(change.verb, change.arguments, answered, failed)

    def _ask_first(self) -> None:
        if self._kept and not self._is_asking:
            self._is_asking = True
            self._ask(self._kept[0])

    def _stored(self, change: _Change, document: Document) -> None:
        if self._kept and self._kept[0].number < change.number and change.seen:
            self._keep(change)  # one before it still waits, and is not to have the last word
            return
        was_kept = self._drop(change)
        change.then(document)
        if was_kept and not self._kept:
            self._session.said.emit("info", self.tr("What waited is stored now."))

    def _not_stored(self, change: _Change, kind: str, sentence: str) -> None:
        died = kind == "Died" and not change.has_met_a_death
        if kind == "CollectionLocked" or died:
            change.has_met_a_death |= died
            if not self._kept and not died:
                waits = self.tr("Your changes are kept, and stored as soon as it lets go.")
                self._session.said.emit("warning", f"{sentence} {waits}")
            self._keep(change)
            return
        self._drop(change)
        self._refused.append((change, sentence))
        self._mending.start()

    def _take_back(self) -> None:
        """Take back what was refused since the last turn, from under what came after it."""
        refused, self._refused = self._refused, []
        shown = {**self._open, **{change.number: change for change, _ in refused}}
        for _, change in sorted(shown.items(), reverse=True):
            if change.seen:
                change.seen.take_back()
        self.show_again()
        for sentence in dict.fromkeys(
            sentence for change, sentence in refused if not change.failed
        ):
            self._session.said.emit("error", sentence)
        for change, sentence in refused:
            if change.failed:
                change.failed(sentence)

    def _keep(self, change: _Change) -> None:
        if change in self._kept:
            self._is_asking = False
        else:
            insort(self._kept, change, key=lambda one: one.number)
        if not self._is_asking:
            self._again.start()

    def _drop(self, change: _Change) -> bool:
        """Forget a change, and go on with the next that is kept; tell whether it was kept."""
        self._open.pop(change.number, None)
        if change not in self._kept:
            return False
        self._kept.remove(change)
        self._is_asking = False
        self._ask_first()
        return True
