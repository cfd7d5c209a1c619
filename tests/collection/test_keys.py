"""A large table's keys are indexed, and answers are the same as without."""

from pathlib import Path

import numpy as np

from embedcurate.collection import Collection
from embedcurate.collection.keys import MANY
from embedcurate.collection.records import items_from
from embedcurate.items import Facts, Item, Modality, Outcome, item_id
from embedcurate.testing import tiny_space


def make_items(numbers: range) -> list[Item]:
    return [
        Item(item_id(path), path, Modality.TEXT, 1, 1, Outcome.SKIPPED, facts=Facts("txt"))
        for path in (Path(f"/texts/{number}.txt") for number in numbers)
    ]


def test_look_ups_upserts_and_deletes_are_right_with_an_index_that_lags(tmp_path: Path) -> None:
    collection = Collection.create(tmp_path / "collection", tiny_space())
    collection.tables.open("items").add(items_from(make_items(range(MANY))))
    with collection.writer():
        pass
    [index] = collection.tables.open("items").list_indices()
    assert index.columns == ["id"]

    later = make_items(range(MANY - 10, MANY + 10))
    with collection.writer() as writer:
        writer.record(later)
        writer.record(later)
    sample = np.random.default_rng(0).choice(MANY + 10, 50, replace=False).tolist()
    ids = [item_id(Path(f"/texts/{number}.txt")) for number in sample]
    assert [item.id for item in collection.items(ids)] == ids
    known = collection.known()["id"].to_pylist()
    assert len(known) == len(set(known)) == MANY + 10
