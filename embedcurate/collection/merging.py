"""The log of one collection brought into another: a copy of it, or one of the same files.

What is merged are single marks (an item's stars, one of its tags) and decisions about pairs. Of
all that was ever said of one, what was said last holds, by the clock of the machine that it was
said on; of two at the same microsecond the one from the machine with the greater name. So it does
not matter in which order logs are brought together, nor how often: an entry that is known is
passed over. What is said after an import is dated after all that it brought.

An entry's items are found by their content, then by their id. Entries about items that are not
here are kept with the others, and hold once those items come. Merging keeps in memory what was
ever imported; a plain log is only read through.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from embedcurate.collection import decisions, marking
from embedcurate.collection.exchange import read_log, statements
from embedcurate.collection.files import LOG
from embedcurate.collection.history import History
from embedcurate.collection.journal import Journal
from embedcurate.collection.operations import (
    Decision,
    Key,
    Mark,
    MarkChange,
    Move,
    Operation,
    Pair,
    grouped,
)
from embedcurate.collection.records import Marks
from embedcurate.collection.settings import write_whole
from embedcurate.collection.tables import Tables

__all__ = ["ImportReport", "import_log", "settle"]

_PENDING = f"{LOG}/pending.json"

Stamp: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an imported log held and what it changed.

    Of its `entries`, `known` had been said or imported here before. The others changed the marks
    of `items` and the decisions about `pairs`; `pending` items that they name are not here.
    """

    entries: int
    known: int
    items: int
    pairs: int
    pending: int

    def as_document(self) -> dict[str, int]:
        """Return what `embedcurate log --import --json` prints."""
        return {name: getattr(self, name) for name in self.__slots__}


def import_log(tables: Tables, history: History, path: Path) -> ImportReport:
    """Merge the log in a file into this collection; see `Writer.import_log`."""
    read = read_log(path)
    here = {operation.id for operation in statements(history.journal)}
    new = [operation for operation in read if operation.id not in here]
    focus = set(_keys(new))
    made = _merge(tables, history, new, focus) if new else None
    return ImportReport(
        entries=len(read),
        known=len(read) - len(new),
        items=0 if made is None else made.items,
        pairs=0 if made is None else made.pairs,
        pending=len(focus & _pending(tables)),
    )


def settle(tables: Tables, history: History) -> None:
    """Let hold what was imported of items that have come since."""
    pending = _pending(tables)
    if pending:
        here = _Here(tables, pending)
        come = {key for key in pending if here.find(key) is not None}
        if come:
            _merge(tables, history, (), come)


def _merge(
    tables: Tables, history: History, new: Sequence[Operation], focus: set[Key]
) -> Operation | None:
    """Let hold what was said last of the items that `focus` names and of the pairs in `new`."""
    heard = [*(one for operation in history.journal for one in operation.heard), *new]
    here = _Here(tables, set(_keys(heard)))
    wanted = {here.find(key) for key in focus} - {None}
    pairs = {pair for operation in new for change in operation.decisions for pair in change.pairs}
    last = _Last()
    for operation in heard:
        for change in operation.marks:
            for key in change.items:
                id_ = here.find(key)
                if id_ is not None and id_ in wanted:
                    last.mark(id_, change, operation.stamp)
        for made in operation.decisions:
            last.decide([pair for pair in made.pairs if pair in pairs], made.now, operation.stamp)
    rows = marking.rows_of(tables, sorted(last.marks))
    last.drop_what_is_older_than(history.journal, rows)
    moves, marks = last.changes_of(rows, here)
    decided = {pair: now for pair, (_, now) in last.decisions.items()}
    # Before the entry: names of items that nothing was heard of do no harm.
    _keep_pending(tables, {key for key in _pending(tables) | focus if here.find(key) is None})
    entry = history.record(
        "import",
        heard=tuple(new),
        moves=moves,
        marks=marks,
        decisions=decisions.changes(decisions.known(tables, sorted(decided)), decided),
    )
    if entry is not None:
        history.make(entry)
    return entry


