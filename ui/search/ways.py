"""A menu of other ways to search: by a file, by what was copied, by what was asked before."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu

from ..theme import icon
from .dropping import can_take
from .model import about_file

if TYPE_CHECKING:
    from .view import SearchBar

__all__ = ["RECENT", "WaysMenu", "short"]

RECENT = 15
"""So many queries are offered again."""

_LONGEST = 60  # characters


class WaysMenu(QMenu):
    """What else can be searched by; it is made anew whenever it opens."""

    def __init__(self, bar: "SearchBar") -> None:
        super().__init__(bar)
        self._bar = bar
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        bar = self._bar
        self.clear()
        self._entry("file-search-outline", self.tr("Search by a file\u2026"), self._choose_file)
        text = self.tr("Find similar items")
        self._entry("image-search-outline", text, bar.find_similar, on=bar.can_find_similar)
        data = QGuiApplication.clipboard().mimeData()
        text = self.tr("Search by what was copied")
        self._entry("content-paste", text, lambda: bar.take(data), on=can_take(data))
        if queries := bar.history.queries()[:RECENT]:
            self.addSection(self.tr("Asked lately"))
            for query in queries:
                shown = short(query).replace("&", "&&")
                self._entry("history", shown, partial(bar.show_again, query))
            self._entry("delete-outline", self.tr("Forget these"), bar.history.clear)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self._bar, self.tr("Search by a picture, a sound or a text"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self._bar.take_words(about_file(Path(name))))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _entry(self, name: str, text: str, done: Callable[[], object], *, on: bool = True) -> None:
        action = QAction(icon(name), text, self)
        action.setEnabled(on)
        action.triggered.connect(lambda: done())
        self.addAction(action)


def short(query: str) -> str:
    """Return a query as it fits into a menu."""
    return query if len(query) <= _LONGEST else f"{query[: _LONGEST - 1]}\u2026"
