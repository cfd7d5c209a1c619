"""What the user says of pairs of items, by the hashes of their contents.

So a decision outlives renames, holds for all copies of the same bytes, and means the same in
another collection or on another machine. Two items of the same content make a pair as well; such
a decision can't say by `keep` which of the two stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

import pyarrow as pa

from embedcurate.collection.checksums import with_checksums
from embedcurate.collection.operations import Decision, DecisionChange, DecisionKind, Pair
from embedcurate.collection.schema import DECISIONS
from embedcurate.collection.tables import Tables
from embedcurate.collection.upsert import upsert
from embedcurate.errors import UnknownItem

__all__ = ["Known", "bring_up", "changes", "deciding", "known", "pair_of", "tell", "write"]

Known = dict[Pair, Decision]

_COLUMNS = ("first", "second", "kind", "keep")


def pair_of(one: str, other: str) -> Pair:
    """Return the key of a pair of content hashes."""
    return (one, other) if one <= other else (other, one)


def known(tables: Tables, pairs: Sequence[Pair] | None = None) -> Known:
    """Return the decisions about those of `pairs` that have one, or all."""
    if pairs is None:
        table = tables.columns("decisions", _COLUMNS)
    else:
        table = tables.rows("decisions", [_id(pair) for pair in pairs], _COLUMNS)
    columns = (table[name].to_pylist() for name in _COLUMNS)
    return {
        (first, second): Decision(kind, keep)
        for first, second, kind, keep in zip(*columns, strict=True)
        if kind
    }


def deciding(
    tables: Tables,
    pairs: Sequence[tuple[str, str]],
    kind: DecisionKind | None,
    keep: str | Sequence[str | None] | None,
) -> tuple[DecisionChange, ...]:
    """Return what it changes that `pairs` of ids are decided so; see `Writer.decide`."""
    if kind is not None and kind not in get_args(DecisionKind):
        raise ValueError(f"A decision is one of {', '.join(get_args(DecisionKind))}, not {kind!r}.")
    kept = [keep] * len(pairs) if keep is None or isinstance(keep, str) else list(keep)
    ids = list(dict.fromkeys(id_ for pair in pairs for id_ in pair))
    ids += [id_ for id_ in dict.fromkeys(kept) if id_ is not None]
    contents = tables.aligned("items", ids, ["id", "content"])
    content = dict(zip(ids, contents["content"].to_pylist(), strict=True))
    for id_ in ids:
        if content[id_] is None:
            raise UnknownItem(tables.collection, id_)
    wanted: dict[Pair, Decision | None] = {}
    for (one, other), stays in zip(pairs, kept, strict=True):
        now = None if kind is None else Decision(kind, None if stays is None else content[stays])
        wanted[pair_of(content[one], content[other])] = now
    before = known(tables, list(wanted))
    return changes(before, wanted)


def changes(
    before: Mapping[Pair, Decision], wanted: Mapping[Pair, Decision | None]
) -> tuple[DecisionChange, ...]:
    """Return what makes `wanted` of what is so far, one change for all pairs that are alike."""
    groups: dict[tuple[Decision | None, Decision | None], list[Pair]] = {}
    for pair, now in wanted.items():
        was = before.get(pair)
        if was != now:
            groups.setdefault((was, now), []).append(pair)
    return tuple(DecisionChange(tuple(alike), was, now) for (was, now), alike in groups.items())


def tell(decisions: dict[Pair, Decision], made: Iterable[DecisionChange]) -> None:
    """Make of the decisions what they are after some changes; twice is as once."""
    for change in made:
        for pair in change.pairs:
            if change.now is None:
                decisions.pop(pair, None)
            else:
                decisions[pair] = change.now


def bring_up(tables: Tables, made: Sequence[DecisionChange]) -> None:
    """Make the table what it is after some changes."""
    write(tables, {pair: change.now for change in made for pair in change.pairs})


def write(tables: Tables, decisions: Mapping[Pair, Decision | None]) -> None:
    """Store decisions; None stores that there is none."""
    rows = {
        "id": [_id(pair) for pair in decisions],
        "first": [first for first, _ in decisions],
        "second": [second for _, second in decisions],
        "kind": ["" if one is None else one.kind for one in decisions.values()],
        "keep": [None if one is None else one.keep for one in decisions.values()],
        "checksum": [None] * len(decisions),
    }
    upsert(tables, "decisions", with_checksums(pa.table(rows, schema=DECISIONS)))


def _id(pair: Pair) -> str:
    return ":".join(pair)
