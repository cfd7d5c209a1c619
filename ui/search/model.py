"""The text of a query in two parts: what is searched for, and the clauses that filter it."""

from pathlib import Path

from embedcurate import query as language
from embedcurate.clauses import write
from embedcurate.errors import QueryError
from embedcurate.filters import All
from embedcurate.query import ItemRef, MediumFile, Query, Term, parse

__all__ = ["about_file", "about_item", "is_filter", "joined", "parted"]


def parted(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the words of a query, and its clauses; raise `QueryError` for what can't be read."""
    query = parse(text)
    words = language.format(Query(query.terms, query.phrases))
    of = query.filter.of if isinstance(query.filter, All) else (query.filter,)
    return words, tuple(map(write, of))


def joined(words: str, clauses: tuple[str, ...] | list[str]) -> str:
    """Return the query of words, finished or not, and clauses.

    The clauses lead: an open quote or sign at the end of the words does not reach them.
    """
    return " ".join(filter(None, (*clauses, words.strip())))


def is_filter(text: str) -> bool:
    """Tell whether a query only filters: it can be read, and has no words, files or items."""
    try:
        query = parse(text)
    except QueryError:
        return False
    return not (query.terms or query.phrases)


def about_file(path: Path) -> str:
    """Return the words that search for what is like a file."""
    return language.format(Query((Term(1.0, MediumFile(path)),)))


def about_item(id_: str) -> str:
    """Return the words that search for what is like an item."""
    return language.format(Query((Term(1.0, ItemRef(id_)),)))
