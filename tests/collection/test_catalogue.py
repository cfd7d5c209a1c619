import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import lancedb
import numpy as np
import pyarrow as pa
import pytest

from embedcurate.collection.catalogue import Catalogue
from embedcurate.collection.results import Results
from embedcurate.collection.schema import ITEMS, MARKS
from embedcurate.collection.selections import Selections
from embedcurate.errors import ResultMissing
from embedcurate.filters import All, Compare, Filter, Glob, Is, Not, Tagged
from embedcurate.items import Modality
from embedcurate.query import parse_filter

Tables = tuple[Any, Any]
NOTHING_FOUND = (Results(Path("nowhere")), Selections(Path("nowhere")))


def an_id(number: int) -> str:
    return hashlib.blake2b(b"%d" % number, digest_size=16).hexdigest()


def an_item(number: int, **facts: object) -> dict[str, object]:
    modality = ("image", "text", "audio")[number % 3]
    path = f"/pics/{number:03}.{modality}"
    return {"id": an_id(number), "path": path, "modality": modality, "outcome": "ok", **facts}


def a_mark(number: int, **marks: object) -> dict[str, object]:
    return {"id": an_id(number), "pick": "", "stars": 0, "tags": [], "note": "", **marks}


def put(table: Any, rows: Iterable[dict[str, object]], schema: pa.Schema) -> None:
    write = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
    write.execute(pa.Table.from_pylist(list(rows), schema=schema))


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    store = lancedb.connect(tmp_path)
    items = store.create_table("items", schema=ITEMS)
    marks = store.create_table("marks", schema=MARKS)
    put(items, (an_item(n, width_px=n * 10) for n in range(20)), ITEMS)
    put(items, (an_item(n, outcome="missing") for n in range(20, 30)), ITEMS)
    put(marks, [a_mark(1, tags=["Dog", "wet"], stars=4), a_mark(2, pick="pick")], MARKS)
    put(marks, [a_mark(3, note="look again"), a_mark(99, tags=["dog"])], MARKS)
    return items, marks


def numbers(catalogue: Catalogue, asked: str) -> list[int]:
    known = {an_id(number): number for number in range(40)}
    return sorted(known[one] for one in catalogue.ids_where(parse_filter(asked)))


def test_rows_are_the_items_in_the_order_of_their_ids(tables: Tables) -> None:
    catalogue = Catalogue(*tables, *NOTHING_FOUND)
    expected = sorted(range(30), key=an_id)
    assert catalogue.ids.tolist() == [an_id(number).encode() for number in expected]
    assert [int(path[6:9]) for path in catalogue.column("path").to_pylist()] == expected


def test_ids_and_segments_of_items_are_mapped_to_rows(tables: Tables) -> None:
    catalogue = Catalogue(*tables, *NOTHING_FOUND)
    asked = [an_id(7), an_id(99), f"{an_id(3)}:12", "short"]
    found = catalogue.rows_of(asked)
    assert found.tolist()[1::2] == [-1, -1]
    assert catalogue.ids[found[[0, 2]]].tolist() == [an_id(7).encode(), an_id(3).encode()]
    assert catalogue.rows_of(pa.chunked_array([asked])).tolist() == found.tolist()
    assert catalogue.rows_of(catalogue.ids).tolist() == list(range(30))
    assert catalogue.rows_of([]).tolist() == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("tag:dog", [1]),
        ("tag:WET", [1]),
        ("tag:mouse", []),
        ("stars:>=3", [1]),
        ("is:pick", [2]),
        ("is:marked", [1, 2, 3]),
        ("is:tagged", [1]),
        ("stars:0 is:unmarked width:<=50", [0, 4, 5]),
        ("modality:audio width:100..140", [11, 14]),
        ("outcome:missing modality:image", [21, 24, 27]),
        ('path:"pics/01*" modality:text', [10, 13, 16, 19]),
        ("name:00?.image", [0, 3, 6, 9]),
    ],
)
def test_filters_over_items_and_marks(tables: Tables, asked: str, expected: list[int]) -> None:
    assert numbers(Catalogue(*tables, *NOTHING_FOUND), asked) == expected


def test_files_that_vanished_are_not_searchable(tables: Tables) -> None:
    catalogue = Catalogue(*tables, *NOTHING_FOUND)
    assert catalogue.searchable.sum() == 20
    assert not (catalogue.searchable & catalogue.mask(Is("missing"))).any()
    assert catalogue.of_modalities([Modality.IMAGE, Modality.TEXT]).sum() == 20


def test_a_filter_is_evaluated_once_until_something_changes(tables: Tables) -> None:
    items, marks = tables
    catalogue = Catalogue(items, marks, *NOTHING_FOUND)
    first = catalogue.mask(Tagged("dog"))
    assert not first.flags.writeable
    assert not catalogue.refresh()
    assert catalogue.mask(Tagged("dog")) is first
    put(marks, [a_mark(5, tags=["dog"])], MARKS)
    assert catalogue.refresh()
    assert numbers(catalogue, "tag:dog") == [1, 5]


