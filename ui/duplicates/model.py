"""A review: which groups wait for a word of the user, and what is said of them."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PySide6.QtCore import QObject, Signal

from embedcurate.collection.results import Results, Run

from ..items import MODALITIES, Items, Rows
from ..reading import Reader
from .bulk import Plan
from .groups import REJECT, Groups, Mask
from .order import GroupsModel, Order

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["Reading", "Review"]

Document: TypeAlias = dict[str, Any]

_ONE_BY_ONE = 64
_NONE: Rows = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Reading:
    """A run, its groups, and of which modalities the collection has any items.

    `lowest` are the cosines from which there are pairs, by modality.
    """

    run: Run
    groups: Groups
    there: tuple[str, ...] = ()
    lowest: Mapping[str, float] = field(default_factory=dict)


class Review(QObject):
    """Groups of items of which the user says what is to become.

    `read` comes when other groups are there or listed otherwise, `advanced` when something was
    settled or put off, `regrouping` when groups begin or cease to be made anew.

    Attributes
    ----------
    run : the run that is reviewed, None if there is none yet
    groups : all its groups, settled or not
    listed : a model of those that are open
    modality, sorting : which ones are listed, "" for all, and in which order
    """

    verb = ""

    read = Signal()
    advanced = Signal()
    regrouping = Signal(bool)

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.run: Run | None = None
        self.groups, self.items = Groups.none(), session.items
        self.there: tuple[str, ...] = ()
        self.lowest: Mapping[str, float] = {}
        self.modality, self.sorting = "", Order.SUREST
        self.listed = GroupsModel(self.describe, self)
        self._decided: Mask = np.empty(0, np.bool_)
        self._asked: tuple[int, Document] | None = None
        self._under_way, self._overtaken = 0, False
        self._watched, self._stale = False, False
        session.found.connect(self._found)
        session.marked.connect(self._marked)
        Reader(session, self.verb, self.look, self._take, self).read()

    @abstractmethod
    def look(self, results: Results, items: Items) -> Reading | None:
        """Return what is on disk; called in a thread."""

    @abstractmethod
    def describe(self, group: int) -> str:
        """Tell of a group in a few words."""

    @abstractmethod
    def arguments(self) -> Document | None:
        """Return what the verb was asked for the run that is reviewed, None without one."""

    # What there is

    @property
    def busy(self) -> bool:
        """Whether groups are being made anew."""
        return self._asked is not None

    @property
    def is_looking(self) -> bool:
        """Whether a job looks for them."""
        return any(job.verb == self.verb for job in self.session.jobs.live)

    @property
    def others_open(self) -> bool:
        """Whether groups of another modality are open than the one that is chosen."""
        members = self.groups.open(self.items.pick) & ~self._decided
        return bool(self.groups.any_of(members).sum() > self.open().sum())

    def sort(self, order: Order) -> None:
        """List the groups in another order."""
        self.sorting = order
        self.list_anew()

    def _take(self, found: Reading | None) -> None:
        run, groups = (found.run, found.groups) if found else (None, Groups.none())
        if run != self.run or not np.array_equal(groups.rows, self.groups.rows):
            self._decided = np.zeros(len(groups.rows), np.bool_)
        self.run, self.groups, self.items = run, groups, self.session.items
        self.there = found.there if found else ()
        self.lowest = found.lowest if found else {}
        self.list_anew()

    @property
    def settled(self) -> Mask:
        """Which members something was said of since the groups were made: (c,) bool."""
        return self._decided

    def open(self) -> Mask:
        """Tell which groups are open and of the modality that is chosen: (g,) bool."""
        members = self.groups.open(self.items.pick) & ~self._decided
        found = self.groups.any_of(members)
        if self.modality:
            code = MODALITIES.index(self.modality)
            found &= self.items.modality[self.groups.keepers] == code
        return found

    def list_anew(self) -> None:
        """List the open groups of the modality that is chosen, in the order that is chosen."""
        shown = np.flatnonzero(self.open())
        if len(shown):
            keys = self.sorting.keys(self.groups, self.sizes)
            shown = shown[np.argsort(keys[shown], kind="stable")]
        self.listed.show(self.items, self.groups, shown)
        self.read.emit()

    def sizes(self, rows: Rows) -> Rows:
        """Return the bytes of files: (n,) int64."""
        sizes = pc.fill_null(self.items.column("size").take(pa.array(rows)), 0)
        return np.asarray(sizes.to_numpy(), np.int64)

    # Groups anew

    def regroup(self, arguments: Document) -> None:
        """Ask a resident worker for other groups of the same pairs; only the newest answers."""
        if self._asked:
            self.session.forget(self._asked[0], to="search")
        number = self.session.ask(
            self.verb, arguments, self._regrouped, failed=self._not_regrouped, to="search"
        )
        self._asked, self._overtaken = (number, arguments), False
        self.regrouping.emit(True)

    def _regrouped(self, _: Document) -> None:
        asked, self._asked = self._asked, None
        if asked and self._overtaken:
            self.regroup(asked[1])
            return
        self.regrouping.emit(False)
        self.session.found.emit(self.verb)

    def _not_regrouped(self, sentence: str) -> None:
        self._asked = None
        self.regrouping.emit(False)
        self.session.said.emit("error", sentence)

    def _found(self, verb: str) -> None:
        if verb == "decisions":
            self._stale = True
            self._catch_up()

    def watch(self, watched: bool) -> None:
        """Follow what is undone and redone at once, or only when it is watched again."""
        self._watched = watched
        self._catch_up()

    def _catch_up(self) -> None:
        arguments = self.arguments()
        if self._watched and self._stale and arguments is not None:
            self._stale = False
            self.regroup(arguments)

    # What the user says

    def keep(self, group: int, row: int) -> None:
        """Let `row` stay and reject all others of its group, but for those told apart before."""
        part = self.groups.members(group)
        places = np.arange(part.start, part.stop)[~self._decided[part]]
        rows = self.groups.rows[places]
        contents = self._contents(rows)
        here = contents[rows.tolist().index(row)]
        pairs = {
            content: (row, other)
            for content, other in zip(contents, rows.tolist(), strict=True)
            if content != here
        }
        if self.items.pick[row] == REJECT:
            self.session.mark([row], pick="")
        asked = places[self.groups.asked[places]]
        self.resolve(asked, rows[rows != row], list(pairs.values()) if len(asked) else [])

    def differ(self, group: int, row: int, kind: str) -> None:
        """Say that a member and its keeper are "different", or each an "alternate" that stays.

        Of the keeper it is said with respect to all members.
        """
        part = self.groups.members(group)
        rows = self.groups.rows[part]
        contents, keeper = self._contents(rows), int(rows[0])
        here = contents[rows.tolist().index(row)]
        said = [
            at
            for at, content in enumerate(contents)
            if at > 0 and (row == keeper or content == here)
        ]
        pairs = {contents[at]: (keeper, int(rows[at])) for at in said}
        self._say(part.start + np.array(said, np.int64), list(pairs.values()), kind, None)

    def put_off(self, group: int) -> None:
        """Ask later: the group goes to the end of the list."""
        self.listed.put_off(group)
        self.advanced.emit()

    def resolve(self, members: Rows, rejected: Rows, pairs: Sequence[tuple[int, int]]) -> None:
        """Reject rows, and say of pairs that they are duplicates the first of which stays.

        `members` are the places in `groups` that this decides.
        """
        keep = [first for first, _ in pairs]
        self._say(members, pairs, "duplicate", keep, rejected[self.items.pick[rejected] != REJECT])

    def carry_out(self, plan: Plan) -> None:
        """Do what a plan says."""
        asked = ~plan.groups.by_mark[plan.members]
        pairs = zip(plan.keepers[asked].tolist(), plan.rows[asked].tolist(), strict=True)
        self.resolve(plan.members[asked], plan.rows, list(pairs))

    def _say(
        self,
        members: Rows,
        pairs: Sequence[tuple[int, int]],
        kind: str,
        keep: Sequence[int] | None,
        rejected: Rows = _NONE,
    ) -> None:
        groups = self.groups
        self._decided[members] = True

        def answered(_: object) -> None:
            self._under_way -= 1
            if not self._under_way and not self.listed.rowCount() and not self.modality:
                self._stale = True  # members of a group may be pairs with each other
                self._catch_up()

        def failed(sentence: str) -> None:
            self._under_way -= 1
            if groups is self.groups:
                self._decided[members] = False
                self.list_anew()
            self.session.said.emit("error", sentence)

        if pairs or len(rejected):
            left = self.items.ids_of(first for first, _ in pairs)
            right = self.items.ids_of(second for _, second in pairs)
            self._under_way += 1
            self._overtaken = True
            self.session.decide(
                zip(left, right, strict=True),
                kind,
                keep=None if keep is None else self.items.ids_of(keep),
                then=answered,
                failed=failed,
                reject=rejected,
            )
        self._settle()

    def _contents(self, rows: Rows) -> list[str]:
        """Return the hashes of the bytes of some items."""
        found: list[str] = self.items.column("content").take(pa.array(rows)).to_pylist()
        return found

    def _marked(self, _: object) -> None:
        if len(self.groups) and self.items is self.session.items:
            self._settle()

    def _settle(self) -> None:
        """Take off the list what is settled, and list what is open again."""
        listed = np.zeros(len(self.groups), np.bool_)
        listed[self.listed.order] = True
        open_ = self.open()
        gone = np.flatnonzero(listed & ~open_)
        if len(gone) > _ONE_BY_ONE or (open_ & ~listed).any():
            self.list_anew()
        else:
            for group in gone.tolist():
                self.listed.remove(group)
        self.advanced.emit()
