"""What is compared, how it is arranged, and in what the items differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..inspector.facts import Fact, facts_of

__all__ = ["FEWEST", "MOST", "Arrangement", "arranged", "compared", "differing", "stepped"]

FEWEST, MOST = 2, 6
_LEFT_OUT = frozenset({"path", "id", "row"})
"""Every item has its own: that they differ says nothing."""

_FIRST = (
    "pixels", "duration_s", "characters", "size", "format", "figure jpeg_quality", "rate_hz",
    "channels", "mtime_ns", "label", "split",
)  # fmt: skip
_OTHERS = 6


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How many panes stand beside and below each other."""

    columns: int
    rows: int


def arranged(count: int, *, sounds: bool) -> Arrangement:
    """Return how to arrange panes; sounds share an axis of time, so they stand below each other."""
    if sounds and count <= 4:
        return Arrangement(1, max(count, 1))
    columns = count if count <= 3 else 2 if count == 4 else 3
    return Arrangement(max(columns, 1), -(-count // max(columns, 1)))


def differing(documents: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the keys of the facts that not all items have alike.

    `documents` are what the worker's verb `describe` says of each.
    """
    values: dict[str, list[str]] = {}
    for document in documents:
        for group in facts_of(document):
            for fact in group.facts:
                values.setdefault(fact.key, []).append(fact.value)
    return frozenset(
        key
        for key, said in values.items()
        if key not in _LEFT_OUT and (len(said) < len(documents) or len(set(said)) > 1)
    )


def compared(document: Mapping[str, Any], differ: frozenset[str]) -> tuple[Fact, ...]:
    """Return the facts of an item that are worth comparing: those always, then what differs."""
    facts = {fact.key: fact for group in facts_of(document) for fact in group.facts}
    first = [facts[key] for key in _FIRST if key in facts]
    others = [facts[key] for key in facts if key in differ and key not in _FIRST]
    return tuple(first + [fact for fact in others if fact.key != "content"][:_OTHERS])


def stepped(at: int, step: tuple[int, int], count: int, arrangement: Arrangement) -> int:
    """Return the pane that lies `step` (right, down) from the one at `at`, or that one."""
    row, column = divmod(at, arrangement.columns)
    column, row = column + step[0], row + step[1]
    found = row * arrangement.columns + column
    inside = 0 <= column < arrangement.columns and 0 <= row < arrangement.rows
    return found if inside and found < count else at
