"""The page of weights: what lies on this machine, how large, under which licence."""

from typing import Any

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QMessageBox, QTreeWidgetItem, QWidget

from ..session import Session
from ..spaces.fetching import WeightsRow, size_of
from .fetched import Fetched
from .page import ListPage

__all__ = ["ModelsPage"]

_NAME = Qt.ItemDataRole.UserRole


class ModelsPage(ListPage):
    """The weights that spaces need of the hub: fetch what is missing, remove what is here."""

    def __init__(self, session: Session, fetched: Fetched, parent: QWidget | None = None) -> None:
        super().__init__(
            session,
            words=self.tr(
                "Weights are fetched when you ask for them and then lie in Hugging Face's cache, "
                "which other programs may share. What comes with the install is not listed."
            ),
            headers=[self.tr("Space"), self.tr("On this machine"), self.tr("Licence")],
            waiting=self.tr("Looking what is here…"),
            parent=parent,
        )
        self._fetched = fetched
        self._models: dict[str, list[dict[str, Any]]] = {}
        self.list.setAccessibleName(self.tr("Models"))
        self.list.currentItemChanged.connect(self._choose)
        self.button.setText(self.tr("Remove…"))
        self.button.clicked.connect(self._ask_to_remove)
        self.weights = WeightsRow(session)
        self.weights.fetched.connect(self.look)
        self.column.addWidget(self.weights)
        self.column.addWidget(self.banner)
        self._choose()

    def look(self) -> None:
        """Ask what lies on this machine."""
        of_collection = self._session.about.get("space", {}).get("name")
        names = list(dict.fromkeys(filter(None, [of_collection, *self._fetched.names()])))
        self.ask("models", {"spaces": names}, self._show)

    def _show(self, document: dict[str, Any]) -> None:
        before = self._current()
        self._models = {}
        for one in document["models"]:
            self._models.setdefault(one["space"], []).append(one)
        self.list.clear()
        here = sorted(self._models, key=lambda name: (not self._size(name), name))
        for name in here:
            size, files = self._size(name), self._models[name]
            licences = dict.fromkeys(one["licence"] for one in files)
            item = QTreeWidgetItem(
                [name, _shown(size) if size else self.tr("no"), ", ".join(licences)]
            )
            item.setData(0, _NAME, name)
            item.setToolTip(0, name)
            self.list.addTopLevelItem(item)
            if name == (before or here[0]):
                self.list.setCurrentItem(item)
        for column in range(3):
            self.list.resizeColumnToContents(column)
        self._choose()

    def _current(self) -> str:
        item = self.list.currentItem()
        return "" if item is None else str(item.data(0, _NAME))

    def _size(self, name: str) -> int:
        """Return how many bytes of a space's weights are here."""
        return sum(file["size_bytes"] for one in self._models[name] for file in one["files"])

    def _choose(self) -> None:
        name = self._current()
        models = self._models.get(name, [])
        here = bool(models) and self._size(name) > 0
        self.button.setVisible(here)
        self.button.setAccessibleName(self.tr("Remove the weights of {}").format(name))
        self.weights.offer(name, models)
        self.about.setVisible(here or not self._models)
        if here:
            files = [file["path"] for one in models for file in one["files"]]
            self.about.setText("\n".join(files))
            self.list.setAccessibleDescription(self.about.text())

    def _ask_to_remove(self) -> None:
        name = self._current()
        box = QMessageBox(
            QMessageBox.Icon.Question,
            self.tr("Remove these weights?"),
            self.tr("The weights of '{}' take {}.").format(name, _shown(self._size(name))),
            parent=self,
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        told = [
            self.tr(
                "Collections in this space stay as they are; to search them or to index again, the "
                "weights have to be fetched anew. Other programs that use the same files miss them."
            )
        ]
        if others := self._sharing(name):
            told.append(self.tr("So do these spaces: {}.").format(", ".join(others)))
        box.setInformativeText(" ".join(told))
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        remove.clicked.connect(lambda: self._remove(name))
        box.open()

    def _sharing(self, name: str) -> list[str]:
        """Return the other spaces that need some of the same files."""
        mine = {file["path"] for one in self._models[name] for file in one["files"]}
        return [
            other
            for other, models in self._models.items()
            if other != name
            and mine.intersection(file["path"] for one in models for file in one["files"])
        ]

    def _remove(self, name: str) -> None:
        self.ask("remove", {"space": name}, self._removed)

    def _removed(self, document: dict[str, Any]) -> None:
        self._fetched.forget(document["space"])
        self.look()


def _shown(size: int) -> str:
    return size_of([{"size_bytes": size}]) if size >= 1e6 else QLocale().formattedDataSize(size)