class _Here:
    """Where the items that entries name are in this collection."""

    def __init__(self, tables: Tables, keys: Iterable[Key]) -> None:
        ids = sorted({id_ for id_, _ in keys})
        contents = sorted({content for _, content in keys if content is not None})
        named = tables.rows("items", ids, ["id", "content"])
        self._content: dict[str, str | None] = _columns(named)
        alike = _columns(tables.rows("items", contents, ["id", "content"], key="content"))
        self._content |= alike
        marked = marking.rows_of(tables, sorted(alike))
        self._with_content: dict[str | None, str] = {}
        # Of copies the one that is marked already, so that later entries find the same one.
        for id_ in sorted(alike, key=lambda id_: (id_ not in marked, id_)):
            self._with_content.setdefault(alike[id_], id_)

    def find(self, key: Key) -> str | None:
        """Return the id of the item that a key names: of its content, if need be of its id."""
        id_, content = key
        if id_ in self._content and self._content[id_] == content:
            return id_
        return self._with_content.get(content, id_ if id_ in self._content else None)

    def key(self, id_: str) -> Key:
        """Return an item's key as it is now."""
        return (id_, self._content[id_])


class _Last:
    """What was said last of each mark of each item and of each pair, and when."""

    def __init__(self) -> None:
        self.marks: dict[str, dict[Mark, tuple[Stamp, Any]]] = {}
        self.decisions: dict[Pair, tuple[Stamp, Decision | None]] = {}

    def mark(self, id_: str, change: MarkChange, stamp: Stamp) -> None:
        said = self.marks.setdefault(id_, {})
        for mark, value in change.says():
            if mark not in said or said[mark][0] < stamp:
                said[mark] = (stamp, value)

    def decide(self, pairs: Iterable[Pair], now: Decision | None, stamp: Stamp) -> None:
        for pair in pairs:
            if pair not in self.decisions or self.decisions[pair][0] < stamp:
                self.decisions[pair] = (stamp, now)

    def drop_what_is_older_than(self, journal: Journal, rows: marking.Rows) -> None:
        """Forget what was said before something that was said here of the same."""
        names: dict[Key, str] = {(id_, content): id_ for id_, (content, _) in rows.items()}
        for operation in journal.backwards():
            if operation.kind != "import":
                self._drop(operation, names)
            came_from = {target: source for source, target in operation.moves}
            gone = [(came_from[key], names.pop(key)) for key in list(names) if key in came_from]
            names.update(gone)

    def _drop(self, operation: Operation, names: Mapping[Key, str]) -> None:
        for change in operation.marks:
            for key in change.items:
                said = self.marks.get(names.get(key, ""), {})
                for mark, _ in change.says():
                    if mark in said and said[mark][0] < operation.stamp:
                        del said[mark]
        for made in operation.decisions:
            for pair in made.pairs:
                if pair in self.decisions and self.decisions[pair][0] < operation.stamp:
                    del self.decisions[pair]

    def changes_of(
        self, rows: marking.Rows, here: _Here
    ) -> tuple[tuple[Move, ...], tuple[MarkChange, ...]]:
        """Return what makes the items' marks what was said last."""
        moves: list[Move] = []
        keyed: list[tuple[Key, MarkChange]] = []
        for id_, said in sorted(self.marks.items()):
            key = here.key(id_)
            before, old = rows.get(id_, (key[1], Marks()))
            new = _with({mark: value for mark, (_, value) in said.items()}, old)
            if new != old:
                keyed.append((key, MarkChange.between(old, new)))
                if before != key[1]:
                    moves.append(((id_, before), key))
        return tuple(moves), grouped(keyed)


def _with(said: Mapping[Mark, Any], old: Marks) -> Marks:
    tags = {tag: value for (name, tag), value in said.items() if name == "tag"}
    rest = {name: value for (name, _), value in said.items() if name != "tag"}
    kept = old.tags | {tag for tag, there in tags.items() if there}
    return replace(old, tags=kept - {tag for tag, there in tags.items() if not there}, **rest)


def _keys(operations: Iterable[Operation]) -> Iterator[Key]:
    for operation in operations:
        for change in operation.marks:
            yield from change.items


def _columns(items: Any) -> dict[str, str | None]:
    return dict(zip(items["id"].to_pylist(), items["content"].to_pylist(), strict=True))


def _pending(tables: Tables) -> set[Key]:
    """Return the items that imported entries name and that are not here."""
    with suppress(FileNotFoundError, ValueError):
        read = json.loads((tables.collection / _PENDING).read_bytes())
        return {(id_, content) for id_, content in read}
    return set()


def _keep_pending(tables: Tables, keys: set[Key]) -> None:
    if keys != _pending(tables):
        listed = sorted(keys, key=lambda key: (key[0], key[1] or ""))
        write_whole(tables.collection, _PENDING, json.dumps(listed).encode())
