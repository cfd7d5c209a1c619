"""Facets as edits of the query's text: each value of each facet is a clause, or its absence."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from math import inf

from embedcurate.clauses import write
from embedcurate.filters import RESULTS, STATES, All, AnyOf, Compare, Filter, Glob, Is, Not, Tagged
from embedcurate.items import ISSUES
from embedcurate.query import parse

from ..search.model import joined, parted

__all__ = ["FACETS", "RANGES", "Facet", "Stance", "Value", "bounds", "of_clauses", "ranged"]
__all__ += ["said", "stance", "toggled", "without"]

Value = str | int
_Read = Callable[[Filter], Value | None]


class Stance(Enum):
    """What the query says of a value."""

    NONE = "none"
    IN = "in"
    OUT = "out"


@dataclass(frozen=True)
class Facet:
    """Something that items have values of.

    `name` is its name in `Session.facets`; `clause` writes a value as a filter, and `value` reads
    it back, None from what speaks of something else. Of a facet that is `single` an item has one
    value at most, so that several that are chosen are alternatives; of others all must be there.
    """

    name: str
    clause: Callable[[Value], Filter]
    value: _Read
    single: bool = True


def _compared(column: str) -> Facet:
    def value(clause: Filter) -> Value | None:
        match clause:
            case Compare(name, "=", str(found) | int(found)) if name == column:
                return found
        return None

    return Facet(column, lambda one: Compare(column, "=", one), value)


def _states(name: str, among: Callable[[str], bool]) -> Facet:
    def value(clause: Filter) -> Value | None:
        match clause:
            case Is(state) if among(state):
                return state
        return None

    return Facet(name, lambda one: Is(str(one)), value, single=False)


def _tag(clause: Filter) -> Value | None:
    match clause:
        case Tagged(tag):
            return tag
    return None


def _folder(clause: Filter) -> Value | None:
    end = f"{os.sep}*"
    match clause:
        case Glob("path", pattern) if pattern.endswith(end):
            return pattern.removesuffix(end) or os.sep
    return None


_UNDECIDED = Not(AnyOf((Is("pick"), Is("reject"))))


def _pick(clause: Filter) -> Value | None:
    match clause:
        case Is("pick" | "reject" as state):
            return state
    return "" if clause == _UNDECIDED else None


_ISSUE_NAMES = frozenset(issue for issues in ISSUES.values() for issue in issues)
_FOUND = frozenset(RESULTS) - _ISSUE_NAMES - {"cluster"}


def _is_issue(state: str) -> bool:
    return state in _ISSUE_NAMES or state not in STATES  # that a plugin's check found


FACETS = {
    facet.name: facet
    for facet in (
        _compared("modality"),
        Facet("folder", lambda one: Glob("path", f"{str(one).rstrip(os.sep)}{os.sep}*"), _folder),
        Facet("tag", lambda one: Tagged(str(one)), _tag, single=False),
        _compared("stars"),
        Facet("pick", lambda one: Is(str(one)) if one else _UNDECIDED, _pick),
        _compared("label"),
        _compared("split"),
        _compared("cluster"),
        _states("issue", _is_issue),
        _states("found", _FOUND.__contains__),
        _compared("format"),
        _compared("outcome"),
    )
}
"""Name -> facet, in the order in which they are shown."""

RANGES = ("size", "width_px", "height_px", "duration_s", "characters")
"""The columns of numbers that a range is chosen of."""


def of_clauses(query: str) -> list[Filter]:
    """Return the clauses of a query; raise `QueryError` if it can't be read."""
    where = parse(query).filter
    return list(where.of) if isinstance(where, All) else [where]


def stance(clauses: Iterable[Filter], facet: Facet, value: Value) -> Stance:
    """Return what clauses say of a value."""
    for part in clauses:
        if value in (said := _said(part, facet)):
            return said[value]
    return Stance.NONE


