"""What each command does: the view that is shown is asked first, then the window."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QActionGroup, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QMessageBox

import embedcurate

from .export import ExportDialog, ask_for_selection
from .preferences import CheatSheet, CommandPalette, HistoryDialog, PreferencesDialog
from .theme import Card, Chip

if TYPE_CHECKING:
    from .window import Window

__all__ = ["Commanding"]

_PRESSED_BY_SPACE = (QAbstractButton, QComboBox, Card, Chip)

_NEEDS_NO_COLLECTION = (
    "collection/new",
    "collection/open",
    "help/palette",
    "help/keys",
    "help/preferences",
    "help/about",
    "help/quit",
    "view/full-screen",
)


class Commanding(QObject):
    """Gives the commands of `preferences.COMMANDS` something to do."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        views = QActionGroup(self)
        for name in window.views:
            action = window.shortcuts.action(f"view/{name}", partial(window.show_view, name))
            views.addAction(action)
        for name, done in self._works().items():
            window.shortcuts.action(name, partial(self._do, name, done))
        window.addActions(list(window.shortcuts.actions.values()))
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave Space to what has the focus, where that is something to press."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
            and isinstance(QApplication.focusWidget(), _PRESSED_BY_SPACE)
        ):
            event.accept()
            return True
        return super().eventFilter(watched, event)

    def enable(self, there: bool) -> None:
        """Allow the commands that can be done with a collection open, or without one."""
        for name, action in self._window.shortcuts.actions.items():
            action.setEnabled(there or name in _NEEDS_NO_COLLECTION)

    def _do(self, name: str, done: Callable[[], object]) -> None:
        heard: Callable[[str], bool] | None = getattr(self._window.view, "do", None)
        if not (heard and self._session.collection is not None and heard(name)):
            done()

    def _works(self) -> dict[str, Callable[[], object]]:
        window, session = self._window, self._session
        marks: dict[str, Callable[[], object]] = {
            "marks/pick": lambda: session.mark(session.selection, pick="pick"),
            "marks/reject": lambda: session.mark(session.selection, pick="reject"),
            "marks/unflag": lambda: session.mark(session.selection, pick=""),
            "marks/tag": window.inspector.marks.edit_tags,
            "marks/note": window.inspector.marks.edit_note,
        }
        for stars in range(6):
            marks[f"marks/stars-{stars}"] = partial(self._rate, stars)
        return marks | {
            "select/all": lambda: session.select(session.rows),
            "select/none": lambda: session.select([]),
            "select/invert": self._invert,
            "select/save": lambda: ask_for_selection(session, window),
            "view/look": self._look,
            "view/full-screen": lambda: window.setWindowState(
                window.windowState() ^ window.windowState().WindowFullScreen
            ),
            "find/search": window.search.focus,
            "find/similar": self._find_similar,
            "find/clear": lambda: session.show(""),
            "edit/undo": session.undo,
            "edit/redo": session.redo,
            "edit/history": lambda: HistoryDialog(session, window).open(),
            "edit/copy-paths": self._copy_paths,
            "collection/new": window.creating.ask,
            "collection/open": window.choose_collection,
            "collection/close": session.close,
            "collection/index": window.creating.index_again,
            "collection/move": window.moving.ask,
            "collection/export": lambda: ExportDialog(session, window).open(),
            "help/palette": self._open_palette,
            "help/keys": lambda: CheatSheet(window.shortcuts, window).open(),
            "help/preferences": lambda: PreferencesDialog(
                window.settings, window.shortcuts, session, window
            ).open(),
            "help/about": self._tell_about,
            "help/quit": window.close,
        }

    def _invert(self) -> None:
        others = np.zeros(len(self._session.items), np.bool_)
        others[self._session.rows] = True
        others[self._session.selection] = False
        self._session.select(np.flatnonzero(others))

    def _rate(self, stars: int) -> None:
        self._session.mark(self._session.selection, stars=stars)

    def _look(self) -> None:
        if self._session.current >= 0:
            self._window.look.look(self._session.current)

    def _find_similar(self) -> None:
        if self._session.current >= 0:
            self._session.show(f"#{self._session.items.id_of(self._session.current)}")

    def _copy_paths(self) -> None:
        items = self._session.items
        paths = [str(items.path(row)) for row in self._session.selection.tolist()]
        QGuiApplication.clipboard().setText("\n".join(paths))

    def _open_palette(self) -> None:
        window = self._window
        palette = CommandPalette(list(window.shortcuts.actions.values()), window)
        palette.move(window.mapToGlobal(QPoint((window.width() - palette.width()) // 2, 80)))
        palette.open()

    def _tell_about(self) -> None:
        box = QMessageBox(
            QMessageBox.Icon.NoIcon,
            self.tr("About embedcurate"),
            f"embedcurate {embedcurate.__version__}",
            QMessageBox.StandardButton.Ok,
            self._window,
        )
        box.setInformativeText(
            self.tr(
                "Curates pictures, sounds and texts in one shared space, on your own machine. "
                "Apache License 2.0."
            )
        )
        box.finished.connect(box.deleteLater)
        box.open()
