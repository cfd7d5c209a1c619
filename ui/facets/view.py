"""The panel of filters: a section for each facet that the items have values of."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from embedcurate.errors import QueryError

from ..session import Session
from ..theme import PAD_PX, TIGHT_PX, WIDE_PX, Section
from .counting import Counts
from .listing import FEW, ValueList
from .model import FACETS, RANGES, Stance, Value, bounds, ranged, said, toggled
from .ranging import RangeHistogram
from .values import Node, folder_tree
from .wording import number_text, title_of, value_name

__all__ = ["FacetsPanel"]

_ORDER = (
    "modality", "pick", "stars", "tag", "folder", "label", "split", "cluster", "issue", "found",
    *RANGES, "format", "outcome",
)  # fmt: skip
_WHOLE = frozenset({"size", "width_px", "height_px", "characters"})
_WIDTH_PX = 220


class FacetsPanel(QWidget):
    """Counts of what is shown, by values; a click filters by one, Ctrl-click leaves it out."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.counts = Counts(session, self)
        self.lists: dict[str, ValueList] = {}
        self.ranges: dict[str, RangeHistogram] = {}
        self._sections: dict[str, Section] = {}
        self.setMinimumWidth(_WIDTH_PX)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(PAD_PX, PAD_PX, PAD_PX, PAD_PX)
        self._column.setSpacing(TIGHT_PX)
        for name in _ORDER:
            section = self._range(name) if name in RANGES else self._list(name)
            section.hide()
            self._sections[name] = section
            self._column.addWidget(section)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)
        self.counts.changed.connect(self._show)
        for changed in (session.marked, session.found):
            changed.connect(lambda _: self.counts.count_anew())
        self._show()

    def toggle(self, name: str, value: Value, exclude: bool = False) -> None:
        """Choose a value of a facet, leave it out, or ask for neither any more."""
        try:
            query = toggled(self._session.query, FACETS[name], value, exclude=exclude)
        except QueryError as error:
            self._session.said.emit("warning", str(error))
            return
        self._session.show(query)

    def choose_range(self, column: str, low: float, high: float) -> None:
        """Choose a range of a column of numbers."""
        ends = tuple(_rounded(end, whole=column in _WHOLE) for end in (low, high))
        try:
            query = ranged(self._session.query, column, (ends[0], ends[1]))
        except QueryError as error:
            self._session.said.emit("warning", str(error))
            return
        self._session.show(query)

    def _list(self, name: str) -> Section:
        section = Section(title_of(name))
        made = ValueList(title_of(name), tree=name == "folder")
        made.toggled.connect(partial(self.toggle, name))
        more = QPushButton()
        more.setProperty("link", True)
        more.clicked.connect(lambda: made.show_all(not made.shows_all))
        made.resized.connect(partial(self._tell_more, made, more))
        if name != "folder":
            made.grown.connect(partial(self._show_values, name))
        section.body.setSpacing(0)
        section.body.addWidget(made)
        section.body.addWidget(more)
        self.lists[name] = made
        return section

    def _tell_more(self, values: ValueList, more: QPushButton) -> None:
        hidden = values.hidden_values
        more.setVisible(hidden > 0)
        text = (
            self.tr("Show fewer") if values.shows_all else self.tr("Show {:,} more").format(hidden)
        )
        more.setText(text)
        more.setAccessibleName(f"{values.accessibleName()}: {text}")

    def _range(self, name: str) -> Section:
        section = Section(title_of(name))
        made = RangeHistogram(title_of(name), partial(number_text, name))
        made.settled.connect(partial(self.choose_range, name))
        section.body.addWidget(made)
        section.body.addSpacing(WIDE_PX - TIGHT_PX)
        self.ranges[name] = made
        return section

    def _show(self, name: str = "") -> None:
        for one in self.lists:
            if name in {"", one}:
                self._show_values(one)
        for one in self.ranges:
            if name in {"", one}:
                self._show_range(one)

    def _show_values(self, name: str) -> None:
        chosen = said(self.counts.clauses, FACETS[name])
        counted, values = self.counts.of(name) or [], self.lists[name]
        if name == "folder":
            nodes, kept = self._folders(counted, chosen), 0
        else:
            nodes, kept = _nodes(name, counted, chosen, few=not values.shows_all)
        values.show_values(nodes, chosen, kept)
        dull = name == "outcome" and {node.value for node in nodes} <= {"ok"}
        self._sections[name].setVisible(bool(nodes) and not dull)

    def _folders(
        self, counted: Sequence[Sequence[Any]], chosen: Mapping[Value, Stance]
    ) -> list[Node]:
        nodes = folder_tree((folder, count) for folder, count in counted)
        if not chosen:
            return nodes
        known = {value for node in nodes for value in _below(node)}
        return nodes + [Node(value, str(value), 0) for value in chosen if value not in known]

    def _show_range(self, name: str) -> None:
        counted, chosen = self.counts.of(name) or {}, bounds(self.counts.clauses, name)
        there = bool(counted.get("counts")) and bool(any(counted["counts"]) or chosen)
        self._sections[name].setVisible(there)
        if there:
            self.ranges[name].show_counts(counted["edges"], counted["counts"], chosen)


def _nodes(
    name: str, counted: Sequence[Sequence[Any]], chosen: Mapping[Value, Stance], *, few: bool
) -> tuple[list[Node], int]:
    """Return values that items have, and those that the query names; how many are kept back."""
    if name == "stars":
        counted = sorted(counted, key=lambda entry: -int(entry[0]))
    first = counted[:FEW] if few and len(counted) > FEW + 1 else counted
    there = {entry[0] for entry in first}
    named = {entry[0]: entry for entry in counted if entry[0] in chosen} if chosen else {}
    more = [named.get(value, [value, 0, str(value)]) for value in chosen if value not in there]
    nodes = [Node(entry[0], value_name(name, entry), entry[1]) for entry in (*first, *more)]
    return nodes, max(len(counted) - len(nodes), 0)


def _below(node: Node) -> list[Value]:
    return [node.value, *(value for child in node.children for value in _below(child))]


def _rounded(end: float, *, whole: bool) -> float:
    """Return a number as it is written in a query, infinite ends as they are."""
    if end in (float("inf"), float("-inf")):
        return end
    return round(end) if whole else round(end, 2)
