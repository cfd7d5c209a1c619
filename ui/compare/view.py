"""Items side by side: they zoom as one, and keys mark the one that has the focus."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QVBoxLayout, QWidget

from ..inspector.frame import Frame
from ..inspector.keys import command, mark
from ..inspector.medium import MediumView
from ..inspector.preview import Sound
from ..inspector.span import Span
from ..items import MODALITIES
from ..session import Document, Session
from ..theme import TIGHT_PX, Bar, EmptyState, counted
from .model import FEWEST, MOST, Arrangement, arranged, differing, stepped
from .pane import Pane

__all__ = ["CompareView"]

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class CompareView(QWidget):
    """Shows 2 to 6 items: those selected when it is opened, or when others are selected meanwhile.

    The pane with the focus is the session's current item, so that all that acts on the selection
    acts on it. `left` comes when the user is done.
    """

    title = "Compare"
    icon = "compare"

    left = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._panes: list[Pane] = []
        self._at = 0
        self._arrangement = Arrangement(1, 1)
        self._asked: list[int] = []
        self._bar = Bar()
        self._bar.title(self.tr("Compare"))
        self._count = self._bar.note()
        self._bar.stretch()
        self._linked = self._bar.button(
            "link-variant", self.tr("Zoom together"), self._link, words=True, checkable=True
        )
        self._linked.setChecked(True)
        self._told = self._bar.button(
            "table", self.tr("Facts"), self._tell_facts, words=True, checkable=True
        )
        self._told.setChecked(True)
        self._bar.separator()
        self._bar.button("fit-to-page-outline", self.tr("Fit"), self.fit)
        self._bar.button("numeric-1-box-outline", self.tr("Actual pixels"), self.actual)
        self._bar.separator()
        self._bar.button("close", self.tr("Back"), self.left.emit, key="Esc")
        self._grid_widget = QWidget()
        self._grid = QGridLayout(self._grid_widget)
        self._grid.setContentsMargins(TIGHT_PX, TIGHT_PX, TIGHT_PX, TIGHT_PX)
        self._grid.setSpacing(TIGHT_PX)
        self._empty = EmptyState(
            "compare",
            self.tr("Nothing to compare"),
            self.tr("Select 2 to 6 items in the grid or on the map, and press C."),
        )
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._grid_widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._pages, 1)
        session.selected.connect(self._select)
        session.marked.connect(lambda _: self._remark())
        session.opened.connect(self._reopened)
        self._show()

    @property
    def rows(self) -> tuple[int, ...]:
        """What is compared."""
        return tuple(pane.row for pane in self._panes)

    @property
    def panes(self) -> tuple[Pane, ...]:
        """The panes, in their order."""
        return tuple(self._panes)

    @property
    def current(self) -> int:
        """The row of the pane that keys act upon, -1 for none."""
        return self._panes[self._at].row if self._panes else -1

    def compare(self, rows: Iterable[int]) -> None:
        """Compare these items; of more than 6 the first ones."""
        wanted = list(dict.fromkeys(int(row) for row in rows))
        if len(wanted) > MOST:
            self._session.said.emit(
                "info",
                self.tr("{} items are too many to compare: these are the first {}.").format(
                    f"{len(wanted):,}", MOST
                ),
            )
        self._drop()
        if len(wanted) >= FEWEST:
            for row in wanted[:MOST]:
                self._add(row)
            self._arrange()
            self._describe()
            self.focus(0)
        self._show()

    def focus(self, at: int) -> None:
        """Let keys act upon one of the panes."""
        if 0 <= at < len(self._panes):
            self._at = at
            for place, pane in enumerate(self._panes):
                pane.set_current(place == at)
            if self.isVisible():
                self._panes[at].medium.setFocus()
                self._session.select([self.current], self.current)

    def fit(self) -> None:
        """Show all items whole."""
        for pane in self._panes:
            pane.medium.picture.fit()
            pane.medium.sound.fit()

    def actual(self) -> None:
        """Show the pixels of the pane with the focus, and the same part of the others."""
        if self._panes:
            self._panes[self._at].medium.picture.actual()

    def do(self, name: str) -> bool:
        """Mark the item of the pane with the focus by a command; False if it is another one."""
        return bool(self._panes) and mark(self._session, self.current, name)

    def showEvent(self, event: QShowEvent) -> None:
        """Compare what is selected."""
        super().showEvent(event)
        self._select()
        self.focus(self._at)

    def hideEvent(self, event: QHideEvent) -> None:
        """Be silent."""
        super().hideEvent(event)
        for pane in self._panes:
            pane.medium.playback.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from pane to pane, mark the one with the focus, or leave."""
        if not self._act(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys before a text does."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            return self._act(event)
        return super().eventFilter(watched, event)

    def _act(self, event: QKeyEvent) -> bool:
        key = event.key()
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self._panes:
            return False
        if key in _ARROWS:
            step = _ARROWS[Qt.Key(key)]
            self.focus(stepped(self._at, step, len(self._panes), self._arrangement))
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._panes[self._at].medium.play()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            return self.do(command(self, event))
        return True

    def _select(self) -> None:
        """Compare what the user selected elsewhere; a single item is turned to, if it is here."""
        if not self.isVisible():
            return
        chosen = self._session.selection.tolist()
        if len(chosen) >= FEWEST and set(chosen) != set(self.rows):
            self.compare(chosen)
        elif len(chosen) == 1 and chosen[0] in self.rows:
            at = self.rows.index(chosen[0])
            if at != self._at:
                self.focus(at)

    def _reopened(self) -> None:
        """Keep what is compared, in whatever rows it is now."""
        at = self._at
        rows = self._session.items.rows_of([pane.id for pane in self._panes])
        self.compare(rows[rows >= 0].tolist())
        self.focus(min(at, len(self._panes) - 1))

    def _add(self, row: int) -> None:
        pane = Pane(self._session, row)
        pane.focused.connect(lambda: self._turn_to(pane))
        pane.removed.connect(lambda: self._take_out(pane))
        pane.medium.framed.connect(lambda frame: self._frame(pane, frame))
        pane.medium.spanned.connect(lambda span: self._span(pane, span))
        pane.medium.shown.connect(lambda _: self._shown(pane))
        for view in pane.views:
            view.installEventFilter(self)
        self._panes.append(pane)

    def _drop(self) -> None:
        for number in self._asked:
            self._session.forget(number)
        self._asked = []
        for pane in self._panes:
            self._grid.removeWidget(pane)
            pane.medium.show_row(-1)
            pane.hide()
            pane.deleteLater()
        self._panes, self._at = [], 0

    def _take_out(self, pane: Pane) -> None:
        self.compare(row for row in self.rows if row != pane.row)

    def _turn_to(self, pane: Pane) -> None:
        if pane in self._panes and self._panes.index(pane) != self._at:
            self.focus(self._panes.index(pane))

    def _arrange(self) -> None:
        modality = self._session.items.modality
        sounds = all(MODALITIES[modality[row]] == "audio" for row in self.rows)
        self._arrangement = arranged(len(self._panes), sounds=sounds)
        for at, pane in enumerate(self._panes):
            down, across = divmod(at, self._arrangement.columns)
            self._grid.addWidget(pane, down, across)
        for at in range(MOST):
            self._grid.setColumnStretch(at, int(at < self._arrangement.columns))
            self._grid.setRowStretch(at, int(at < self._arrangement.rows))

    def _describe(self) -> None:
        def ask(pane: Pane) -> int:
            def answered(document: Document) -> None:
                if pane in self._panes:
                    pane.document = document
                    self._tell_facts()

            id_ = self._session.items.id_of(pane.row)
            return self._session.ask("describe", {"id": id_}, answered)

        self._asked = [ask(pane) for pane in self._panes]

    def _tell_facts(self) -> None:
        documents = [pane.document for pane in self._panes if pane.document]
        differ = differing(documents)
        for pane in self._panes:
            pane.below.setVisible(self._told.isChecked())
            pane.tell_facts(differ)

    def _remark(self) -> None:
        for pane in self._panes:
            pane.tell()

    def _link(self) -> None:
        if self._linked.isChecked() and self._panes:
            medium = self._panes[self._at].medium
            self._frame(self._panes[self._at], medium.picture.frame)
            self._span(self._panes[self._at], medium.sound.span)

    def _frame(self, moved: Pane, frame: Frame) -> None:
        for medium in self._linked_to(moved):
            medium.set_frame(frame)

    def _span(self, moved: Pane, span: Span) -> None:
        for medium in self._linked_to(moved):
            medium.set_span(span)

    def _linked_to(self, moved: Pane) -> Iterator[MediumView]:
        if self._linked.isChecked():
            yield from (pane.medium for pane in self._panes if pane is not moved)

    def _shown(self, shown: Pane) -> None:
        """Let all sounds share the axis of the longest."""
        media = [pane.medium.medium for pane in self._panes]
        if isinstance(shown.medium.medium, Sound):
            longest = max(medium.duration_s for medium in media if isinstance(medium, Sound))
            for pane in self._panes:
                if isinstance(pane.medium.medium, Sound):
                    pane.medium.sound.set_longest(longest)

    def _show(self) -> None:
        self._pages.setCurrentIndex(1 if self._panes else 0)
        words = counted(len(self._panes), self.tr("item"), self.tr("items"))
        self._count.setText(words if self._panes else "")
        for button in (self._linked, self._told):
            button.setEnabled(bool(self._panes))
