"""What the commands of the program do with the items of a grid."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence

from ..items import Rows
from .layout import Step
from .model import files_of
from .tagging import TagDialog

if TYPE_CHECKING:
    from .grid import Grid

__all__ = ["Acts"]

_MOST_FILES = 2000
_PORTABLE = QKeySequence.SequenceFormat.PortableText


class Acts(QObject):
    """Does commands by their names in `preferences.COMMANDS`.

    `looked` brings the row to look at closely, `compared` comes for what is selected. `advances`
    says whether the next item is selected after a single one was picked or rejected.
    """

    looked = Signal(int)
    compared = Signal()

    def __init__(self, grid: "Grid") -> None:
        super().__init__(grid)
        self._grid, self._session = grid, grid.session
        self.advances = True
        self._commands: Mapping[str, Callable[[], object]] = {
            "marks/pick": lambda: self._mark_and_go_on("pick"),
            "marks/reject": lambda: self._mark_and_go_on("reject"),
            "marks/unflag": lambda: self._session.mark(self.targets, pick=""),
            **{f"marks/stars-{count}": self._rating(count) for count in range(6)},
            "marks/tag": self._tag,
            "select/all": lambda: self._select(except_=np.empty(0, np.int64)),
            "select/none": lambda: self._session.select([], current=self._session.current),
            "select/invert": lambda: self._select(except_=self._session.selection),
            "view/look": self._look,
            "view/compare": self.compared.emit,
            "find/similar": self._find_similar,
            "edit/copy-paths": self._copy,
        }

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of a command as the window has them, or else the usual ones."""
        from ..preferences.commands import COMMANDS  # its package knows the session, which knows us

        for action in self._grid.window().actions():
            if action.objectName() == name:
                return tuple(key.toString(_PORTABLE) for key in action.shortcuts())
        return COMMANDS[name].keys

    def by_key(self, key: QKeySequence) -> str | None:
        """Return the command that a key stands for."""
        wanted = key.toString(_PORTABLE)
        return next((name for name in self._commands if wanted in self.keys(name)), None)

    def do(self, name: str) -> bool:
        """Do a command; False if it is none of ours."""
        if name not in self._commands:
            return False
        self._commands[name]()
        return True

    @property
    def targets(self) -> Rows:
        """The rows that a mark goes to: what is selected, or else the current one."""
        session = self._session
        if len(session.selection) or session.current < 0:
            return session.selection
        return np.array([session.current], np.int64)

    def files(self) -> QMimeData | None:
        """Return the selected items as files; None, and a warning, if there are too many."""
        targets = self.targets
        if len(targets) > _MOST_FILES:
            self._session.said.emit(
                "warning",
                self.tr("At most {:,} files go out at once. Export them instead.").format(
                    _MOST_FILES
                ),
            )
            return None
        return files_of(self._grid.model.items, targets) if len(targets) else None

    def _mark_and_go_on(self, pick: str) -> None:
        targets, position = self.targets, self._grid.position
        self._session.mark(targets, pick=pick)
        if self.advances and len(targets) == 1 and position >= 0:
            self._grid.go(self._grid.plan.moved(position, Step.RIGHT, height_px=0))

    def _rating(self, stars: int) -> Callable[[], object]:
        return lambda: self._session.mark(self.targets, stars=stars)

    def _tag(self) -> None:
        if len(self.targets):
            TagDialog(self._session, self.targets, self._grid).open()

    def _select(self, *, except_: Rows) -> None:
        chosen = np.zeros(len(self._grid.model.items), np.bool_)
        chosen[self._grid.model.rows] = True
        chosen[except_] = False
        self._session.select(np.flatnonzero(chosen))

    def _look(self) -> None:
        if self._session.current >= 0:
            self.looked.emit(self._session.current)

    def _find_similar(self) -> None:
        if self._session.current >= 0:
            self._session.show(f"#{self._session.items.id_of(self._session.current)}")

    def _copy(self) -> None:
        if files := self.files():
            QGuiApplication.clipboard().setMimeData(files)
