"""Indexes of the key columns: without one, every look-up and upsert reads the whole column."""

from embedcurate.collection.tables import Tables, translated

__all__ = ["MANY", "keep_up"]

MANY = 50_000
"""Rows from which an index pays: at a million, a look-up took 10 ms with it and 104 without."""

_UNINDEXED_SHARE = 0.1
_KEYS = ("id", "item")


def keep_up(tables: Tables) -> None:
    """Index the keys of large tables; bring indexes up to date that miss a tenth of their rows.

    Rows that are not yet indexed are found by a scan, so that answers never depend on it.
    """
    from lancedb.index import BTree

    for name in tables.names():
        table = tables.open(name)
        with translated(tables.collection):
            rows = table.count_rows()
            if rows < MANY:
                continue
            known = {index.columns[0]: index for index in table.list_indices()}
            keys = [key for key in _KEYS if key in table.schema.names]
            for key in keys:
                if key not in known:
                    table.create_index(key, config=BTree())
            missed = [known[key].num_unindexed_rows or 0 for key in keys if key in known]
            if max(missed, default=0) > _UNINDEXED_SHARE * rows:
                table.optimize()
