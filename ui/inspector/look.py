"""An item in the whole window: the arrows go on, the keys of the grid mark."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QVBoxLayout, QWidget

from ..items import PICKS
from ..session import Session
from ..theme import Bar, ElidedLabel, Glyph, StarRating, Type, font, restyle
from .facts import in_short
from .keys import command, mark
from .medium import MediumView

__all__ = ["LookView"]

_SIZE_PX = 2048


class LookView(QFrame):
    """Lies over its parent while it is open; `left` comes when it is closed.

    Its own key and Escape close it, the arrows go on through what is shown, the keys of marks mark
    what is seen, Enter plays a sound. `advances` says whether a pick or a rejection goes on, too.
    """

    left = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Quick look"))
        self._session, self._over = session, parent
        self.advances = True
        self._before: QWidget | None = None
        self.medium = MediumView(session, size_px=_SIZE_PX)
        self.medium.text.setFont(font(Type.TITLE, bold=False))
        self._name = ElidedLabel("", Type.TITLE, mode=Qt.TextElideMode.ElideMiddle)
        self._pick = Glyph("flag", colour="pick")
        self._stars = StarRating(self.tr("Stars"))
        self._stars.rated.connect(lambda stars: session.mark([self.row], stars=stars))
        bar = Bar()
        bar.button("chevron-left", self.tr("Previous"), lambda: self.step(-1), key="Left")
        bar.button("chevron-right", self.tr("Next"), lambda: self.step(1), key="Right")
        self._place: QLabel = bar.note()
        bar.space()
        bar.add(self._name, 1)
        self._about = bar.note()
        bar.space()
        bar.add(self._pick)
        bar.add(self._stars)
        bar.separator()
        bar.button("close", self.tr("Close"), self.leave, key="Esc")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.medium, 1)
        for view in (self.medium.picture, self.medium.sound, self.medium.text):
            view.installEventFilter(self)
        parent.installEventFilter(self)
        session.selected.connect(self._follow)
        session.marked.connect(lambda _: self._tell())
        session.opened.connect(self._follow)
        self.medium.shown.connect(lambda _: self._focus())
        self.hide()

    @property
    def row(self) -> int:
        """What is looked at."""
        return self.medium.row

    def look(self, row: int) -> None:
        """Open it on a row; close it if it is open on that one."""
        if row < 0 or (row == self.row and not self.isHidden()):
            self.leave()
            return
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        self._show(row)
        self.setFocus()

    def leave(self) -> None:
        """Close it."""
        if self.isHidden():
            return
        self.hide()
        self.medium.show_row(-1)
        if self._before is not None:
            self._before.setFocus()
        self._before = None
        self.left.emit()

    def step(self, steps: int) -> None:
        """Go on by so many of the rows shown."""
        rows = self._session.rows
        at = np.flatnonzero(rows == self.row)
        if len(at) and 0 <= at[0] + steps < len(rows):
            row = int(rows[at[0] + steps])
            self._session.select([row], row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys before a text does; be as large as the window."""
        if watched is self._over:
            if event.type() is QEvent.Type.Resize and not self.isHidden():
                self.setGeometry(self._over.rect())
        elif isinstance(event, QKeyEvent) and self._take(event):
            return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Take the keys before the window's commands do."""
        return (isinstance(event, QKeyEvent) and self._take(event)) or super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Stay within: what lies behind is not seen."""
        moved = super().focusNextPrevChild(forward)
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self._focus()
        return moved

    def _take(self, event: QKeyEvent) -> bool:
        done = self._meant(event)
        if done is None:
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            done()
        return event.type() in {QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride}

    def _meant(self, event: QKeyEvent) -> Callable[[], object] | None:
        """Return what a key does here."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key()) if plain else None
        name = command(self, event)
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            return partial(self.step, 1 if key is Qt.Key.Key_Right else -1)
        if key is Qt.Key.Key_Escape or name == "view/look":
            return self.leave
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return self.medium.play
        return partial(self._mark, name) if name else None

    def _mark(self, name: str) -> None:
        mark(self._session, self.row, name)
        if self.advances and name in {"marks/pick", "marks/reject"}:
            self.step(1)

    def _follow(self) -> None:
        if self.isHidden():
            return
        row = self._session.current
        if 0 <= row < len(self._session.items):
            self._show(row)
        else:
            self.leave()

    def _show(self, row: int) -> None:
        self.medium.show_row(row)
        self._tell()

    def _focus(self) -> None:
        if not self.isHidden():
            self.medium.setFocus()

    def _tell(self) -> None:
        """Show name, place and marks."""
        row, items = self.row, self._session.items
        if self.isHidden() or not 0 <= row < len(items):
            return
        self._name.setText(items.name(row))
        self._about.setText(in_short(items, row))
        at = np.flatnonzero(self._session.rows == row)
        self._place.setText(
            self.tr("{:,} of {:,}").format(int(at[0]) + 1, len(self._session.rows))
            if len(at)
            else ""
        )
        pick = PICKS[items.pick[row]]
        self._pick.setVisible(bool(pick))
        if pick:
            name = "flag" if pick == "pick" else "close-thick"
            self._pick.show_icon(name, colour=pick)
        self._stars.set_stars(int(items.stars[row]))
        restyle(self)
