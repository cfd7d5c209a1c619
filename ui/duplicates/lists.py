"""The list of groups, quick at a hundred thousand of them, and the strip of members."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QListView, QTableView, QWidget

from ..theme import GAP_PX
from .rows import MEMBER_PX, ROW_PX, GroupDelegate

if TYPE_CHECKING:
    from .model import Review

__all__ = ["GroupsList", "MembersStrip"]


class GroupsList(QTableView):
    """The groups that are open, one a line: a table of one column, as a list lays out all rows."""

    def __init__(self, review: "Review", name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(review.listed)
        self.setItemDelegate(GroupDelegate(review, self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_PX)
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the first and the last line by Home and End, as in any list."""
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.model().rowCount() - 1}
        row = ends.get(Qt.Key(event.key()))
        if row is None:
            super().keyPressEvent(event)
        else:
            self.setCurrentIndex(self.model().index(row, 0))


class MembersStrip(QListView):
    """The members of a group in a row."""

    def __init__(self, model: QAbstractItemModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setSpacing(2)
        self.setFixedHeight(MEMBER_PX.height() + 2 * GAP_PX)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
