"""What a wish would give, told while it is still being made."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ..items import Rows
from ..processes import Worker
from ..telling import in_the_window
from .form import FILTER, SELECTED, SHOWN, Form
from .model import Document, Outcome, filter_of

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Trying", "question"]

_PAUSE_MS = 300
_MOST = 20_000  # ids in a question: more would hold up the window


class Trying(QObject):
    """Asks what would be chosen, a moment after the wish has changed; the newest question counts.

    The answers come from a worker of its own, so that searching never waits for them: `told`
    brings an `Outcome`, `failed` a sentence, `asking` comes with each question.
    """

    asking = Signal()
    told = Signal(object)
    failed = Signal(str)

    def __init__(self, session: "Session", form: Form, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._form = session, form
        self._worker = Worker(self)
        self._asked: dict[str, Any] | None = None
        self._number = 0
        self._is_watched = self._is_cut_short = False
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._ask)
        form.changed.connect(self._consider)

    def watch(self, *, known: bool) -> None:
        """Follow the form from now on; nothing is asked yet if what it says is `known`."""
        self._forget()
        known = known and not self._is_cut_short
        self._is_watched, self._is_cut_short = True, False
        self._asked = question(self._session, self._form) if known else None
        self._consider()

    def stop(self) -> None:
        """Ask no more, and end the worker."""
        self._is_watched = False
        self._is_cut_short = self._pause.isActive() or self._worker.is_busy
        self._forget()
        self._worker.stop()

    def _forget(self) -> None:
        self._pause.stop()
        self._worker.forget(self._number)

    def _consider(self) -> None:
        if self._is_watched:
            self._pause.start()

    def _ask(self) -> None:
        asked = question(self._session, self._form)
        if asked == self._asked:
            return
        self._forget()
        self._asked = asked
        if asked is None:
            return
        shown = len(self._session.rows) if len(asked.get("among", ())) == _MOST else 0

        def answered(document: Document) -> None:
            self.told.emit(Outcome.of_estimate(document, at_least=shown))

        self._number = self._worker.ask("estimate", asked, answered, self._fail)
        self.asking.emit()

    def _fail(self, kind: str, sentence: str) -> None:
        if kind != "Cancelled":
            self.failed.emit(in_the_window(sentence))


def question(session: "Session", form: Form) -> dict[str, Any] | None:
    """Return the arguments of the verb `estimate`; None while the form can't be asked."""
    if session.collection is None or not len(session.items) or form.contradiction():
        return None
    asked: dict[str, Any] = {"collection": str(session.collection)}
    sample = dict(form.wish().arguments()["sample"])
    for name, which in (("must", form.must), ("must_not", form.must_not)):
        if which.key == FILTER and which.filter:
            asked[f"{name}_where"] = which.filter
        elif which.key == SELECTED and len(session.selection):
            if len(session.selection) > _MOST:
                return None
            sample[name] = session.items.ids_of(session.selection)
    if form.where.key == FILTER:
        asked["where"] = form.where.filter
    elif form.where.key == SHOWN:
        where = None if session.title or session.hits else filter_of(session.query)
        asked |= {"among": _ids_of(session, session.rows)} if where is None else {"where": where}
    return {**asked, "sample": sample}


def _ids_of(session: "Session", rows: Rows) -> list[str]:
    if len(rows) > _MOST:
        rows = np.random.default_rng(0).choice(rows, _MOST, replace=False)
    return session.items.ids_of(rows)
