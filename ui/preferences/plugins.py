"""The page on which the user says which packages of others may act."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem, QWidget

from ..session import Session
from .page import ListPage

__all__ = ["PluginsPage"]

_ROW = Qt.ItemDataRole.UserRole
_OURS = "embedcurate"


class PluginsPage(ListPage):
    """All plugins that are installed, whether each can be used, and what stands in the way."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            words=self.tr(
                "A plugin is a program that runs with all your rights: it can read and change your "
                "files and use the network. Allow only what you trust; a new version asks again."
            ),
            headers=[self.tr("Plugin"), self.tr("Package"), self.tr("State")],
            waiting=self.tr("Looking which are installed…"),
            parent=parent,
        )
        self.list.setAccessibleName(self.tr("Plugins"))
        self.list.currentItemChanged.connect(self._choose)
        self.button.clicked.connect(self._permit)
        self.column.addWidget(self.banner)
        self._choose()

    def look(self) -> None:
        """Ask which plugins there are."""
        self.ask("plugins", {}, self._show)

    def _show(self, document: dict[str, Any]) -> None:
        before = self._current()
        self.list.clear()
        for one in document["plugins"]:
            texts = [one["name"], f"{one['package']} {one['version']}", self._state(one["state"])]
            item = QTreeWidgetItem(texts)
            item.setData(0, _ROW, one)
            self.list.addTopLevelItem(item)
            if before is None or (one["name"], one["package"]) == (
                before["name"],
                before["package"],
            ):
                self.list.setCurrentItem(item)
                before = before or one
        for column in range(3):
            self.list.resizeColumnToContents(column)

    def _state(self, state: str) -> str:
        return {
            "ready": self.tr("Ready"),
            "incomplete": self.tr("Something is missing"),
            "not allowed": self.tr("Not allowed yet"),
            "disabled": self.tr("Switched off"),
            "shadowed": self.tr("Name is taken"),
            "broken": self.tr("Broken"),
            "hangs": self.tr("Does not answer"),
        }[state]

    def _current(self) -> dict[str, Any] | None:
        item = self.list.currentItem()
        found: dict[str, Any] | None = item.data(0, _ROW) if item is not None else None
        return found

    def _choose(self) -> None:
        one = self._current()
        self.button.setVisible(one is not None and one["package"] != _OURS)
        if one is None:
            return
        self.button.setText(self.tr("Allow") if self._asks(one) else self.tr("Forbid"))
        name = self.tr("Allow {}") if self._asks(one) else self.tr("Forbid {}")
        self.button.setAccessibleName(name.format(f"{one['package']} {one['version']}"))
        reason = one["reason"][:1].upper() + one["reason"][1:]
        licence = self.tr("Licence: {}.").format(one["licence"]) if one["licence"] else ""
        remedy = "" if self._asks(one) else one["remedy"]
        parts = [one["summary"], licence, f"{reason}." if reason else "", remedy]
        self.about.setText(" ".join(part for part in parts if part))
        self.list.setAccessibleDescription(self.about.text())

    def _asks(self, one: dict[str, Any]) -> bool:
        return bool(one["state"] == "not allowed")

    def _permit(self) -> None:
        one = self._current()
        if one is not None:
            asked = {"package": one["package"], "allow": self._asks(one)}
            self.ask("permit", asked, lambda _: self.look())
