"""How much is shown, in the few words beside the search."""

from typing import TYPE_CHECKING

import pyarrow.compute as pc
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from ..theme import counted

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Counting"]


class Counting(QObject):
    """Keeps a label up to date with what a session shows, of how many items."""

    def __init__(self, session: "Session", label: QLabel) -> None:
        super().__init__(label)
        self._session, self._label = session, label
        self._readable = 0
        session.opened.connect(self._opened)
        session.shown.connect(self._tell)
        self._opened()

    def _opened(self) -> None:
        items = self._session.items
        readable = pc.sum(pc.equal(items.column("outcome"), "ok")).as_py() if len(items) else 0
        self._readable = int(readable or 0)

    def _tell(self) -> None:
        session, count = self._session, len(self._session.rows)
        self._label.setText(
            self.tr("{:,} of {:,}").format(count, self._readable)
            if session.query or session.title
            else counted(count, self.tr("item"), self.tr("items"))
        )
        unread = len(session.items) - self._readable
        tip = self.tr("{:,} more could not be read, or were left out: -is:ok shows them.")
        self._label.setToolTip(tip.format(unread) if unread else "")
