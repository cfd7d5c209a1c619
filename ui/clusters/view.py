"""The clusters as cards over their tree: open, rename, merge, split, tag."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from .. import theme
from ..grid.tagging import TagDialog
from ..items import Rows
from ..reading import Reader
from .cards import CardDelegate, Cards
from .icicle import Icicle
from .model import NOISE, ClustersModel, Found, Group, read
from .tools import Tools
from .tree import Block

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["ClustersView"]

_VERB = "clusters"


class ClustersView(QWidget):
    """The clusters that were found last; several may be selected, with Ctrl or Shift.

    `to_grid` when items were sent to the grid.
    """

    title = "Clusters"
    icon = "scatter-plot"

    to_grid = Signal()

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._found: Found | None = None
        self.model = ClustersModel(self)
        self.cards = self._make_cards()
        self.tree = Icicle(self.model)
        self.tools = Tools(self)
        self._banner = theme.Banner()
        self._empty = theme.EmptyState("scatter-plot", "", "")
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.cards)
        splitter.addWidget(self.tree)
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([600, 200])
        splitter.setChildrenCollapsible(False)
        self._stack = QStackedWidget()
        self._stack.addWidget(splitter)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.tools, self._banner):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)
        self.begins_at = self.cards

        self.tools.opening.connect(self.open)
        self.tools.naming.connect(self.edit_name)
        self.tools.merging.connect(self.merge)
        self.tools.cutting.connect(self.split)
        self.tools.tagging.connect(self.tag)
        self.tools.finding.connect(self.find_clusters)
        self.model.renamed.connect(self._rename)
        self.tree.picked.connect(self._pick_block)
        self.tree.opened.connect(self._open_block)
        self._empty.acted.connect(self.find_clusters)
        self._banner.acted.connect(self.find_clusters)
        session.thumbnails.made.connect(lambda _: self.cards.viewport().update())
        if scheme := theme.current():
            scheme.changed.connect(self._recoloured)
        Reader(session, _VERB, read, self._show, self).read()

    def _make_cards(self) -> Cards:
        cards = Cards()
        cards.setModel(self.model)
        cards.setItemDelegate(CardDelegate(self._session.thumbnails, cards))
        cards.setAccessibleName(self.tr("Clusters"))
        cards.customContextMenuRequested.connect(self._show_menu)
        cards.activated.connect(self._activated)
        cards.selectionModel().selectionChanged.connect(lambda *_: self._chosen_changed())
        cards.selectionModel().currentChanged.connect(self._walked)
        cards.clicked.connect(self._inspect)
        return cards

    @property
    def found(self) -> Found | None:
        """What is shown."""
        return self._found

    def chosen(self) -> list[Group]:
        """Return the selected groups, the largest first."""
        places = sorted(index.row() for index in self.cards.selectedIndexes())
        return [self.model.group(place) for place in places]

    def choose(self, labels: Iterable[int]) -> None:
        """Select the groups with these labels."""
        wanted = set(labels)
        places = [at for at, one in enumerate(self.model.groups) if one.label in wanted]
        chosen = QItemSelection()
        for place in places:
            index = self.model.index(place)
            chosen.select(index, index)
        model, flag = self.cards.selectionModel(), QItemSelectionModel.SelectionFlag
        model.select(chosen, flag.ClearAndSelect)
        if places:
            first = self.model.index(places[0])
            model.setCurrentIndex(first, flag.NoUpdate)
            self.cards.scrollTo(first)

    def find_clusters(self) -> None:
        """Find the clusters anew, as a job."""
        size = {"min_cluster_size": round(self.tools.least.value)} if self._found else {}
        self._session.run(_VERB, {**size, "labels": False}, self.tr("Find clusters"))

    def open(self) -> None:
        """Show the items of the selected clusters in the grid."""
        groups = self.chosen()
        if self._found is not None and groups:
            names = ", ".join(self.model.name(group) for group in groups)
            rows = self._found.rows_of(*(group.label for group in groups))
            self._session.show(rows=rows, title=names)
            self.to_grid.emit()

    def edit_name(self) -> None:
        """Let the name of the selected cluster be typed."""
        indexes = self.cards.selectedIndexes()
        if len(indexes) == 1:
            self.cards.setCurrentIndex(indexes[0])
            self.cards.edit(indexes[0])

    def merge(self) -> None:
        """Make one cluster of those selected, as a job."""
        labels = [group.label for group in self.chosen() if group.label != NOISE]
        if len(labels) > 1:
            self._change({"edit": "merge", "labels": labels}, self.tr("Merge clusters"))

    def split(self, parts: int = 0) -> None:
        """Make several clusters of the one selected, as a job; 0 for its denser regions."""
        group = self._only()
        if group is not None:
            wanted = {"edit": "split", "label": group.label}
            if parts:
                wanted["parts"] = parts
            self._change(wanted, self.tr("Split {}").format(group.name))

    def tag(self) -> None:
        """Ask for tags for all items of the selected clusters."""
        groups = self.chosen()
        if self._found is None or not groups:
            return
        rows = self._found.rows_of(*(group.label for group in groups))
        if len(rows):
            TagDialog(self._session, rows, self).open()

    def _rename(self, label: int, name: str) -> None:
        self._session.ask(
            _VERB,
            {"edit": {"edit": "rename", "label": label, "name": name}, "labels": False},
            lambda _: self._changed(),
        )

    def _change(self, edit: dict[str, object], title: str) -> None:
        self._session.run(
            _VERB, {"edit": edit, "labels": False}, title, lambda _: self._session.reread_marks()
        )

    def _changed(self) -> None:
        self._session.reread_marks()
        self._session.found.emit(_VERB)

    def _only(self) -> Group | None:
        groups = self.chosen()
        return groups[0] if len(groups) == 1 and groups[0].label != NOISE else None

    def _show(self, found: Found | None) -> None:
        chosen = [group.label for group in self.chosen()]
        top = self.cards.verticalScrollBar().value()
        self._found = found
        self.model.show(found.groups if found else ())
        self.tree.show_found(found)
        self.tools.show_size(
            found.min_cluster_size if found else None, len(found.labels) if found else 0
        )
        self.choose(chosen)
        self.cards.verticalScrollBar().setValue(top)
        self._tell()

    def _tell(self) -> None:
        found, items = self._found, self._session.items
        self._stack.setCurrentIndex(0 if found and found.groups else 1)
        self._chosen_changed()
        self._banner.hide()
        if found is None:
            self.tools.count("")
            if not len(items):
                self._empty.say(
                    self.tr("No items yet"),
                    self.tr("Clusters are groups of items that belong together. Add some first."),
                )
                return
            self._empty.say(
                self.tr("No clusters yet"),
                self.tr(
                    "Find groups of items that belong together, each with a name and its most "
                    "typical items. What fits nowhere is shown as well."
                ),
                self.tr("Find clusters"),
            )
            return
        self.tools.count(
            self.tr("{:,} clusters · {:,} of {:,} items in none").format(
                len(found.clusters), found.noise, len(found.labels)
            )
        )
        if found.newcomers or (found.rows < 0).any():
            self._banner.say(
                "info",
                self.tr("Items have come or gone since these clusters were found."),
                self.tr("Find again"),
            )

    def _chosen_changed(self) -> None:
        groups = self.chosen()
        self.tools.choose(groups)
        self.tree.choose(frozenset(group.label for group in groups))

    def _walked(self, index: QModelIndex, before: QModelIndex) -> None:
        # Coming into the list makes its first card the current one, which nobody asked for.
        if before.isValid() and self.isAncestorOf(QApplication.focusWidget() or self.window()):
            self._inspect(index)

    def _inspect(self, index: QModelIndex) -> None:
        """Let the inspector show the most typical item of a cluster."""
        if index.isValid():
            typical = self.model.group(index.row()).exemplars[:1]
            if len(typical):
                self._session.select(typical)

    def _activated(self, index: QModelIndex) -> None:
        if not self.cards.is_editing():
            self.open()

    def _pick_block(self, block: Block) -> None:
        self.choose(self._labels_in(block))
        self._inspect(self.cards.currentIndex())

    def _open_block(self, block: Block) -> None:
        rows = self._rows_in(block)
        if len(rows):
            self._session.show(rows=rows, title=self.tree.words(block).partition("\n")[0])
            self.to_grid.emit()

    def _rows_in(self, block: Block) -> Rows:
        assert self._found is not None
        return self._found.rows_in(block)

    def _labels_in(self, block: Block) -> set[int]:
        assert self._found is not None
        inside = set(self._found.labels[self._found.tree.places(block)].tolist())
        return inside - {NOISE} or inside

    def _show_menu(self, at: QPoint) -> None:
        self.tools.menu().popup(self.cards.viewport().mapToGlobal(at))

    def _recoloured(self) -> None:
        delegate = self.cards.itemDelegate()
        assert isinstance(delegate, CardDelegate)
        delegate.forget()
        self.cards.viewport().update()
