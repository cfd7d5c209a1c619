"""What the inspector shows: asked for when the user stays, forgotten when they go on."""

from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from ..items import MODALITIES, Rows
from ..session import Session

__all__ = ["NEIGHBOURS", "Inspection", "Near"]

Document: TypeAlias = dict[str, Any]
Near: TypeAlias = list[tuple[int, float]]
"""Rows and scores, the best first."""

NEIGHBOURS = 6
_DESCRIBE_MS = 90
_NEIGHBOURS_MS = 250
_CHANGES_WHAT_IS_KNOWN = frozenset(
    {"clusters", "decisions", "duplicates", "leaks", "outliers", "quality"}
)


class Inspection(QObject):
    """The current item of a session.

    `changed` comes with each other item or selection, `described` with the document that the verb
    `describe` gives, `neighboured` with a modality, and the items of it that are most like it.
    Nothing is asked while nobody watches, nor for items that are only passed on the way.
    """

    changed = Signal()
    described = Signal(object)
    neighboured = Signal(str, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._watched = False
        self._shown_id = ""
        self._asked: list[tuple[int, str]] = []
        self._describe = QTimer(self, interval=_DESCRIBE_MS, singleShot=True)
        self._describe.timeout.connect(self._ask)
        self._look_around = QTimer(self, interval=_NEIGHBOURS_MS, singleShot=True)
        self._look_around.timeout.connect(self._ask_around)
        session.selected.connect(self._select)
        session.opened.connect(self._anew)
        session.found.connect(self._found)

    @property
    def row(self) -> int:
        """The current row, -1 for none."""
        return self._session.current

    @property
    def rows(self) -> Rows:
        """The rows to mark: those selected."""
        return self._session.selection

    def watch(self, on: bool) -> None:
        """Begin to ask, or stop it: what nobody sees need not be known."""
        if on != self._watched:
            self._watched = on
            self._anew()

    def _anew(self) -> None:
        self._shown_id = ""
        self._select()

    def _select(self) -> None:
        if not self._watched:
            self._stop()
            return
        known = 0 <= self.row < len(self._session.items)
        id_ = self._session.items.id_of(self.row) if known else ""
        if id_ != self._shown_id or not id_:
            self._shown_id = id_
            self._stop()
            if id_:
                self._describe.start()
                self._look_around.start()
        self.changed.emit()

    def _found(self, verb: str) -> None:
        if verb in _CHANGES_WHAT_IS_KNOWN and self._watched and self._shown_id:
            self._describe.start()

    def _stop(self) -> None:
        self._describe.stop()
        self._look_around.stop()
        for number, worker in self._asked:
            self._session.forget(number, to=worker)
        self._asked = []

    def _ask(self) -> None:
        if self._session.collection is None:  # it is being closed
            return
        id_ = self._shown_id

        def answered(document: Document) -> None:
            if id_ == self._shown_id:
                self.described.emit(document)

        self._asked.append((self._session.ask("describe", {"id": id_}, answered), "items"))

    def _ask_around(self) -> None:
        if self._session.collection is not None:
            for modality in MODALITIES:
                self._ask_near(self._shown_id, modality)

    def _ask_near(self, id_: str, modality: str) -> None:
        def answered(document: Document) -> None:
            if id_ == self._shown_id:
                hits = document["hits"]
                rows = self._session.items.rows_of([hit["id"] for hit in hits]).tolist()
                near = [(row, hit["score"]) for row, hit in zip(rows, hits, strict=True)]
                self.neighboured.emit(modality, [one for one in near if one[0] >= 0])

        def failed(_: str) -> None:
            # Items that could not be read have no vector: no item is like them.
            if id_ == self._shown_id:
                self.neighboured.emit(modality, [])

        number = self._session.ask(
            "search",
            {"query": f"#{id_}", "k": NEIGHBOURS, "modalities": [modality]},
            answered,
            failed=failed,
            to="search",
        )
        self._asked.append((number, "search"))
