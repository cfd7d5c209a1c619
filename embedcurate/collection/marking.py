"""What the user says of items, in a table of its own: tagging never rewrites a vector.

The table is what follows from the log; a row remembers the content that its item had, by which an
entry of the log finds the row again.
"""

from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from embedcurate.collection.operations import Key, MarkChange, Move, Operation, grouped
from embedcurate.collection.records import Marks, Pick, marks_from, marks_to, storable
from embedcurate.collection.schema import MARKS
from embedcurate.collection.tables import Tables
from embedcurate.collection.upsert import delete, upsert
from embedcurate.errors import UnknownItem

__all__ = ["Row", "Rows", "bring_up", "marking", "marks_of", "moving", "rows_of", "tell", "write"]

Row: TypeAlias = tuple[str | None, Marks]
"""The content that an item had when it was last marked or moved, and its marks."""
Rows: TypeAlias = dict[str, Row]


def marks_of(tables: Tables, ids: Sequence[str]) -> dict[str, Marks]:
    """Return the marks of those of `ids` that have any."""
    return marks_to(tables.rows("marks", ids, MARKS.names))


def rows_of(tables: Tables, ids: Sequence[str] | None = None) -> Rows:
    """Return the rows of those of `ids` that have one, or all."""
    if ids is None:
        table = tables.columns("marks", MARKS.names)
    else:
        table = tables.rows("marks", ids, MARKS.names)
    marks = marks_to(table)
    return dict(
        zip(marks, zip(table["content"].to_pylist(), marks.values(), strict=True), strict=True)
    )


def marking(
    tables: Tables,
    ids: Sequence[str],
    *,
    add: Several[str],
    remove: Several[str],
    pick: Pick | None,
    stars: int | None,
    note: str | None,
) -> tuple[tuple[Move, ...], tuple[MarkChange, ...], Rows]:
    """Return what such marks change: rows that have another content now, changes, rows so far.

    None leaves as it is, "" and 0 clear. Raises `UnknownItem`.
    """
    if stars is not None and not 0 <= stars <= 5:
        raise ValueError(f"Stars go from 0 to 5, not {stars}.")
    if pick not in (None, "pick", "reject", ""):
        raise ValueError(f"A pick is 'pick', 'reject' or '', not {pick!r}.")
    ids = list(dict.fromkeys(ids))
    items = tables.aligned("items", ids, ["id", "content"])
    found = items["id"].to_pylist()
    if None in found:
        raise UnknownItem(tables.collection, ids[found.index(None)])
    # Tags are compared as they are stored, or a tag that Arrow can't hold would never be removed.
    added, removed = frozenset(map(storable, add)), frozenset(map(storable, remove))
    said = None if note is None else storable(note)
    changes: dict[Marks, MarkChange | None] = {}

    def change_of(old: Marks) -> MarkChange | None:
        new = replace(
            old,
            tags=(old.tags | added) - removed,
            pick=old.pick if pick is None else pick,
            stars=old.stars if stars is None else stars,
            note=old.note if said is None else said,
        )
        return None if new == old else MarkChange.between(old, new)

    rows = rows_of(tables, ids)
    moves: list[Move] = []
    keyed: list[tuple[Key, MarkChange]] = []
    for id_, content in zip(ids, items["content"].to_pylist(), strict=True):
        before, old = rows.get(id_, (content, _UNMARKED))
        if old not in changes:
            changes[old] = change_of(old)
        change = changes[old]
        if change is not None:
            keyed.append(((id_, content), change))
            if before != content:
                moves.append(((id_, before), (id_, content)))
    return tuple(moves), grouped(keyed), rows


_UNMARKED = Marks()


def moving(tables: Tables, targets: Mapping[str, Key]) -> tuple[Move, ...]:
    """Return which rows go along when items move: known id -> where it goes."""
    rows = rows_of(tables, list(targets))
    arrived = set(targets.values())
    # A move that a crash cut short is done again: two files that swapped must not swap back.
    return tuple(
        ((source, rows[source][0]), target)
        for source, target in targets.items()
        if source in rows and (source, rows[source][0]) not in arrived
    )


def tell(rows: Rows, operation: Operation) -> None:
    """Make of the rows what they are after an entry of the log; twice is as once."""
    taken = []
    for (source, before), target in operation.moves:
        if source in rows and rows[source][0] == before:
            taken.append((target, rows.pop(source)[1]))
    for (id_, content), marks in taken:
        rows[id_] = (content, marks)
    for change in operation.marks:
        after: dict[Marks, Marks] = {}
        for id_, content in change.items:
            old = rows[id_][1] if id_ in rows else _UNMARKED
            if old not in after:
                after[old] = change.apply(old)
            rows[id_] = (content, after[old])


def bring_up(tables: Tables, operation: Operation, rows: Rows | None = None) -> None:
    """Make the table what it is after an entry; `rows` are those concerned, if they are known."""
    if rows is None:
        concerned = {id_ for move in operation.moves for id_, _ in move}
        concerned |= {id_ for change in operation.marks for id_, _ in change.items}
        rows = rows_of(tables, sorted(concerned))
    after = dict(rows)
    tell(after, operation)
    write(tables, rows, after)


def write(tables: Tables, before: Rows, after: Rows) -> int:
    """Make rows of the table that are as `before` as `after`; return how many that were."""
    changed = {id_: row for id_, row in after.items() if before.get(id_) != row}
    gone = sorted(before.keys() - after.keys())
    if changed:
        marks = {id_: marks for id_, (_, marks) in changed.items()}
        upsert(tables, "marks", marks_from(marks, [content for content, _ in changed.values()]))
    delete(tables, "marks", gone)
    return len(changed) + len(gone)
