"""Where the keys go: to something that can be seen, in the view that is shown."""

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QStackedWidget, QWidget
from shiboken6 import isValid

from .theme import EmptyState

__all__ = ["Focusing", "show_whole"]


class Focusing(QObject):
    """Keeps the focus in sight, and in the central view when what had it there has gone.

    A view says by its attribute `begins_at` which of its widgets is the one that it is for.

    Parameters
    ----------
    stack : the central views.
    """

    def __init__(self, stack: QStackedWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._stack = stack
        self._app = QApplication.instance()
        assert isinstance(self._app, QApplication)
        self._app.focusChanged.connect(self._moved)

    def enter(self, view: QWidget) -> None:
        """Give the focus to a view: to what it is for, or else to the first that can be seen."""
        # No focus proxies: with one in the midst of a view, Qt leaves out what stands before it.
        begins_at: QWidget | None = getattr(view, "begins_at", None)
        begin = [one.button for one in view.findChildren(EmptyState) if one.button.isVisible()]
        now = QApplication.focusWidget()
        if begin:
            begin[0].setFocus()
        elif begins_at is not None:  # it may be hidden until its content comes
            begins_at.setFocus()
        elif now is None or not now.isVisible() or not view.isAncestorOf(now):
            (_first_in(view) or view).setFocus()

    def _moved(self, old: QWidget | None, now: QWidget | None) -> None:
        # What is pressed does not move away under the pointer.
        if now is not None and (now.visibleRegion().isEmpty() or not QApplication.mouseButtons()):
            show_whole(now)
            # What has just come has its place only after this.
            QTimer.singleShot(0, now, lambda: show_whole(now))
        view = self._stack.currentWidget()
        if view is None or old is None or not isValid(old) or not view.isAncestorOf(old):
            return
        if not (old.isVisible() and old.isEnabled()):
            QTimer.singleShot(0, self, self._come_back)  # what takes its place is not there yet

    def _come_back(self) -> None:
        view = self._stack.currentWidget()
        if view is not None and view.isVisible() and view.isActiveWindow():
            self.enter(view)


def _first_in(view: QWidget) -> QWidget | None:
    """Return the first widget of a view, in the order of Tab, that can take the focus."""
    one = view.nextInFocusChain()
    while one is not None and one is not view:
        if (
            view.isAncestorOf(one)
            and one.focusPolicy() & Qt.FocusPolicy.TabFocus
            and one.focusProxy() is None
            and one.isVisible()
            and one.isEnabled()
        ):
            return one
        one = one.nextInFocusChain()
    return None


def show_whole(widget: QWidget) -> None:
    """Scroll the areas that a widget lies in, so that it is seen, its top first."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()
