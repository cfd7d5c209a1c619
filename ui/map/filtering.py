"""The legend's lines as filters: what a query says of one, and the query with it turned."""

from embedcurate.errors import QueryError
from embedcurate.filters import All, Filter, Not
from embedcurate.query import parse_filter

from ..facets.model import FACETS, Facet, Stance, Value, of_clauses, stance, toggled
from ..search.model import joined, parted

__all__ = ["Stance", "said_of", "turned"]


def said_of(query: str, clause: str) -> Stance:
    """Return whether a query shows what matches a clause, leaves it out, or says nothing of it."""
    try:
        parts = of_clauses(query)
    except QueryError:
        return Stance.NONE
    wanted = _only(clause)
    if found := _facet(wanted):
        return stance(parts, *found)
    return Stance.IN if wanted in parts else Stance.OUT if _not(wanted) in parts else Stance.NONE


def turned(query: str, clause: str, *, exclude: bool = False) -> str:
    """Return the query with a clause added or left out; without it if that is what it says.

    Raises `QueryError` if the query can't be read.
    """
    wanted = _only(clause)
    if found := _facet(wanted):
        return toggled(query, *found, exclude=exclude)
    words, clauses = parted(query)
    before = said_of(query, clause)
    left = [one for one in clauses if _only(one) not in (wanted, _not(wanted))]
    if before is Stance.NONE or (exclude and before is Stance.IN):
        left.append(_negated(clause) if exclude else clause)
    return joined(words, left)


def _facet(clause: Filter) -> tuple[Facet, Value] | None:
    for facet in FACETS.values():
        value = facet.value(clause)
        if value is not None:
            return facet, value
    return None


def _only(clause: str) -> Filter:
    where = parse_filter(clause)
    return where.of[0] if isinstance(where, All) and len(where.of) == 1 else where


def _not(clause: Filter) -> Filter:
    return clause.of if isinstance(clause, Not) else Not(clause)


def _negated(clause: str) -> str:
    return clause.removeprefix("-") if clause.startswith("-") else f"-{clause}"
