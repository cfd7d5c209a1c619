"""Full-text search over names, captions and passages: BM25 by LanceDB's inverted index."""

from collections.abc import Callable
from typing import Any

from embedcurate.collection.records import TextMatch, storable
from embedcurate.collection.tables import Lance, Tables, translated
from embedcurate.items import Segment

__all__ = ["create_index", "keep_up", "match"]

_COLUMN = "text"
_COLUMNS = ["item", "kind", "start", "end", "_score"]
_MANY_UNINDEXED = 5_000
_BUILD_MEMORY_MIB = 512


def create_index(tables: Tables) -> None:
    """Make the index of the table `texts`, over the rows that it has."""
    from lancedb.index import FTS

    # Positions make phrases findable. Words are taken as they are written, stop words too: what
    # a word means is what vectors are for. ICU finds the words of scripts that don't space them.
    config = FTS(
        with_position=True,
        base_tokenizer="icu/split",
        stem=False,
        remove_stop_words=False,
        max_token_length=None,
        memory_limit=_BUILD_MEMORY_MIB,
    )
    table = tables.open("texts")
    with translated(tables.collection):
        table.create_index(_COLUMN, config=config, replace=True)


def keep_up(tables: Tables) -> None:
    """Index what was stored since, if it is much; rows not yet indexed are found by a scan."""
    table = tables.open("texts")
    with translated(tables.collection):
        indices = list(table.list_indices())
        if indices and indices[0].num_unindexed_rows >= _MANY_UNINDEXED:
            table.optimize()
    if not indices:
        create_index(tables)


def match(tables: Tables, text: str, *, phrase: bool, limit: int | None) -> list[TextMatch]:
    """Return the texts in which the words of `text` occur, best first, scored by BM25.

    Any of the words will do; of a phrase all, one after the other. Case, accents and punctuation
    don't matter. `text` without a word matches nothing; no character in it is an operator.
    """
    from lancedb import query as kinds

    kind: Any = kinds.PhraseQuery if phrase else kinds.MatchQuery
    query = kind(storable(text), _COLUMN)
    rows = tables.read("texts", _search(query, limit)).to_pylist()
    return [
        TextMatch(
            item=row["item"],
            segment=None if row["start"] is None else Segment(row["start"], row["end"]),
            kind=row["kind"],
            score=row["_score"],
        )
        for row in rows
    ]


def _search(query: Any, limit: int | None) -> Callable[[Lance], Any]:
    def work(table: Lance) -> Any:
        most = table.count_rows() if limit is None else limit
        found = table.search(query, query_type="fts").select(_COLUMNS).limit(max(1, most))
        return found.to_arrow()

    return work
