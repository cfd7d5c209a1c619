"""The review of leaks: items of one split that stand again in another."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QObject

from embedcurate.collection.results import Results, Run

from ..items import Items, Rows
from .groups import Groups
from .model import Reading, Review

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["FLAGGED", "LeakSettings", "Leaks", "splits_of"]

Document: TypeAlias = dict[str, Any]

FLAGGED = ("first", "last", "both")
_USUAL = ("train", "training", "val", "valid", "validation", "dev", "test")
_DECIDABLE = ("near", "similar")
_WORDS = {
    "exact": "the same bytes",
    "near": "an edited copy",
    "similar": "alike",
    "caption": "caption and text",
}


def _tr(text: str) -> str:
    return QCoreApplication.translate("Leaks", text)


def splits_of(items: Items) -> tuple[str, ...]:
    """Return the splits that items are in, those of training first."""
    found = [name for name in pc.unique(items.column("split")).to_pylist() if name]
    place = {name: at for at, name in enumerate(_USUAL)}
    return tuple(sorted(found, key=lambda name: (place.get(name.lower(), 2), name)))


@dataclass(frozen=True, slots=True)
class LeakSettings:
    """What is asked of `leaks`; `flagged` names the side that would be rejected."""

    between: tuple[str, ...] = ()
    level: str = "near"
    flagged: str = "first"

    @classmethod
    def of(cls, run: Run) -> "LeakSettings":
        """Return what a run was asked."""
        asked = run.parameters
        return cls(tuple(asked["between"]), asked["level"], asked["flagged"])

    def arguments(self) -> Document:
        """Return them as the verb takes them."""
        return {
            "groups": False,
            "between": list(self.between),
            "level": self.level,
            "flagged": self.flagged,
        }


@dataclass(frozen=True, slots=True)
class _Leaky(Reading):
    kinds: list[str] = field(default_factory=list)


class Leaks(Review):
    """The leaks that were found: groups of an item that stays and one that is flagged."""

    verb = "leaks"

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        self._wanted: LeakSettings | None = None
        self._kinds: list[str] = []
        self._splits: tuple[Items, tuple[str, ...]] = Items.none(), ()
        super().__init__(session, parent)

    @property
    def splits(self) -> tuple[str, ...]:
        """Those that the items are in."""
        items = self.session.items
        if items is not self._splits[0]:
            self._splits = items, splits_of(items) if len(items) else ()
        return self._splits[1]

    @property
    def settings(self) -> LeakSettings:
        """What was asked for the leaks that are there, or will be next."""
        if self._wanted is not None:
            return self._wanted
        return LeakSettings.of(self.run) if self.run else LeakSettings(self.splits)

    def change(self, **changes: Any) -> None:
        """Look again with other settings, if enough splits are chosen."""
        self._wanted = replace(self.settings, **changes)
        if self.run is not None and len(self._wanted.between) > 1:
            self.regroup(self._wanted.arguments())
        else:
            self.advanced.emit()

    def find(self) -> None:
        """Look for leaks in a job."""
        self.session.run(self.verb, self.settings.arguments(), self.tr("Find leaks"))

    def arguments(self) -> Document | None:
        """Return what the verb was asked for the run that is reviewed, None without one."""
        return self.settings.arguments() if self.run else None

    def kind(self, group: int) -> str:
        """Return how a pair is alike: "exact", "near", "similar", or "caption" and text."""
        return self._kinds[group]

    def look(self, results: Results, items: Items) -> Reading | None:
        """Return what is on disk; called in a thread."""
        run = results.latest(self.verb)
        if run is None:
            return None
        table = results.table(run, "items")
        table = table.filter(table["leak"])
        flagged, partners = items.rows_of(table["id"]), items.rows_of(table["partner"])
        there = (flagged >= 0) & (partners >= 0)
        low, high = np.minimum(flagged, partners), np.maximum(flagged, partners)
        once = np.zeros(len(flagged), np.bool_)  # "both" flags each of a pair
        once[np.unique(low * len(items) + high, return_index=True)[1]] = True
        at = np.flatnonzero(there & once)
        table = table.take(pa.array(at))
        kinds = table["kind"].to_pylist()
        groups = _paired(items, flagged[at], partners[at], table["similarity"].to_numpy(), kinds)
        return _Leaky(run, groups, kinds=kinds)

    def _take(self, found: Reading | None) -> None:
        if self.session.items is not self.items or not self.splits:
            self._wanted = None
        self._kinds = found.kinds if isinstance(found, _Leaky) else []
        super()._take(found)

    def describe(self, group: int) -> str:
        """Tell of a pair in a few words."""
        kept, flagged = (self.items.value("split", row) for row in self.pair(group))
        return f"{flagged} → {kept}, {self.tr(_WORDS[self.kind(group)])}"

    def pair(self, group: int) -> tuple[int, int]:
        """Return the rows of what stays and of what is flagged."""
        kept, flagged = self.groups.rows[self.groups.members(group)].tolist()
        return kept, flagged

    def can_differ(self, group: int) -> bool:
        """Whether the user may say that these are not the same: not of what is equal."""
        return self.kind(group) in _DECIDABLE


def _paired(
    items: Items,
    flagged: Rows,
    partners: Rows,
    similarities: NDArray[np.float32],
    kinds: list[str],
) -> Groups:
    """Return groups of two, of which the one in the other split stays."""
    count = len(flagged)
    member = np.tile(np.array([False, True]), count)
    splits = items.column("split")
    own, other = (splits.take(pa.array(rows)).to_pylist() for rows in (flagged, partners))
    told = zip(kinds, own, other, strict=True)
    reasons = [
        text
        for kind, ours, theirs in told
        for text in (
            _tr("in {}").format(theirs),
            f"{_tr('in {}').format(ours)}: {_tr(_WORDS[kind])}",
        )
    ]
    similarity = np.ones(2 * count, np.float32)
    similarity[1::2] = similarities
    return Groups(
        np.arange(0, 2 * count + 1, 2),
        np.column_stack([partners, flagged]).ravel(),
        np.repeat(np.arange(count), 2),
        similarity,
        member,
        np.zeros(2 * count, np.bool_),
        pa.array(reasons, pa.string()),
    )
