"""What a user does in a review: real clicks and real keys."""

from typing import TypeVar

from embedcurate_ui.duplicates.reviewing import ReviewView
from embedcurate_ui.session import Session
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QWidget
from pytestqt.qtbot import QtBot

View = TypeVar("View", bound=ReviewView)

WAIT_MS = 60_000


def listed(view: View, qtbot: QtBot) -> View:
    """Show a view of what was found before, and wait until groups are listed."""
    shown(view, qtbot)
    qtbot.waitUntil(lambda: view.review.listed.rowCount() > 0, timeout=WAIT_MS)
    return view


def found(view: View, qtbot: QtBot) -> View:
    """Press the button of the empty view, and wait until groups are listed."""
    shown(view, qtbot)
    with qtbot.waitSignal(view.session.found, timeout=WAIT_MS):
        qtbot.mouseClick(view.empty.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.review.listed.rowCount() > 0, timeout=WAIT_MS)
    return view


def shown(view: ReviewView, qtbot: QtBot) -> None:
    qtbot.addWidget(view)
    view.resize(1100, 720)
    with qtbot.waitExposed(view):
        view.show()


def press(view: ReviewView, qtbot: QtBot, key: Qt.Key) -> None:
    """Press a key in the list of groups."""
    lists = view.findChildren(QAbstractItemView)
    groups = next(one for one in lists if one.accessibleName() == "Groups to decide")
    groups.setFocus()
    qtbot.keyClick(groups, key)


def names(session: Session, rows: "list[int]") -> frozenset[str]:
    return frozenset(session.items.name(row) for row in rows)


def go_to(view: ReviewView, qtbot: QtBot, name: str) -> None:
    """Press Down from the top until the group of that keeper is the current one."""
    press(view, qtbot, Qt.Key.Key_Home)
    for _ in range(view.review.listed.rowCount()):
        pair = view.comparison.pair
        if pair is not None and view.session.items.name(pair[0]) == name:
            return
        press(view, qtbot, Qt.Key.Key_Down)
    raise AssertionError(name)


def nameless(view: ReviewView) -> list[QWidget]:
    """Return the widgets that take the focus and have no name for who can't see them."""
    return [
        one
        for one in view.findChildren(QWidget)
        if one.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and one.isVisible()
        and not one.accessibleName()
    ]
