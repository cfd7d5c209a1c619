"""A page with a list of what is installed, asked of the worker whenever it is shown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTreeWidget, QVBoxLayout, QWidget

from ..session import Session
from ..theme import GAP_PX, PAD_PX, Banner, label

__all__ = ["ListPage"]


class ListPage(QWidget):
    """Some words, a list, what is to be said of its current row, and a button that acts on it.

    What was asked is forgotten when the page is hidden: looking into plugins takes time.
    """

    def __init__(
        self,
        session: Session,
        *,
        words: str,
        headers: Sequence[str],
        waiting: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._asked: int | None = None
        self.list = QTreeWidget(self)
        self.list.setHeaderLabels(list(headers))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.about = label(waiting, tone="soft", wrap=True)
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.banner = Banner()
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(self.about, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, 0)
        self.column.setSpacing(GAP_PX)
        self.column.addWidget(label(words, wrap=True))
        self.column.addWidget(self.list, 1)
        self.column.addLayout(row)

    def ask(
        self, verb: str, arguments: Mapping[str, Any], answered: Callable[[dict[str, Any]], None]
    ) -> None:
        """Ask the worker instead of what was asked before; a failure is shown on the page."""
        self._forget()

        def came(document: dict[str, Any]) -> None:
            self._asked = None
            self.banner.hide()
            answered(document)

        self._asked = self._session.ask(
            verb, dict(arguments), came, failed=self._failed, to="search"
        )

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._forget()

    def _forget(self) -> None:
        if self._asked is not None:
            self._session.forget(self._asked, to="search")
            self._asked = None

    def _failed(self, sentence: str) -> None:
        self._asked = None
        self.banner.say("error", sentence)
