"""Orders of items, against Python's own."""

import numpy as np
import pytest

from embedcurate.browsing.sorting import SORTS, order_of
from embedcurate.collection import Collection
from embedcurate.errors import QueryError, ResultMissing
from embedcurate.items import ISSUES
from tests.browsing.drawn import drawn, make

FOUND = {"cluster", "outlier", *(issue for issues in ISSUES.values() for issue in issues)}


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return make(tmp_path_factory.mktemp("drawn") / "c")


KEYS = {
    "path": lambda item: str(item.path).lower(),
    "name": lambda item: item.path.name.lower(),
    "size": lambda item: item.size,
    "label": lambda item: item.label and item.label.lower(),
    "width_px": lambda item: item.facts.width_px,
    "duration_s": lambda item: item.facts.duration_s,
    "pixels": lambda item: item.facts.width_px and item.facts.width_px * item.facts.height_px,
    "aspect": lambda item: item.facts.width_px and item.facts.width_px / item.facts.height_px,
    "modality": lambda item: str(item.modality),
}


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("descending", [False, True])
def test_items_come_in_order_with_the_unknown_last(collection, name, descending) -> None:
    items = sorted((one.item for one in drawn()), key=lambda item: item.id)
    mask = np.arange(len(items)) % 4 != 0
    rows = order_of(collection, name, separator="/").of(mask, descending=descending).tolist()
    assert sorted(rows) == np.flatnonzero(mask).tolist()
    values = [KEYS[name](items[row]) for row in rows]
    known = [value for value in values if value is not None]
    assert values == [*sorted(known, reverse=descending), *[None] * (len(values) - len(known))]


def test_equal_items_stay_in_the_order_of_their_ids(collection: Collection) -> None:
    rows = order_of(collection, "modality", separator="/").of(np.ones(60, bool))
    kinds = collection.catalogue.column("modality").take(rows).to_pylist()
    assert list(zip(kinds, rows.tolist(), strict=True)) == sorted(zip(kinds, rows, strict=True))


@pytest.mark.parametrize("name", sorted(set(SORTS) - FOUND))
def test_each_order_has_every_item_once(collection: Collection, name: str) -> None:
    order = order_of(collection, name, separator="/")
    for descending in (False, True):
        rows = order.of(np.ones(60, bool), descending=descending)
        assert np.array_equal(np.sort(rows), np.arange(60))


@pytest.mark.parametrize("name", sorted(FOUND))
def test_an_order_by_a_result_names_the_analysis_that_it_needs(collection, name) -> None:
    with pytest.raises(ResultMissing, match=r"embedcurate (clusters|outliers|quality) "):
        order_of(collection, name, separator="/")


def test_an_unknown_order_is_told_with_the_one_that_was_meant(collection: Collection) -> None:
    with pytest.raises(QueryError, match="Did you mean 'width_px'"):
        order_of(collection, "width", separator="/")