def test_a_new_tag_reloads_no_column_of_the_items(tables: Tables) -> None:
    items, marks = tables
    catalogue = Catalogue(items, marks, *NOTHING_FOUND)
    ids, path = catalogue.ids, catalogue.column("path")
    put(marks, [a_mark(5, tags=["dog"])], MARKS)
    assert catalogue.refresh()
    assert catalogue.ids is ids
    assert catalogue.column("path") is path


def test_a_refreshed_catalogue_equals_a_fresh_one(tables: Tables) -> None:
    items, marks = tables
    catalogue = Catalogue(items, marks, *NOTHING_FOUND)
    asked: list[Filter] = [Tagged("dog"), Is("marked"), Compare("width_px", ">", 50)]
    asked += [Glob("path", "pics/*"), Not(Is("ok")), All()]
    for expression in asked:
        catalogue.mask(expression)
    put(items, (an_item(n, width_px=7) for n in range(10, 40)), ITEMS)
    items.delete("width_px = 0")
    put(marks, [a_mark(1, tags=[]), a_mark(35, tags=["dog"], stars=1)], MARKS)
    items.optimize()
    catalogue.refresh()
    fresh = Catalogue(items, marks, *NOTHING_FOUND)
    assert np.array_equal(catalogue.ids, fresh.ids)
    for expression in asked:
        assert np.array_equal(catalogue.mask(expression), fresh.mask(expression))
    for name in ITEMS.names:
        assert catalogue.column(name).equals(fresh.column(name))


def test_a_commit_between_two_columns_leaves_them_aligned(tables: Tables) -> None:
    items, marks = tables
    catalogue = Catalogue(items, marks, *NOTHING_FOUND)
    before = catalogue.column("path").to_pylist()
    put(items, [an_item(n, width_px=1) for n in (3, 4, 50)], ITEMS)
    items.delete("width_px = 50")
    widths = dict(zip(before, catalogue.column("width_px").to_pylist(), strict=True))
    assert widths["/pics/003.image"] == 1
    assert widths["/pics/006.image"] == 60
    assert widths["/pics/005.audio"] is None


def test_an_empty_collection_has_no_rows(tmp_path: Path) -> None:
    store = lancedb.connect(tmp_path)
    catalogue = Catalogue(
        store.create_table("items", schema=ITEMS),
        store.create_table("marks", schema=MARKS),
        *NOTHING_FOUND,
    )
    assert len(catalogue) == 0
    assert catalogue.mask(parse_filter("tag:dog")).shape == (0,)
    assert catalogue.mask(parse_filter("modality:image path:a -is:marked")).shape == (0,)
    assert catalogue.rows_of([an_id(1)]).tolist() == [-1]


def test_columns_of_an_analysis_are_missing_until_it_has_run(tables: Tables) -> None:
    catalogue = Catalogue(*tables, *NOTHING_FOUND)
    with pytest.raises(ResultMissing, match="Run: embedcurate clusters"):
        catalogue.mask(parse_filter("cluster:7"))
    with pytest.raises(KeyError):
        catalogue.column("colour")


def test_several_columns_read_at_once_are_those_read_one_by_one(tables: Tables) -> None:
    names = ["path", "modality", "width_px", "label"]
    together = Catalogue(*tables, *NOTHING_FOUND).read(names)
    alone = Catalogue(*tables, *NOTHING_FOUND)
    assert together.column_names == names
    for name in names:
        assert together[name].to_pylist() == alone.column(name).to_pylist()
    with pytest.raises(KeyError):
        alone.read(["path", "colour"])


def test_a_catalogue_can_hold_columns_that_lie_elsewhere(tables: Tables) -> None:
    catalogue = Catalogue(*tables, *NOTHING_FOUND)
    columns = catalogue.read(["width_px", "modality"])
    catalogue.hold(columns)
    assert catalogue.column("width_px") is catalogue.column("width_px")
    assert numbers(catalogue, "width:>=180 modality:image") == [18]
    put(tables[0], [an_item(40, width_px=990)], ITEMS)
    catalogue.refresh()
    assert len(catalogue.column("width_px")) == len(catalogue) == 31


def test_rows_can_stay_while_marks_are_renewed(tables: Tables) -> None:
    items, marks = tables
    catalogue = Catalogue(items, marks, *NOTHING_FOUND)
    ids = catalogue.ids
    put(items, [an_item(n) for n in range(30, 35)], ITEMS)
    put(marks, [a_mark(5, tags=["dog"]), a_mark(31, tags=["dog"])], MARKS)
    assert catalogue.refresh(items=False)
    assert np.array_equal(catalogue.ids, ids)
    assert numbers(catalogue, "tag:dog") == [1, 5]
    assert catalogue.refresh()
    assert numbers(catalogue, "tag:dog") == [1, 5, 31]
