"""The search bar: a line for words, chips for filters, and a sentence for what can't be read."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QSettings, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from embedcurate.errors import EmbedcurateError
from embedcurate.query import parse

from ..preferences import file_of_settings
from ..session import Document, Session
from ..theme import (
    GAP_PX,
    Glyph,
    Type,
    label,
    restyle,
    tool,
)
from .chips import Chips
from .completing import Completer
from .counting import Counting
from .dropping import can_take, words_of
from .line import QueryLine
from .model import about_item, joined, parted
from .remembering import History
from .ways import RECENT, WaysMenu, short

__all__ = ["SearchBar"]

_PAUSE_MS = 250


class SearchBar(QWidget):
    """Says what is shown, in the query language.

    Words stay in the line; filters become chips when they are finished, by a space or by Enter.
    What is asked follows the typing after a pause.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._clauses: list[str] = []
        self._asked = ""
        self._question = 0
        self._warmed: Path | None = None
        store = QSettings(str(file_of_settings()), QSettings.Format.IniFormat, self)
        self.history = History(store)
        self.line = QueryLine()
        self.completer = Completer(self.line)
        self.chips = Chips()
        self.error = label(tone="error", wrap=True)
        self.count = label(kind=Type.SMALL)
        Counting(session, self.count)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._lay_out()
        self._pause.timeout.connect(self._ask_paused)
        self.line.textEdited.connect(self._edited)
        self.line.returnPressed.connect(self.ask)
        self.line.escaped.connect(self.clear)
        self.line.emptied.connect(self._take_last_chip)
        self.line.recalled.connect(self._offer_history)
        self.line.pasted.connect(self.take)
        self.chips.pressed.connect(self._edit)
        self.chips.removed.connect(self.remove)
        self.chips.untitled.connect(lambda: session.show(session.query))
        self.completer.accepted.connect(self._finished)
        session.shown.connect(self._shown)
        session.opened.connect(self._opened)
        session.refused.connect(self._refuse)
        self._opened()

    def _lay_out(self) -> None:
        self.setAcceptDrops(True)
        self.setFocusProxy(self.line)
        self.line.setAccessibleName(self.tr("Search"))
        self.line.setPlaceholderText(
            self.tr("Search by meaning, \u201cin quotes\u201d by words, tag:cat to filter")
        )
        more = tool("dots-horizontal", self.tr("More ways to search"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(WaysMenu(self))
        self._clear = tool("close", self.tr("Show everything"), self.clear, key="Esc")
        row = QHBoxLayout()
        row.setSpacing(GAP_PX)
        row.addWidget(Glyph("magnify"))
        row.addWidget(self.line, 1)
        row.addWidget(self._clear)
        row.addWidget(self.count)
        row.addWidget(more)
        column = QVBoxLayout(self)
        column.setContentsMargins(GAP_PX, 6, GAP_PX, 6)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.chips)
        column.addWidget(self.error)

    @property
    def query(self) -> str:
        """The whole query: of the chips and of the line."""
        return joined(self.line.text(), self._clauses)

    @property
    def clauses(self) -> list[str]:
        """The filters that are shown as chips."""
        return list(self._clauses)

    def focus(self) -> None:
        """Go into the line, with all of it selected."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def clear(self) -> None:
        """Show everything."""
        self.completer.close()
        self.show_again("")

    def ask(self) -> None:
        """Search now, make chips of the filters in the line, and remember the query."""
        self.completer.close()
        self._finished()
        if not self.error.text():
            self.history.add(self.query)

    def take_words(self, words: str) -> None:
        """Search for these words, in the place of those in the line; filters stay."""
        self.line.setText(words)
        self.ask()

    @property
    def can_find_similar(self) -> bool:
        """Whether there is a current item."""
        return self._session.current >= 0

    def find_similar(self) -> None:
        """Search for what is like the current item."""
        if self.can_find_similar:
            self.take_words(about_item(self._session.items.id_of(self._session.current)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pictures."""
        if can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Search by what is dropped."""
        self.take(event.mimeData())

    def take(self, data: QMimeData) -> None:
        """Search by the files or the picture that were dropped or copied."""
        if words := words_of(data, self._session.folder):
            self.take_words(words)

    def _warm_up(self) -> None:
        """Have the models loaded while the user still types, by a query that nobody hears of."""
        session = self._session
        if session.collection is not None and session.collection != self._warmed:
            self._warmed = session.collection
            told = {"query": "warm", "k": 1, "hybrid": True}
            session.ask("search", told, lambda _: None, failed=lambda _: None, to="search")

    def _edited(self) -> None:
        text, cursor = self.line.text(), self.line.cursorPosition()
        self._warm_up()
        self._say("")
        self._clear.setVisible(bool(self.query))
        self._pause.start()
        self._session.forget(self._question)
        if self._session.collection is None or not text[:cursor].strip():
            self.completer.close()
        elif text[:cursor].endswith(" ") and cursor == len(text):
            self.completer.close()
            self._make_chips()
        else:
            arguments = {"text": text, "cursor": cursor}
            self._question = self._session.ask(
                "complete", arguments, self._offer, failed=lambda _: None
            )

    def _offer(self, document: Document) -> None:
        options = [(insert, shown, count) for insert, shown, count in document["options"]]
        self.completer.offer(document["start"], options)

    def _offer_history(self) -> None:
        queries = self.history.queries()[:RECENT]
        self.completer.offer(0, [(query, short(query), None) for query in queries])

    def _make_chips(self) -> bool:
        """Make chips of the filters in the line; tell whether the line can be read."""
        text = self.line.text()
        try:
            words, clauses = parted(text)
        except EmbedcurateError:
            return False
        if clauses:
            self._clauses += [clause for clause in clauses if clause not in self._clauses]
            self._show_chips()
            with QSignalBlocker(self.line):
                self.line.setText(f"{words} " if words else "")
        return True

    def _finished(self) -> None:
        self._make_chips()
        self._ask(self.query)

    def _ask_paused(self) -> None:
        self._ask(self.query, quiet=self.completer.is_open)

    def _ask(self, query: str, *, quiet: bool = False) -> None:
        """Show what a query finds; if it can't be read, say why unless `quiet`."""
        self._pause.stop()
        try:
            parse(self.line.text())  # by itself, so that positions are those of the line
            parse(query)
        except EmbedcurateError as error:
            self._say("" if quiet else str(error))
            return
        self._say("")
        if query != self._asked or self._session.title:
            self._asked = query
            self._session.show(query)

    def _say(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        self.line.setProperty("wrong", bool(sentence))
        restyle(self.line)
        self.line.setAccessibleDescription(sentence)

    def _refuse(self, sentence: str) -> None:
        if self._session.query != self._asked:  # asked by another view
            self._show_query(self._session.query)
        self._say(sentence)

    def _opened(self) -> None:
        self.setEnabled(self._session.collection is not None)
        if self._session.collection is None:
            self._show_query("")

    def _shown(self) -> None:
        session = self._session
        if session.query != self._asked:  # asked by another view
            self._show_query(session.query)
        else:
            self._show_chips()

    def _show_query(self, query: str) -> None:
        self._pause.stop()
        self._asked = query
        try:
            words, clauses = parted(query)
            self._say("")
        except EmbedcurateError as error:
            words, clauses = query, ()
            self._say(str(error))
        self._clauses = list(clauses)
        with QSignalBlocker(self.line):
            self.line.setText(words)
        self._show_chips()

    def _show_chips(self) -> None:
        focused = self.chips.isAncestorOf(self.focusWidget() or self)
        self.chips.show_clauses(self._clauses, self._session.title)
        if focused:
            self.line.setFocus()
        self._clear.setVisible(bool(self.query or self._session.title))

    def remove(self, clause: str) -> None:
        """Take a filter away."""
        self._clauses = [other for other in self._clauses if other != clause]
        self._show_chips()
        self._ask(self.query)

    def _edit(self, clause: str) -> None:
        """Bring a filter back into the line."""
        self._clauses = [other for other in self._clauses if other != clause]
        self._show_chips()
        self.line.setText(" ".join(filter(None, (self.line.text().strip(), clause))))
        self.line.setFocus()

    def _take_last_chip(self) -> None:
        if self._clauses:
            self.remove(self._clauses[-1])

    def show_again(self, query: str) -> None:
        """Ask what was asked before."""
        self._show_query(query)
        if not self.error.text():
            self._session.show(query)
