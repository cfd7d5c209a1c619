"""A text to read, of any length: the found passage and the query's words stand out."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QResizeEvent,
    QShowEvent,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from ..theme import colours, current
from .preview import Reading, Stretch
from .reading import Part, around, occurrences, units

__all__ = ["TextView"]


_LINES_BEFORE = 2
_SHADE = 170
_WIDEST_PX = 800


class TextView(QPlainTextEdit):
    """Shows a text. A long one is laid out in parts, more of it as the user comes to its edge.

    `read_on` comes with the `Part` that is laid out after each change.
    """

    read_on = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("TextView, TextView:focus { border: none; border-radius: 0; }")
        self.setAccessibleName(self.tr("Text"))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.document().setDocumentMargin(12)
        self._reading: Reading | None = None
        self._words = _Words(self.document())
        self._part = Part(0, 0)
        self._units = units("")
        self._goal: Stretch | None = None
        # Text that is put in while the bar still moves would be scrolled past, and lines are not
        # broken before the view has its size.
        self._settled = QTimer(self, interval=0, singleShot=True)
        self._settled.timeout.connect(self._settle)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._settled.start())
        theme = current()
        if theme is not None:
            theme.changed.connect(self._emphasise)
            theme.changed.connect(self._words.rehighlight)

    @property
    def reading(self) -> Reading | None:
        """What is shown."""
        return self._reading

    @property
    def words(self) -> tuple[str, ...]:
        """The words that stand out."""
        return self._words.words

    @property
    def part(self) -> Part:
        """Which characters are laid out."""
        return self._part

    def show_text(self, reading: Reading | None, words: tuple[str, ...] = ()) -> None:
        """Show a text from its found passage on, or from its start."""
        self._reading, self._words.words = reading, words
        text = reading.text if reading else ""
        self._goal = reading.hit if reading else None
        self._lay(around(text, self._goal[0] if self._goal else 0))

    def go_to_found(self) -> None:
        """Bring the passage that was found into view."""
        if self._reading and self._reading.hit:
            self.go_to(self._reading.hit)

    def go_to(self, stretch: Stretch) -> None:
        """Bring characters into view, those before them included where there is room."""
        if self._reading is None:
            return
        self._goal = stretch
        if not self._part.start <= stretch[0] < self._part.end:
            self._lay(around(self._reading.text, stretch[0]))
        self._settled.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Go where it was to go."""
        super().showEvent(event)
        self._settled.start()

    def sizeHint(self) -> QSize:
        """Ask for a few lines."""
        return QSize(320, 220)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep lines short enough to read, and see whether there is room for more."""
        super().resizeEvent(event)
        side = max((self.width() - _WIDEST_PX) // 2, 0)
        if self.viewportMargins().left() != side:
            self.setViewportMargins(side, 0, side, 0)
            # Within a resize event Qt breaks no lines anew for margins.
            super().resizeEvent(QResizeEvent(self.viewport().size(), event.oldSize()))
        self._settled.start()

    def _place(self, character: float) -> int:
        """Return where a character of the text stands in the document."""
        within = min(max(int(character), self._part.start), self._part.end)
        return self._units(within - self._part.start)

    def _lay(self, part: Part) -> None:
        """Lay out a part in place of what was there."""
        self._part = part
        self.setPlainText(self._reading.text[part.start : part.end] if self._reading else "")
        self._emphasise()
        self._settled.start()

    def _settle(self) -> None:
        """Go where the view is to go, then see whether it came to an edge."""
        if self._reading is None or not self.isVisible():
            return
        if self._goal is not None:
            cursor = self.textCursor()
            cursor.setPosition(self._place(self._goal[0]))
            self._goal = None
            self.setTextCursor(cursor)
            self.centerCursor()
            lines = self.cursorRect().top() // self.fontMetrics().lineSpacing()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + lines - _LINES_BEFORE)
            return
        bar, text = self.verticalScrollBar(), self._reading.text
        page = max(bar.pageStep(), 1)
        if self._part.end < len(text) and bar.value() >= bar.maximum() - page:
            longer = self._part.later(text)
            self._insert(text[self._part.end : longer.end], at_end=True)
            self._grown(longer)
        elif self._part.start > 0 and bar.value() <= page:
            longer = self._part.earlier(text)
            top = self.firstVisibleBlock().blockNumber()
            before = self.blockCount()
            self._insert(text[longer.start : self._part.start], at_end=False)
            first = self.document().findBlockByNumber(top + self.blockCount() - before)
            bar.setValue(first.firstLineNumber())
            self._grown(longer)

    def _insert(self, text: str, *, at_end: bool) -> None:
        cursor = QTextCursor(self.document())
        end = QTextCursor.MoveOperation.End if at_end else QTextCursor.MoveOperation.Start
        cursor.movePosition(end)
        cursor.insertText(text)

    def _grown(self, part: Part) -> None:
        self._part = part
        self._emphasise()
        self.read_on.emit(part)

    def _emphasise(self) -> None:
        """Let the found passage stand out."""
        reading = self._reading
        text = reading.text[self._part.start : self._part.end] if reading else ""
        self._units = units(text)
        found = []
        if reading and reading.hit:
            passage = QTextEdit.ExtraSelection()
            passage.cursor = QTextCursor(self.document())
            passage.cursor.setPosition(self._place(reading.hit[0]))
            passage.cursor.setPosition(self._place(reading.hit[1]), QTextCursor.MoveMode.KeepAnchor)
            shade = QColor(colours().chosen)
            shade.setAlpha(_SHADE)
            passage.format.setBackground(shade)
            found.append(passage)
        self.setExtraSelections(found)


class _Words(QSyntaxHighlighter):
    """Lets the words of a query stand out, line by line as they are laid out."""

    words: tuple[str, ...] = ()

    def highlightBlock(self, text: str) -> None:
        style = QTextCharFormat()
        style.setForeground(QColor(colours().accent))
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        place = units(text)
        for start, end in occurrences(text, self.words):
            self.setFormat(place(start), place(end) - place(start), style)
