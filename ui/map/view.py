"""The map with its tools, its legend, and what is said about it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from .. import theme
from .canvas import MapCanvas
from .filtering import Stance
from .layers import COLOURS
from .legend import Legend
from .model import MapModel
from .tools import MapBar

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["MapView"]

_LEGEND_PX = 232
_MENU = (
    ("view/look", "find/similar", "view/compare"),
    ("marks/pick", "marks/reject", "marks/unflag", "marks/tag"),
    ("select/none", "select/invert", "select/save"),
)


class MapView(QWidget):
    """The items as points in the plane, near to each other where they are alike.

    `look(row)` asks for a close look at an item.
    """

    title = "Map"
    icon = "chart-bubble"

    look = Signal(int)

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = MapModel(session, self)
        self.canvas = MapCanvas(session)
        self.legend = Legend()
        self._banner = theme.Banner()
        self._closed = ""
        self._empty = theme.EmptyState("chart-bubble", "", "")
        self._bar = MapBar(self.model, self.canvas)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_middle())
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self._bar, self._banner, self._stack):
            column.addWidget(widget)
        self.begins_at = self.canvas
        self.canvas.looked.connect(self.look)
        self.canvas.asked.connect(self._offer)
        self.model.changed.connect(self._tell)
        self.legend.pressed.connect(self.model.filter)
        self.legend.wanted.connect(self._find)
        self._banner.acted.connect(lambda: self.model.compute())
        self._banner.closed.connect(self._close_banner)
        self._empty.acted.connect(lambda: self.model.compute())
        session.opened.connect(self._tell)
        session.shown.connect(self._tell)
        session.selected.connect(self._count)
        self.model.wake(False)
        self._tell()

    # How it is made

    def _make_middle(self) -> QWidget:
        side = QFrame()
        side.setFixedWidth(_LEGEND_PX)
        self._by = QComboBox()
        self._by.setAccessibleName(self.tr("Colour by"))
        names = (
            self.tr("Kind"), self.tr("Cluster"), self.tr("Tag"), self.tr("Label"),
            self.tr("Split"), self.tr("Score of the search"), self.tr("Time"),
            self.tr("Quality"),
        )  # fmt: skip
        for by, name in zip(COLOURS, names, strict=True):
            self._by.addItem(name, by)
        self._by.activated.connect(lambda at: self.model.use(by=self._by.itemData(at)))
        column = QVBoxLayout(side)
        column.setContentsMargins(theme.PAD_PX, theme.PAD_PX, theme.PAD_PX, theme.PAD_PX)
        column.setSpacing(theme.GAP_PX)
        column.addWidget(theme.label(self.tr("Colour by"), theme.Type.SMALL))
        column.addWidget(self._by)
        column.addWidget(self.legend, 1)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.canvas, 1)
        row.addWidget(side)
        return middle

    # What it says

    def _tell(self) -> None:
        shown = self.model.shown
        self.canvas.show_points(shown)
        self._stack.setCurrentIndex(0 if shown is not None else 1)
        self._by.setCurrentIndex(COLOURS.index(self.model.by))
        colouring = shown.colouring if shown else None
        stances = [
            self.model.stance(entry.clause) if entry.clause else Stance.NONE
            for entry in (colouring.entries if colouring else ())
        ]
        self.legend.show_colouring(
            colouring, shown.counts if shown else (), stances, self._action()
        )
        self._tell_banner()
        self._tell_empty()
        self._count()

    def _action(self) -> str:
        actions = {"cluster": self.tr("Find clusters"), "quality": self.tr("Check quality")}
        return actions.get(self.model.by, "")

    def _offer(self, place: QPoint) -> None:
        """Offer the window's commands for the selected items."""
        there = {action.objectName(): action for action in self.window().actions()}
        if not there:
            return
        menu = QMenu(self)
        for names in _MENU:
            menu.addActions([there[name] for name in names if name in there])
            menu.addSeparator()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _find(self) -> None:
        verb = {"cluster": "clusters", "quality": "quality"}[self.model.by]
        self._session.run(verb, {}, self._action())

    def _tell_banner(self) -> None:
        shown, names = self.model.shown, self.model.names()
        sentence = action = ""
        if shown is not None:
            method = shown.run.parameters["method"]
            if method != self.model.method and self.model.is_computing:
                sentence = self.tr("This is a first map by {}; the one by {} is being made.")
            elif method != self.model.method:
                sentence = self.tr("This is the map by {}; there is none by {} yet.")
                action = self.tr("Make it")
            elif shown.absent and not self.model.is_computing:
                one, many = (
                    self.tr("{:,} item is not on the map yet."),
                    self.tr("{:,} items are not on the map yet."),
                )
                sentence = (one if shown.absent == 1 else many).format(shown.absent)
                action = self.tr("Add them")
            sentence = sentence.format(names[method], names[self.model.method])
        if not sentence:
            self._banner.hide()
        elif sentence != self._closed:
            self._banner.say("info", sentence, action)

    def _close_banner(self) -> None:
        self._closed = self._banner.text

    def _tell_empty(self) -> None:
        if self.model.shown is not None:
            return
        if self.model.is_computing:
            self._empty.say(
                self.tr("The map is being made"),
                self.tr("It appears in a moment.")
                if self.model.method == "pca"
                else self.tr("A first one, by PCA, appears in a moment; a better one follows."),
            )
        elif len(self._session.items):
            self._empty.say(
                self.tr("No map yet"),
                self.tr(
                    "On a map, items that are alike lie close together: groups, bridges between "
                    "them and odd ones out can be seen, and selected by drawing around them."
                ),
                self.tr("Make the map"),
            )
        else:
            self._empty.say(
                self.tr("Nothing to map"),
                self.tr("Items that are alike will lie close together here."),
            )

    def _count(self) -> None:
        shown, session = self.model.shown, self._session
        if shown is None:
            self._bar.tell("")
            return
        words = self.tr("{:,} points").format(int(shown.live.sum()))
        if len(session.selection):
            words += self.tr(" · {:,} selected").format(len(session.selection))
        self._bar.tell(words)
        told = self.tr("{}, coloured by {}").format(words, self._by.currentText())
        if 0 <= session.current < len(session.items):
            name = session.items.name(session.current)
            told += self.tr("; the current one is {}").format(name)
        self.canvas.setAccessibleDescription(told)

    def showEvent(self, event: QShowEvent) -> None:
        """Bring up to date what was put off."""
        super().showEvent(event)
        self.model.wake(True)
        self._tell()

    def hideEvent(self, event: QHideEvent) -> None:
        """Put off all work until somebody looks."""
        super().hideEvent(event)
        self.model.wake(False)

    def changeEvent(self, event: QEvent) -> None:
        """Show the legend's colours as the theme has them."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange and hasattr(self, "_stack"):
            self._tell()
