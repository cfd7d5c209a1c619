"""The checks that plugins bring: a button with a menu of them, where there are any."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QToolButton

from .. import theme
from .wording import title

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["PluginChecks"]


class PluginChecks(QObject):
    """`asked` brings the name of the check chosen; `known` comes with what plugins there are.

    `button` shows them; it is hidden as long as there are none.
    """

    asked = Signal(str)
    known = Signal()

    def __init__(self, session: "Session", parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._asked = False
        self._states: dict[str, str] | None = None
        self.button = theme.tool("puzzle-outline", self.tr("Checks of plugins"), words=True)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.button)
        self.menu.setToolTipsVisible(True)
        self.button.setMenu(self.menu)
        self.button.hide()

    def look(self, *, anew: bool = False) -> None:
        """Ask once, or anew, which checks there are: plugins are imported for it elsewhere."""
        if (anew or not self._asked) and self._session.collection is not None:
            self._asked = True
            self._session.ask("checks", {}, self._know, to="search")

    def lacks(self, name: str) -> bool:
        """Tell whether it is known that no plugin can do this check."""
        return self._states is not None and self._states.get(name) != "ready"

    def _know(self, document: dict[str, Any]) -> None:
        self.menu.clear()
        self._states = {}
        for told in document["checks"]:
            name, ready = told["name"], told["state"] == "ready"
            if self._states.get(name) == "ready":
                continue  # a stranger that takes the name of another does not act
            self._states[name] = told["state"]
            action = self.menu.addAction(title(name))
            action.triggered.connect(lambda _, name=name: self.asked.emit(name))
            action.setEnabled(ready)
            why = f"{told['reason'].capitalize()}. {told['remedy']}".strip()
            action.setToolTip(told["summary"] if ready else why)
        self.button.setVisible(bool(self._states))
        self.known.emit()
