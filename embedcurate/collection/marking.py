"""What the user says of items, in a table of its own: tagging never rewrites a vector."""

from collections.abc import Collection as Several
from collections.abc import Sequence
from dataclasses import replace

from embedcurate.collection.records import Marks, Pick, marks_from, marks_to, storable
from embedcurate.collection.schema import MARKS
from embedcurate.collection.tables import Tables
from embedcurate.collection.upsert import upsert
from embedcurate.errors import UnknownItem

__all__ = ["mark", "marks_of"]


def marks_of(tables: Tables, ids: Sequence[str]) -> dict[str, Marks]:
    """Return the marks of those of `ids` that have any."""
    return marks_to(tables.rows("marks", ids, MARKS.names))


def mark(
    tables: Tables,
    ids: Sequence[str],
    *,
    add: Several[str],
    remove: Several[str],
    pick: Pick | None,
    stars: int | None,
    note: str | None,
) -> int:
    """Change the marks of `ids`; None leaves as it is, "" and 0 clear. Returns how many changed."""
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
    before = marks_of(tables, ids)
    after: dict[str, Marks] = {}
    contents: list[str | None] = []
    for id_, content in zip(ids, items["content"].to_pylist(), strict=True):
        old = before.get(id_, Marks())
        new = replace(
            old,
            tags=(old.tags | added) - removed,
            pick=old.pick if pick is None else pick,
            stars=old.stars if stars is None else stars,
            note=old.note if note is None else storable(note),
        )
        if new != old:
            after[id_] = new
            contents.append(content)
    if after:
        upsert(tables, "marks", marks_from(after, contents))
    return len(after)
