"""The marks of the selected items, to see and to change."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..items import Rows
from ..session import Session
from ..theme import GAP_PX, TIGHT_PX, Chip, FlowLayout, StarRating, icon, tool
from .summary import Summary, summed_up

__all__ = ["MarksEditor", "NoteEdit"]

_NONE = np.empty(0, np.int64)
_LINES = 2
_MOST_LINES = 8
_MOST_TAGS = 30


class MarksEditor(QWidget):
    """Pick and reject, stars, tags and the note of one item or of many at once.

    `summary` says what the items have in common, None without any.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._rows: Rows = _NONE
        self._of = (session.collection, session.items)
        self._asked = 0
        self.summary: Summary | None = None
        self._pick = self._flag("flag-outline", "pick", self.tr("Pick"), "P")
        self._reject = self._flag("close-thick", "reject", self.tr("Reject"), "X")
        self._stars = StarRating(self.tr("Stars"))
        self._stars.rated.connect(lambda stars: session.mark(self._rows, stars=stars))
        first = QHBoxLayout()
        first.setSpacing(TIGHT_PX)
        first.addWidget(self._pick)
        first.addWidget(self._reject)
        first.addStretch()
        first.addWidget(self._stars)
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips, spacing_px=TIGHT_PX)
        self._tag = QLineEdit()
        self._tag.setPlaceholderText(self.tr("Add a tag"))
        self._tag.setAccessibleName(self.tr("Add a tag"))
        self._tag.setClearButtonEnabled(True)
        self._tag.returnPressed.connect(self._add_tag)
        self._tag.textEdited.connect(self._complete)
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._tag.setCompleter(completer)
        self._note = NoteEdit()
        self._note.setPlaceholderText(self.tr("Note"))
        self._note.setAccessibleName(self.tr("Note"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP_PX)
        column.addLayout(first)
        column.addWidget(self._chips)
        column.addWidget(self._tag)
        column.addWidget(self._note)
        self._note.written.connect(self._write_note)
        session.marked.connect(self._remarked)

    def edit_tags(self) -> None:
        """Let the user type a tag."""
        self._tag.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def edit_note(self) -> None:
        """Let the user write the note."""
        self._note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_rows(self, rows: Rows) -> None:
        """Edit the marks of these rows; a note that is being written is kept first."""
        self._note.commit()
        self._rows = rows
        self._of = (self._session.collection, self._session.items)
        self._tag.clear()
        self._show(anew=True)

    def commit(self) -> None:
        """Store a note that is being written."""
        self._note.commit()

    def _flag(self, name: str, pick: str, words: str, key: str) -> QToolButton:
        button = tool(name, words, words=True, checkable=True, key=key)
        button.setIcon(icon(name, colour=pick))
        button.clicked.connect(
            lambda: self._session.mark(self._rows, pick=pick if button.isChecked() else "")
        )
        return button

    def _remarked(self, rows: Rows) -> None:
        if len(self._rows) and np.isin(rows, self._rows).any():
            self._show(anew=False)

    def _show(self, *, anew: bool) -> None:
        if len(self._rows) and self._rows[-1] >= len(self._session.items):
            self._rows = _NONE
        self.setEnabled(bool(len(self._rows)))
        self.summary = None
        if not len(self._rows):
            return
        self.summary = summary = summed_up(self._session.items, self._rows)
        for button, pick in ((self._pick, "pick"), (self._reject, "reject")):
            button.setChecked(summary.pick_of_all() == pick)
        self._stars.set_stars(summary.stars or 0)
        self._show_tags(summary)
        with QSignalBlocker(self._note):
            self._note.show_note(summary.note, keep_edited=not anew)

    def _show_tags(self, summary: Summary) -> None:
        self._flow.fill(
            self._chip(tag, count, summary.count) for tag, count in summary.tags[:_MOST_TAGS]
        )
        self._chips.setVisible(bool(summary.tags))
        self._chips.updateGeometry()

    def _chip(self, tag: str, count: int, all_: int) -> Chip:
        on_all = count == all_
        text = tag if on_all else f"{tag} · {count:,}"
        chip = Chip(text, pressable=not on_all, removable=True)
        chip.setAccessibleName(self.tr("Tag {}").format(tag))
        chip.removed.connect(self._tagging(remove=tag))
        if not on_all:
            chip.setToolTip(
                self.tr("{:,} of {:,} have this tag: press to give it to all").format(count, all_)
            )
            chip.pressed.connect(self._tagging(add=tag))
        return chip

    def _tagging(self, *, add: str = "", remove: str = "") -> Callable[[], None]:
        return lambda: self._session.mark(
            self._rows, add=[add] if add else (), remove=[remove] if remove else ()
        )

    def _add_tag(self) -> None:
        tags = [tag.strip() for tag in self._tag.text().split(",")]
        if len(self._rows) and any(tags):
            self._session.mark(self._rows, add=[tag for tag in tags if tag])
        self._tag.clear()

    def _complete(self, text: str) -> None:
        if self._asked:
            self._session.forget(self._asked)
        typed = text.rpartition(",")[2].strip().replace("\\", "\\\\").replace('"', '\\"')
        query = f'tag:"{typed}'

        def answered(document: dict[str, list[list[str]]]) -> None:
            self._asked = 0
            self._known.setStringList([str(shown) for _, shown, _ in document["options"]])
            if self._tag.hasFocus() and self._tag.text():
                self._tag.completer().complete()

        self._asked = self._session.ask(
            "complete", {"text": query, "cursor": len(query)}, answered, failed=lambda _: None
        )

    def _write_note(self, note: str) -> None:
        collection, items = self._of
        if collection != self._session.collection:
            return
        rows = self._rows
        if items is not self._session.items:  # they were read anew while the note was written
            rows = self._session.items.rows_of(items.ids[rows])
        self._session.mark(rows[rows >= 0], note=note)


class NoteEdit(QPlainTextEdit):
    """A note that grows with its lines; `written` when it was changed and is left."""

    written = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored: str | None = ""
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(2)
        self.textChanged.connect(self._grow)
        self._grow()

    def show_note(self, note: str | None, *, keep_edited: bool = False) -> None:
        """Show a stored note, None if items differ; what is being written stays if so asked."""
        edited = self._edited()
        self._stored = note
        if not (keep_edited and edited):
            self.setPlainText(note or "")
            self._grow()
        self.setToolTip(self.tr("The items have different notes") if note is None else "")

    def commit(self) -> None:
        """Store what was written, if it differs from what is stored."""
        if self._edited():
            self._stored = self.toPlainText().strip()
            self.written.emit(self._stored)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Store it."""
        super().focusOutEvent(event)
        self.commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Store it by Ctrl+Enter, and by Escape leave it as it was."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.commit()
        elif event.key() == Qt.Key.Key_Escape and self._edited():
            self.setPlainText(self._stored or "")
        else:
            super().keyPressEvent(event)

    def _edited(self) -> bool:
        return self.toPlainText().strip() != (self._stored or "").strip()

    def _grow(self) -> None:
        lines = min(max(self.document().blockCount(), _LINES), _MOST_LINES)
        around = self.height() - self.viewport().height() if self.isVisible() else 14
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + max(around, 14))
