"""The two ways in which rows change: replaced by key, and deleted by key."""

from collections.abc import Sequence

import pyarrow as pa

from embedcurate.collection.tables import Tables, translated

__all__ = ["delete", "replace_parts", "upsert"]

_AT_ONCE = 5_000


def upsert(tables: Tables, name: str, rows: pa.Table) -> None:
    """Insert `rows`, or replace those that have the same id, in one commit."""
    if not rows.num_rows:
        return
    table = tables.open(name)
    with translated(tables.collection):
        merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
        merge.execute(rows)


def delete(tables: Tables, name: str, ids: Sequence[str], *, key: str = "id") -> None:
    """Delete the rows whose `key` is one of `ids`."""
    if not ids or not tables.count(name):
        return
    from lancedb.expr import col

    table = tables.open(name)
    with translated(tables.collection):
        for start in range(0, len(ids), _AT_ONCE):
            table.delete(col(key).isin(ids[start : start + _AT_ONCE]))


def replace_parts(tables: Tables, name: str, items: Sequence[str], rows: pa.Table) -> None:
    """Make `rows` the only ones that belong to `items`, in a table of parts of items."""
    stale: set[str] = set()
    if tables.count(name):
        stale = set(tables.rows(name, items, ["id"], key="item")["id"].to_pylist())
    upsert(tables, name, rows)
    delete(tables, name, sorted(stale.difference(rows["id"].to_pylist())))
