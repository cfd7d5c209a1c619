"""What can be done with clusters: a bar over them, and the same as a menu."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from .. import theme
from .model import NOISE, Group

__all__ = ["Tools"]

_PARTS = (2, 3, 4, 6, 8)
_LEAST = 2


class Tools(theme.Bar):
    """Actions on the selected clusters, and the least size with which to find them again.

    `cutting` brings the number of parts, 0 for as many as there are denser regions.
    """

    opening = Signal()
    naming = Signal()
    merging = Signal()
    cutting = Signal(int)
    tagging = Signal()
    finding = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self._count = self.note()
        self.stretch()
        self._open = self._action("view-grid-outline", self.tr("Show"), self.opening)
        self._open.setToolTip(self.tr("Show the items in the grid (Enter)"))
        self._rename = self._action("pencil-outline", self.tr("Rename"), self.naming)
        self._rename.setToolTip(self.tr("Rename (F2)"))
        self._merge = self._action("call-merge", self.tr("Merge"), self.merging, "Ctrl+M")
        self._tag = self._action("tag-outline", self.tr("Tag all items"), self.tagging, "Ctrl+T")
        parent.addActions([self._merge, self._tag])
        self.action(self._open, words=True)
        self.action(self._rename)
        self.action(self._merge)
        self._split = self.button("call-split", self.tr("Split"))
        self._split.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._split.setMenu(self._split_menu())
        self.action(self._tag)
        self.separator()
        words = self.tr("Least size")
        self.note(words)
        self.least = theme.ValueSlider(words, _LEAST, 100, 5, decimals=0, logarithmic=True)
        self.least.setFixedWidth(190)
        self.least.setToolTip(self.tr("How many items make a cluster"))
        self.add(self.least)
        self._find = self.button("refresh", self.tr("Find again"), self.finding.emit, words=True)
        self.choose(())

    def _action(self, icon: str, words: str, told: SignalInstance, key: str = "") -> QAction:
        action = QAction(theme.icon(icon), words, self)
        action.triggered.connect(lambda: told.emit())
        if key:
            action.setShortcut(key)
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setToolTip(f"{words} ({action.shortcut().toString()})")
        return action

    def _split_menu(self) -> QMenu:
        menu = QMenu(self.tr("Split"), self)
        menu.setIcon(theme.icon("call-split"))
        menu.addAction(self.tr("Into its denser regions")).setData(0)
        menu.addSeparator()
        for parts in _PARTS:
            menu.addAction(self.tr("Into {} parts").format(parts)).setData(parts)
        menu.triggered.connect(lambda action: self.cutting.emit(action.data()))
        return menu

    def menu(self) -> QMenu:
        """Return the actions as a menu, which goes when it is closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._open, self._rename, self._merge])
        menu.addMenu(self._split.menu()).setEnabled(self._split.isEnabled())
        menu.addAction(self._tag)
        return menu

    def count(self, words: str) -> None:
        """Say how many there are."""
        self._count.setText(words)

    def choose(self, groups: Sequence[Group]) -> None:
        """Offer what can be done with these groups."""
        clusters = [group for group in groups if group.label != NOISE]
        is_single = len(groups) == len(clusters) == 1
        self._open.setEnabled(bool(groups))
        self._tag.setEnabled(bool(groups))
        self._merge.setEnabled(len(clusters) > 1)
        self._rename.setEnabled(is_single)
        self._split.setEnabled(is_single)

    def show_size(self, least: int | None, most: int) -> None:
        """Show the least size of a run over `most` items; None without one."""
        self.least.setEnabled(least is not None)
        self._find.setEnabled(least is not None)
        if least is not None:
            self.least.set_bounds(_LEAST, max(most / 4, 10))
            self.least.set_value(least)
