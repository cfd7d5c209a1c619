"""The grid with its bar: how many, in what order, how large; and what to do when there is none."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QSlider, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from .. import theme
from .canvas import LARGEST_PX, SMALLEST_PX
from .grid import Grid
from .menus import item_menu, order_menu, order_name

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["GridView"]


class GridView(QWidget):
    """The items shown, as tiles or as a table.

    `look(row)` asks for a close look at an item, `compare()` for what is selected side by side,
    `add_sources()` for more items.
    """

    title = "Grid"
    icon = "view-grid-outline"

    look = Signal(int)
    compare = Signal()
    add_sources = Signal()

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.grid = Grid(session)
        self._bar = theme.Bar()
        self._count = self._bar.note()
        self._bar.stretch()
        self._order = self._bar.button("sort", self.tr("Sort"), words=True)
        self._order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._order.setMenu(order_menu(session, self))
        self._direction = self._bar.button(
            "sort-ascending", self.tr("Turn the order round"), self._turn_round
        )
        self._bar.separator()
        self._tiles = self._bar.button(
            "view-grid-outline", self.tr("Tiles"), lambda: self.show_details(False), checkable=True
        )
        self._table = self._bar.button(
            "table", self.tr("Table"), lambda: self.show_details(True), checkable=True
        )
        self._bar.separator()
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._size.setRange(SMALLEST_PX, LARGEST_PX)
        self._size.setPageStep(40)
        self._size.setFixedWidth(120)
        self._size.setValue(self.grid.size_px)
        self._size.setAccessibleName(self.tr("Size of the tiles"))
        self._size.setToolTip(self.tr("Size of the tiles (Ctrl and wheel)"))
        self._bar.add(theme.Glyph("image-outline", size_px=12))
        self._bar.add(self._size)
        self._bar.add(theme.Glyph("image-outline", size_px=20))
        self._empty = theme.EmptyState("image-multiple-outline", "", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._stack)
        self.begins_at = self.grid
        self._size.valueChanged.connect(self.grid.resize_tiles)
        self.grid.resized.connect(self._size.setValue)
        self.grid.acts.looked.connect(self.look)
        self.grid.acts.compared.connect(self.compare)
        self.grid.menu.connect(self._open_menu)
        self._empty.acted.connect(self._act)
        for signal in (session.opened, session.shown, session.selected):
            signal.connect(self._tell)
        session.shown.connect(self._show_order)
        self.show_details(False)
        self._tell()
        self._show_order()

    def do(self, name: str) -> bool:
        """Do one of `preferences.COMMANDS` with the items; False if it is none of ours."""
        return self.grid.acts.do(name)

    def show_details(self, details: bool) -> None:
        """Show a table, or tiles."""
        self.grid.show_details(details)
        self._tiles.setChecked(not details)
        self._table.setChecked(details)
        self._size.setEnabled(not details)

    def _tell(self) -> None:
        session = self._session
        shown, selected = len(session.rows), len(session.selection)
        one, many = (
            (self.tr("{:,} hit"), self.tr("{:,} hits, best first"))
            if session.hits and not session.sort
            else (self.tr("{:,} item"), self.tr("{:,} items"))
        )
        words = (one if shown == 1 else many).format(shown)
        if session.title:
            words = f"{session.title} · {words}"
        if selected:
            words += self.tr(" · {:,} selected").format(selected)
        self._count.setText(words)
        self._stack.setCurrentWidget(self.grid if shown else self._empty)
        if shown:
            return
        if session.query or session.title:
            self._empty.say(
                self.tr("Nothing matches"),
                self.tr("No item of this collection fits. Take a filter away, or ask otherwise."),
                self.tr("Show all items"),
                icon="image-search-outline",
            )
        elif len(session.items) and not session.facets:
            self._empty.say(self.tr("One moment"), self.tr("The items are being read."))
        elif len(session.items):
            self._empty.say(
                self.tr("No file to show"),
                self.tr(
                    "Of the {:,} files of this collection all are gone, were passed over or could "
                    "not be read. Find them by is:missing, is:skipped and is:failed."
                ).format(len(session.items)),
            )
        else:
            self._empty.say(
                self.tr("No items yet"),
                self.tr("Add a folder of pictures, sounds or texts to this collection."),
                self.tr("Add a folder"),
                icon="image-multiple-outline",
            )

    def _act(self) -> None:
        if self._session.query or self._session.title:
            self._session.show("")
        else:
            self.add_sources.emit()

    def _show_order(self) -> None:
        session = self._session
        self._order.setText(order_name(session.sort) if session.sort else self.tr("Sort"))
        self._direction.setEnabled(bool(session.sort) or not session.hits)
        name = "sort-descending" if session.descending else "sort-ascending"
        self._direction.setIcon(theme.icon(name))

    def _turn_round(self) -> None:
        self._session.show(descending=not self._session.descending)

    def _open_menu(self, point: QPoint) -> None:
        menu = item_menu(self.grid)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)
