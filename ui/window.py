"""The window: the start page or a collection, with its views, panels and commands."""

from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from . import theme
from .clusters import ClustersView
from .commanding import Commanding
from .compare import CompareView
from .creation import Creating
from .duplicates import DuplicatesView, LeaksView
from .export import SelectionsTray
from .facets import FacetsPanel
from .focusing import Focusing
from .grid import GridView
from .inspector import Inspector, LookView
from .jobs import Job
from .jobs.view import JobsPanel, StatusStrip
from .map import MapView
from .moving import Moving
from .preferences import Fetched, Recent, Settings, Shortcuts
from .quality import OutliersView, QualityView
from .sample import SampleView
from .search import SearchBar
from .session import Session
from .theme import ICON_PX, Banner
from .theme.banner import Kind
from .watching import Watching
from .welcome import WelcomeView
from .welcome.view import dropped

__all__ = ["Window"]

_STATE_VERSION = 1
_DONE_MS = 8000
_SIZE_PX = (1440, 900)


class Window(QMainWindow):
    """One collection at a time, shown by views that share one selection.

    Attributes
    ----------
    views : name -> the central views, by the names of their commands
    """

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self.session, self.settings = session, settings
        self.recent = Recent(settings.store)
        self.shortcuts = Shortcuts(settings.store, self)
        self.creating = Creating(session, settings, self)
        self.moving = Moving(session, settings, self)
        self.watching = Watching(session)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.resize(*_SIZE_PX)

        self.welcome = WelcomeView(session, self.recent)
        self.grid = GridView(session)
        self.compare = CompareView(session)
        self.map = MapView(session)
        self.clusters, self.sample = ClustersView(session), SampleView(session)
        self.quality, self.outliers = QualityView(session), OutliersView(session)
        self.views: dict[str, QWidget] = {
            "grid": self.grid,
            "map": self.map,
            "duplicates": DuplicatesView(session),
            "leaks": LeaksView(session),
            "clusters": self.clusters,
            "sample": self.sample,
            "quality": self.quality,
            "outliers": self.outliers,
            "compare": self.compare,
        }
        self._stack = QStackedWidget()
        for view in self.views.values():
            self._stack.addWidget(view)
        self._focusing = Focusing(self._stack, self)
        self.search = SearchBar(session)
        self.banner = Banner()
        self.tray = SelectionsTray(session)
        room = QWidget()
        column = QVBoxLayout(room)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.search, self.banner, self._stack, self.tray):
            column.addWidget(widget)
        column.setStretchFactor(self._stack, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(room)
        self.setCentralWidget(self._pages)

        self.inspector = Inspector(session)
        self.look = LookView(session, self._pages)
        self.jobs = JobsPanel(session)
        sides = Qt.DockWidgetArea
        self._docks = {
            "facets": self._dock(
                self.tr("Filters"), "facets", FacetsPanel(session), sides.LeftDockWidgetArea
            ),
            "inspector": self._dock(
                self.tr("Inspector"), "inspector", self.inspector, sides.RightDockWidgetArea
            ),
            "jobs": self._dock(self.tr("Jobs"), "jobs", self.jobs, sides.BottomDockWidgetArea),
        }
        self._docks["jobs"].hide()
        self.statusBar().addWidget(StatusStrip(session), 1)
        self.commanding = Commanding(self)
        self._rail = self._view_rail()

        self.welcome.open_collection.connect(self.open)
        self.welcome.create_collection.connect(self.creating.ask)
        self.welcome.sample.connect(lambda: self.creating.sample())
        self.creating.opened.connect(self.open)
        self.moving.made.connect(self._moved)
        self.grid.look.connect(self.look.look)
        self.map.look.connect(self.look.look)
        for view in (self.clusters, self.sample, self.quality, self.outliers):
            view.to_grid.connect(lambda: self.show_view("grid"))
        self.grid.compare.connect(lambda: self.show_view("compare"))
        self.grid.add_sources.connect(self.creating.ask)
        self.inspector.look.connect(self.look.look)
        self.compare.left.connect(lambda: self.show_view("grid"))
        self.banner.acted.connect(self._act)
        self.watching.news.connect(self._offer_to_index)
        session.opened.connect(self._opened)
        session.said.connect(self._say)
        session.jobs.began.connect(lambda _: self._docks["jobs"].show())
        session.jobs.ended.connect(self._keep_fetched)
        settings.changed.connect(self._settle)
        self._act_on_banner: Any = None
        self._arrived: Path | None = None
        for name in ("grid/tile_px", "grid/advance", "collections/watch"):
            self._settle(name)
        self._opened()

    def open(self, path: Path) -> None:
        """Open a collection."""
        self.banner.hide()
        self.session.open(path)

    def open_last(self) -> None:
        """Open the collection that was open last, if the settings say so and it is there."""
        if self.settings["collections/reopen"]:
            for path in self.recent.paths()[:1]:
                if (path / "collection.toml").is_file():
                    self.open(path)

    def choose_collection(self) -> None:
        """Let the user choose a collection's folder."""
        folder = str(self.settings["collections/folder"])
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Open a collection"), folder)
        if chosen:
            self.open(Path(chosen))

    def show_view(self, name: str) -> None:
        """Show a central view."""
        if self.session.collection is None:
            return
        view = self.views[name]
        self._stack.setCurrentWidget(view)
        self.shortcuts.action(f"view/{name}").setChecked(True)
        self._focusing.enter(view)

    @property
    def view(self) -> QWidget | None:
        """The central view that is shown."""
        return self._stack.currentWidget()

    def restore(self) -> None:
        """Lay the window out as it was when it was closed."""
        store = self.settings.store
        geometry, state = store.value("window/geometry"), store.value("window/state")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(state, QByteArray):
            self.restoreState(state, _STATE_VERSION)
        self._docks["jobs"].hide()
        self._opened()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once if a job runs, and keep the layout."""
        live = self.session.jobs.live
        if live and not self._stop_wanted(live[0]):
            event.ignore()
            return
        self._keep()
        self.creating.stop()
        self.moving.stop()
        self.watching.stop()
        self.session.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take folders as sources."""
        self.creating.ask(dropped(event.mimeData()))

    def _keep(self) -> None:
        store = self.settings.store
        store.setValue("window/geometry", self.saveGeometry())
        if self.session.collection is not None:
            store.setValue("window/state", self.saveState(_STATE_VERSION))
            names = [name for name, view in self.views.items() if view is self.view]
            store.setValue("window/view", names[0])
        store.sync()

    def _moved(self, source: Path, target: Path, origins: list[dict[str, Any]]) -> None:
        """Open what a collection was moved to, and let its items be encoded, if nobody minds."""
        others = [job for job in self.session.jobs.live if "collection" in job.arguments]
        if self.session.collection == source and not others:
            self.open(target)
            for origin in origins:
                self.creating.index(target, origin)
        else:
            self._say("info", self.tr("The moved collection is in '{}'.").format(target))

    def _keep_fetched(self, job: Job) -> None:
        if job.verb == "pull" and job.result is not None and job.result["models"]:
            Fetched(self.settings.store).keep(job.arguments["space"])

    def _stop_wanted(self, job: Job) -> bool:
        box = QMessageBox(
            QMessageBox.Icon.Question,
            self.tr("Stop and close?"),
            self.tr("'{}' is not finished.").format(job.title),
            parent=self,
        )
        box.setInformativeText(
            self.tr("What it stored so far stays, and the next start offers to go on.")
            if job.verb == "index"
            else self.tr("What it stored so far stays.")
        )
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Keep running"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is stop

    def _dock(self, title: str, name: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _view_rail(self) -> QToolBar:
        rail = QToolBar(self.tr("Views"))
        rail.setObjectName("rail")
        rail.setMovable(False)
        rail.setIconSize(QSize(ICON_PX + 4, ICON_PX + 4))
        rail.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        for name in self.views:
            rail.addAction(self.shortcuts.action(f"view/{name}"))
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, rail)
        return rail

    def _opened(self) -> None:
        session = self.session
        there = session.collection is not None and bool(session.about)
        if there and session.collection == self._arrived:
            return  # only its items are new: the user has hidden, chosen and read since
        self._arrived = session.collection if there else None
        self._pages.setCurrentIndex(int(there))
        for dock in (self._docks["facets"], self._docks["inspector"]):
            dock.setVisible(there)
        self._rail.setVisible(there)
        self.setWindowTitle(
            f"{session.collection.name} — embedcurate" if there and session.collection else ""
        )
        self.commanding.enable(there)
        if there and session.collection is not None:
            self.recent.opened(session.collection)
            kept = self.settings.store.value("window/view", "grid")
            if self.view is self.grid and kept in self.views:
                self.show_view(str(kept))
            self._offer_to_go_on()

    def _offer_to_go_on(self) -> None:
        if self.creating.unfinished() and not self.session.jobs.live:
            self._act_on_banner = self.creating.go_on
            self.banner.say(
                "info",
                self.tr("Indexing was stopped before all files were read."),
                self.tr("Go on"),
            )

    def _offer_to_index(self, new: int) -> None:
        self._act_on_banner = self.creating.index_again
        self.banner.say(
            "info",
            theme.counted(
                new,
                self.tr("new file in the sources."),
                self.tr("new files in the sources."),
            ),
            self.tr("Index them"),
        )

    def _settle(self, name: str) -> None:
        """Let a setting hold."""
        value = self.settings[name]
        if name == "appearance/scheme" and (dress := theme.current()):
            dress.use(theme.Scheme(value))
        elif name == "grid/tile_px":
            self.grid.grid.resize_tiles(value)
        elif name == "grid/advance":
            self.grid.grid.acts.advances = self.look.advances = value
        elif name == "collections/watch":
            self.watching.watch(value)

    def _say(self, kind: Kind | Literal["done"], sentence: str) -> None:
        if kind == "done":
            self.statusBar().showMessage(sentence, _DONE_MS)
            return
        self._act_on_banner = None
        if self.session.collection is None or not self.session.about:
            self.welcome.banner.say(kind, sentence)
        else:
            self.banner.say(kind, sentence)

    def _act(self) -> None:
        self.banner.hide()
        if self._act_on_banner:
            self._act_on_banner()
