"""Changes through the log: written down, made, taken back and made again."""

import hashlib
import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from embedcurate.collection import decisions, marking
from embedcurate.collection.journal import Damage, Journal
from embedcurate.collection.operations import (
    Key,
    MarkChange,
    Move,
    Operation,
    RunChange,
    SelectionChange,
    grouped,
)
from embedcurate.collection.records import Marks
from embedcurate.collection.results import Results
from embedcurate.collection.selections import Versions
from embedcurate.collection.tables import Tables

__all__ = ["History"]


@dataclass(frozen=True, slots=True)
class _Tip:
    """What the next entry has to know of the one before."""

    seq: int = 0
    time: str = ""
    undo: int | None = None
    redo: int | None = None
    moved: int | None = None


class History:
    """The log of a collection and the tables that follow from it, for who holds the lock.

    An entry is in the log before the tables change. If that is cut short, the tables lack at most
    the last entry, and `catch_up` makes it.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.journal = Journal(tables.collection)
        self.versions = Versions(tables.collection)
        self._known_tip: _Tip | None = None
        self._behind = False

    def record(self, kind: str, **changes: Any) -> Operation | None:
        """Write an entry down; without changes there is none. `make` is to follow.

        `changes` are fields of `Operation`.
        """
        if not any(changes.values()):
            return None
        tip = self._tip()
        seq = tip.seq + 1
        after = {"undo": seq, "below": tip.undo}
        if kind in ("move", "repair"):  # the user does not take these back
            after = {"undo": tip.undo, "redo": tip.redo}
        return self._append(tip, seq, kind, **{**after, **changes})

    def make(self, operation: Operation, rows: marking.Rows | None = None) -> None:
        """Make in the tables what an entry says; `rows` as in `marking.bring_up`."""
        if operation.moves or operation.marks:
            marking.bring_up(self._tables, operation, rows)
        if operation.decisions:
            decisions.bring_up(self._tables, operation.decisions)
        results = Results(self._tables.collection)
        for change in operation.runs:
            latest = results.latest(change.verb)
            if latest is not None and latest.id == change.was:  # else there is something newer
                results.promote(change.now)
        for selection in operation.selections:
            self.versions.put(selection)
        self._behind = False

    def undo(self) -> Operation | None:
        """Take back the last change that is not taken back, and return the entry made for it."""
        tip = self._tip()
        target = None if tip.undo is None else self.journal.get(tip.undo)
        if target is None:
            return None
        seq = tip.seq + 1
        return self._turn(target, seq, "undo", undo=target.below, redo=seq, below=tip.redo)

    def redo(self) -> Operation | None:
        """Make again what was last taken back, and return the entry made for it."""
        tip = self._tip()
        target = None if tip.redo is None else self.journal.get(tip.redo)
        if target is None:
            return None
        seq = tip.seq + 1
        return self._turn(target, seq, "redo", undo=seq, redo=target.below, below=tip.undo)

    def ready(self) -> None:
        """Make an entry that an error kept from the tables; to be called before they are read."""
        if self._behind:
            self.catch_up()

    def catch_up(self) -> None:
        """Make what the last entry says, if a writer did not get to it."""
        last = self.journal.last()
        if last is not None:
            self.make(last)

    def rebuild(self, *, damage: Damage | None = None) -> int:
        """Make the tables what the log says, and return how many rows that changed.

        What the log never heard of stays, and is written down. Where the log has lost entries, as
        `damage` says, the rows of the tables hold and fill its gaps.
        """
        rows: marking.Rows = {}
        made: decisions.Known = {}
        selections: dict[str, str | None] = {}
        heard_of: set[object] = set()
        for operation in self.journal:
            marking.tell(rows, operation)
            decisions.tell(made, operation.decisions)
            selections.update((change.name, change.now) for change in operation.selections)
            heard_of.update(key for (key, _), _ in operation.moves)
            heard_of.update(pair for change in operation.decisions for pair in change.pairs)
        heard_of.update(rows)
        stored, decided = marking.rows_of(self._tables), decisions.known(self._tables)
        kept = {
            id_: row
            for id_, row in stored.items()
            if (damage or id_ not in heard_of) and rows.get(id_) != row
        }
        held = {pair: one for pair, one in decided.items() if damage or pair not in heard_of}
        unsaid = (None, Marks())
        self.record(
            "repair",
            marks=grouped(
                ((id_, content), MarkChange.between(rows.get(id_, unsaid)[1], marks))
                for id_, (content, marks) in kept.items()
            ),
            decisions=decisions.changes(made, held),
            lost=damage.lost if damage else (),
        )
        wanted = {**dict.fromkeys(decided), **made, **held}
        changed = {pair: one for pair, one in wanted.items() if decided.get(pair) != one}
        decisions.write(self._tables, changed)
        self._behind = False
        restored = self.versions.restore(selections)
        return marking.write(self._tables, stored, rows | kept) + len(changed) + restored

    def _turn(self, target: Operation, seq: int, kind: str, **chain: int | None) -> Operation:
        marks, rows = self._inverse_now(target)
        operation = self._append(
            self._tip(),
            seq,
            kind,
            marks=marks,
            decisions=tuple(change.inverse() for change in target.decisions),
            runs=self._turned_runs(target),
            selections=self._turned_selections(target),
            **chain,
        )
        self.make(operation, rows)
        return operation

    def _inverse_now(self, target: Operation) -> tuple[tuple[MarkChange, ...], marking.Rows]:
        """Return what takes an entry's marks back from its items as they are named now.

        With it, the rows of those items.
        """
        place = {key: key for change in target.marks for key in change.items}
        for moves in self._moves_since(target.seq):
            to = dict(moves)
            place = {then: to.get(now, now) for then, now in place.items()}
        rows = marking.rows_of(self._tables, sorted({id_ for id_, _ in place.values()}))
        turned = []
        for change in target.marks:
            there = tuple(place[key] for key in change.items if _is_there(rows, place[key]))
            if there:
                turned.append(replace(change.inverse(), items=there))
        return tuple(turned), rows

    def _turned_runs(self, target: Operation) -> tuple[RunChange, ...]:
        """Return what takes edits of results back, of those that nothing newer came after."""
        results = Results(self._tables.collection)
        kept = {run.id for run in results.runs()}
        turned = []
        for change in target.runs:
            latest = results.latest(change.verb)
            if latest is not None and latest.id == change.now and change.was in kept:
                turned.append(change.inverse())
        return tuple(turned)

    def _turned_selections(self, target: Operation) -> tuple[SelectionChange, ...]:
        turned = [change.inverse() for change in reversed(target.selections)]
        whole = all(map(self.versions.can_put, turned))  # else a renamed one would be gone
        return tuple(turned) if whole else ()

    def _moves_since(self, seq: int) -> list[tuple[Move, ...]]:
        found = []
        at = self._tip().moved
        while at is not None and at > seq:
            operation = self.journal.get(at)
            if operation is None:
                break
            found.append(operation.moves)
            at = operation.moved
        return found[::-1]

    def _tip(self) -> _Tip:
        self.ready()
        if self._known_tip is None:
            last = self.journal.last()
            self._known_tip = _Tip() if last is None else _tip_after(last)
        return self._known_tip

    def _append(self, tip: _Tip, seq: int, kind: str, **rest: Any) -> Operation:
        operation = Operation(
            seq=seq,
            id=secrets.token_hex(8),
            time=_time_after([tip.time, *(one.time for one in rest.get("heard", ()))]),
            machine=_machine(),
            kind=kind,
            moved=tip.moved,
            **rest,
        )
        self._known_tip, self._behind = None, True  # until all has gone well
        self.journal.append(operation)
        self._known_tip = _tip_after(operation)
        return operation


def _is_there(rows: marking.Rows, key: Key) -> bool:
    """Tell whether the row of an item is still the one of its content."""
    id_, content = key
    return id_ in rows and rows[id_][0] == content


def _tip_after(operation: Operation) -> _Tip:
    moved = operation.seq if operation.moves else operation.moved
    return _Tip(operation.seq, operation.time, operation.undo, operation.redo, moved)


def _time_after(times: Iterable[str]) -> str:
    """Return the time now, or the least one after all of `times` if a clock ran ahead."""
    now = datetime.now(UTC)
    latest = max(times, default="")
    if latest:
        now = max(now, datetime.fromisoformat(latest) + timedelta(microseconds=1))
    return now.isoformat(timespec="microseconds")


def _machine() -> str:
    return hashlib.blake2b(socket.gethostname().encode(), digest_size=4).hexdigest()
