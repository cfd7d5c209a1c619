"""The named selections of a collection: what there are, and changes to them."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from embedcurate.clauses import write
from embedcurate.filters import Selected

from ..session import Document, Session

__all__ = ["VERB", "Selections", "keep", "keep_filter"]

VERB = "selections"


def keep(session: Session, name: str, ids: Sequence[str], *, story: str | None = None) -> None:
    """Keep items under a name; `found` tells of it."""
    told = {} if story is None else {"story": story}
    arguments = {"do": "save", "name": name, "ids": list(ids), **told}
    session.changes.make(VERB, arguments, lambda _: session.found.emit(VERB))


def keep_filter(session: Session, name: str, where: str) -> None:
    """Keep what a filter finds under a name, with the filter as its story."""
    arguments = {"where": where, "save": name}
    session.changes.make("sample", arguments, lambda _: session.found.emit(VERB))


class Selections(QObject):
    """Asks the worker to change selections, and keeps `session.about` true.

    `changed` comes when there are others, `deleted` with the name of one that `restore` brings
    back.
    """

    changed = Signal()
    deleted = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._gone: Document = {}
        self._told: list[Document] = []
        session.opened.connect(self.changed)
        session.found.connect(self._found)
        session.marked.connect(lambda _: self._look())

    @property
    def listed(self) -> list[Document]:
        """The selections by name: {"name", "count", "created"}."""
        found: list[Document] = self._session.about.get("selections", [])
        return found

    def names(self) -> list[str]:
        """Return their names."""
        return [one["name"] for one in self.listed]

    def rename(self, name: str, new: str) -> None:
        """Give one another name."""
        self._change({"do": "rename", "name": name, "new": new})

    def combine(self, names: Sequence[str], how: str, name: str) -> None:
        """Keep what is in all (``and``), in any (``or``), or in the first alone (``minus``)."""
        self._change({"do": "combine", "names": list(names), "how": how, "name": name})

    def delete(self, name: str) -> None:
        """Forget one; the items stay, and `restore` brings it back."""

        def forget(found: Document) -> None:
            self._gone = found
            self._change({"do": "delete", "name": name}, lambda: self.deleted.emit(name))

        self.read(name, forget)

    def restore(self) -> None:
        """Bring back the one that was deleted last."""
        if self._gone:
            gone, self._gone = self._gone, {}
            keep(self._session, gone["name"], gone["ids"], story=gone["story"])

    def read(self, name: str, then: Callable[[Document], None]) -> None:
        """Hand a selection's {"name", "ids", "story", "created"} to `then`."""
        self._session.ask("selection", {"name": name}, then)

    def show(self, name: str) -> None:
        """Show its items."""
        self._session.show(write(Selected(name)))

    def select(self, name: str) -> None:
        """Select its items in all views."""

        def chosen(found: Document) -> None:
            rows = self._session.items.rows_of(found["ids"])
            self._session.select(rows[rows >= 0])

        self.read(name, chosen)

    def _change(self, arguments: Document, then: Callable[[], Any] = lambda: None) -> None:
        def changed(document: Document) -> None:
            self._session.about["selections"] = document["selections"]
            self._look()
            self._session.reread_marks()
            then()

        self._session.changes.make(VERB, arguments, changed)

    def _found(self, verb: str) -> None:
        if verb in {VERB, "sample"}:
            self._session.reread_marks()

    def _look(self) -> None:
        """Tell if there are others: what was read of the marks brings the selections along."""
        if self.listed != self._told:
            self._told = self.listed
            self.changed.emit()
