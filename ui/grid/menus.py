"""The grid's menus: what can be done with the selected items, and the orders there are."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from embedcurate.collection.checked import QUALITY, checks_in
from embedcurate.filters import RESULTS
from embedcurate.items import FIGURES, ISSUES, Modality

from .. import theme
from .grid import Grid
from .model import url_of

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["ORDERS", "item_menu", "order_menu", "order_name"]

ORDERS = (
    ("", "Best match, or by path"),
    ("name", "Name"),
    ("mtime_ns", "Date changed"),
    ("size", "Size on disk"),
    ("modality", "Kind"),
    ("format", "Format"),
    ("stars", "Stars"),
    ("pick", "Pick"),
    ("label", "Label"),
    ("split", "Split"),
    ("cluster", "Cluster"),
    ("outlier", "Oddity"),
    ("pixels", "Number of pixels"),
    ("aspect", "Width to height"),
    ("duration_s", "Duration"),
    ("characters", "Length of text"),
    ("random", "Random"),
)
"""What is often sorted by: the key that the verb `narrow` knows, and its name."""

_KINDS = {Modality.IMAGE: "Pictures", Modality.AUDIO: "Sounds", Modality.TEXT: "Texts"}


def _tr(text: str) -> str:
    return QCoreApplication.translate("grid", text)


def order_name(key: str) -> str:
    """Return what an order is called."""
    return _tr(dict(ORDERS).get(key) or _plain(key))


def _plain(key: str) -> str:
    return key.replace("_", " ").replace("-", " ").capitalize()


def order_menu(session: "Session", parent: QWidget) -> QMenu:
    """Return a menu of what items can be sorted by; the present order is checked.

    An order that comes from an analysis is there once that has been run.
    """
    menu = QMenu(parent)
    group = QActionGroup(menu)

    def add(to: QMenu, key: str) -> None:
        action = QAction(order_name(key), menu, checkable=True)
        action.setData(key)
        action.triggered.connect(lambda: session.show(sort=key))
        group.addAction(action)
        to.addAction(action)

    for key, _ in ORDERS:
        add(menu, key)
    menu.addSeparator()
    deeper = {
        modality: menu.addMenu(_tr("What {} measure").format(_tr(title).lower()))
        for modality, title in _KINDS.items()
    }
    for modality, within in deeper.items():
        for key in (*FIGURES[modality], *ISSUES[modality]):
            add(within, key)
    built_in = {action.data() for action in group.actions()}
    menu.addSeparator()
    down = QAction(_tr("Largest first"), menu, checkable=True)
    down.triggered.connect(lambda checked: session.show(descending=checked))
    menu.addAction(down)

    def check() -> None:
        down.setChecked(session.descending)
        runs = session.results.runs() if session.collection else ()
        verbs = {run.verb for run in runs}
        checks = checks_in(next((run for run in runs if run.verb == QUALITY), None))
        for key in checks.keys() - {action.data() for action in group.actions()}:
            add(deeper[checks[key].modality], key)
        for action in group.actions():
            key = action.data()
            needed = RESULTS.get(key)
            action.setEnabled(needed is None or needed.verb in verbs)
            action.setVisible(key in built_in or key in checks)
            action.setChecked(key == session.sort)

    menu.aboutToShow.connect(check)
    return menu


def item_menu(grid: Grid) -> QMenu:
    """Return what can be done with the selected items."""
    menu = QMenu(grid)
    session, items = grid.session, grid.model.items
    targets, current = grid.acts.targets, session.current
    none, one = not len(targets), len(targets) == 1

    def add(
        to: QMenu, icon: str, text: str, act: Callable[[], object], key: str = "", *, off: bool
    ) -> None:
        action = QAction(theme.icon(icon), text, menu)
        # The grid answers to its keys itself: here they are only told.
        if key:
            shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
            action.setText(f"{text}\t{shown}")
        action.triggered.connect(lambda: act())
        action.setEnabled(not off)
        to.addAction(action)

    def command(to: QMenu, icon: str, text: str, name: str, *, off: bool = none) -> None:
        add(
            to,
            icon,
            text,
            lambda: grid.acts.do(name),
            next(iter(grid.acts.keys(name)), ""),
            off=off,
        )

    command(menu, "eye-outline", _tr("Look closely"), "view/look")
    command(menu, "image-search-outline", _tr("Find similar"), "find/similar", off=current < 0)
    command(menu, "compare", _tr("Compare"), "view/compare", off=none or one)
    menu.addSeparator()
    command(menu, "flag-outline", _tr("Pick"), "marks/pick")
    command(menu, "close", _tr("Reject"), "marks/reject")
    command(menu, "flag-off-outline", _tr("Neither"), "marks/unflag")
    stars = menu.addMenu(theme.icon("star-outline"), _tr("Stars"))
    stars.setEnabled(not none)
    for count in range(6):
        icon, text = ("star", "★" * count) if count else ("star-off-outline", _tr("None"))
        command(stars, icon, text, f"marks/stars-{count}")
    command(menu, "tag-outline", _tr("Tags…"), "marks/tag")
    menu.addSeparator()
    add(
        menu,
        "folder-open-outline",
        _tr("Show the file in its folder"),
        lambda: QDesktopServices.openUrl(url_of(items.path(current).parent)),
        off=current < 0,
    )
    paths = _tr("Copy the path") if one else _tr("Copy the paths")
    command(menu, "content-copy", paths, "edit/copy-paths")
    menu.addSeparator()
    command(menu, "select-all", _tr("Select all"), "select/all", off=not grid.plan.count)
    command(menu, "select-inverse", _tr("Invert"), "select/invert", off=none)
    return menu
