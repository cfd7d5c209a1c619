"""The passages of long texts that a search found, fetched as they come into view."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ..processes import Worker

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Passage", "Passages", "Segment"]

Segment = Mapping[str, float]
"""Where a hit lies in its item: from "start" to "end", in characters or seconds."""

_LEAD = 30
_LONGEST = 600
_KEPT = 400
_WAITING = 64
_Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text, and the characters of it that stand out."""

    text: str
    marked: range = range(0)

    @classmethod
    def cut(cls, text: str, segment: Segment | None) -> "Passage":
        """Cut out what surrounds a segment; without one, begin at the beginning."""
        if segment is None:
            return cls(text[:_LONGEST])
        start = max(0, int(segment["start"]) - _LEAD)
        if start:  # at a word's beginning, if there is one
            start = text.find(" ", start, int(segment["start"])) + 1 or start
        lead = "… " if start else ""
        shift = len(lead) - start
        marked = range(int(segment["start"]) + shift, int(segment["end"]) + shift)
        return cls(lead + text[start : start + _LONGEST], marked)


class Passages(QObject):
    """Keeps the last few hundred passages; `made` brings the row of one as it arrives."""

    made = Signal(int)

    def __init__(self, session: "Session", worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._worker = session, worker
        self._number = 0
        self.forget_all()

    def forget_all(self) -> None:
        """Forget what is kept and what was asked for."""
        if self._number:
            self._worker.forget(self._number)
        self._number = 0
        self._kept: OrderedDict[_Key, Passage] = OrderedDict()
        self._waiting: OrderedDict[_Key, None] = OrderedDict()

    @property
    def is_idle(self) -> bool:
        """Whether all that was asked for has come."""
        return not self._number

    def get(self, row: int, segment: Segment) -> Passage | None:
        """Return the passage of a row that a segment names; None while it is being fetched."""
        key = (row, int(segment["start"]), int(segment["end"]))
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        self._waiting[key] = None
        self._waiting.move_to_end(key)
        while len(self._waiting) > _WAITING:
            self._waiting.popitem(last=False)
        self._go_on()
        return None

    def _go_on(self) -> None:
        if self._number or not self._waiting or self._session.collection is None:
            return
        key, _ = self._waiting.popitem()
        row, start, end = key

        def answered(document: dict[str, Any]) -> None:
            keep(Passage.cut(document["text"], {"start": start, "end": end}))

        def failed(kind: str, sentence: str) -> None:
            keep(Passage(sentence))

        def keep(passage: Passage) -> None:
            self._number = 0
            self._kept[key] = passage
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            self.made.emit(row)
            self._go_on()

        self._number = self._worker.ask(
            "preview",
            {
                "collection": str(self._session.collection),
                "into": str(self._session.folder),
                "id": self._session.items.id_of(row),
            },
            answered,
            failed,
        )