def said(clauses: Iterable[Filter], facet: Facet) -> dict[Value, Stance]:
    """Return what clauses say of the facet's values, of those that they name."""
    return {value: one for part in clauses for value, one in _said(part, facet).items()}


def toggled(query: str, facet: Facet, value: Value, *, exclude: bool = False) -> str:
    """Return the query with a value chosen, or left out; or with neither, if it was that before.

    Raises `QueryError` if the query can't be read.
    """
    parts = of_clauses(query)
    before = stance(parts, facet, value)
    parts = _less(parts, facet, value)
    if before is not Stance.NONE and (before is Stance.OUT or not exclude):
        return _written(query, parts)
    clause = facet.clause(value)
    if value == "":
        rest = [part for part in parts if not _said(part, facet)]
        return _written(query, [*rest, _negated(clause) if exclude else clause])
    if exclude:
        return _written(query, [*parts, Not(clause)])
    parts = _less(parts, facet, "")
    for at, part in enumerate(parts):
        if facet.single and Stance.IN in _said(part, facet).values():
            parts[at] = AnyOf((*_atoms(part), clause))
            return _written(query, parts)
    return _written(query, [*parts, clause])


def without(query: str, facet: Facet) -> str:
    """Return the query without what it says of a facet's values."""
    return _written(query, [part for part in of_clauses(query) if not _said(part, facet)])


def bounds(clauses: Iterable[Filter], column: str) -> tuple[float, float] | None:
    """Return the range that clauses leave of a column, None if they say nothing of it."""
    ends = [end for part in clauses if (end := _ends(part, column))]
    return (max(low for low, _ in ends), min(high for _, high in ends)) if ends else None


def ranged(query: str, column: str, ends: tuple[float, float] | None) -> str:
    """Return the query with a range of a column, `inf` for an open end; None for any number."""
    parts = [part for part in of_clauses(query) if _ends(part, column) is None]
    if ends is not None and ends != (-inf, inf):
        low, high = ends
        least, most = Compare(column, ">=", low), Compare(column, "<=", high)
        parts.append(most if low == -inf else least if high == inf else All((least, most)))
    return _written(query, parts)


def _ends(part: Filter, column: str) -> tuple[float, float] | None:
    match part:
        case Compare(name, ">" | ">=", int(end) | float(end)) if name == column:
            return end, inf
        case Compare(name, "<" | "<=", int(end) | float(end)) if name == column:
            return -inf, end
        case All((Compare(name, ">=", int(low) | float(low)), Compare(_, "<=", high))) if (
            name == column and isinstance(high, int | float)
        ):
            return low, high
    return None


def _said(part: Filter, facet: Facet) -> dict[Value, Stance]:
    whole = facet.value(part)
    if whole is not None:
        return {whole: Stance.IN}
    inner = part.of if isinstance(part, Not) else part
    values = [facet.value(atom) for atom in _atoms(inner)]
    how = Stance.OUT if isinstance(part, Not) else Stance.IN
    return {} if None in values else {value: how for value in values if value is not None}


def _atoms(part: Filter) -> tuple[Filter, ...]:
    return part.of if isinstance(part, AnyOf) else (part,)


def _less(parts: list[Filter], facet: Facet, value: Value) -> list[Filter]:
    """Return the clauses without a value of a facet."""
    left: list[Filter] = []
    for part in parts:
        if value not in _said(part, facet):
            left.append(part)
            continue
        inner = part.of if isinstance(part, Not) else part
        atoms = tuple(atom for atom in _atoms(inner) if facet.value(atom) != value)
        if atoms and facet.value(part) is None:
            rest = atoms[0] if len(atoms) == 1 else AnyOf(atoms)
            left.append(Not(rest) if isinstance(part, Not) else rest)
    return left


def _negated(clause: Filter) -> Filter:
    return clause.of if isinstance(clause, Not) else Not(clause)


def _written(query: str, parts: Iterable[Filter]) -> str:
    words, _ = parted(query)
    return joined(words, tuple(map(write, parts)))
