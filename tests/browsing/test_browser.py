"""A collection as a window sees it: files that it maps, rows that a filter leaves, their counts."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from embedcurate.browsing import COLUMNS, MARK_COLUMNS, Browser
from embedcurate.collection import Collection
from embedcurate.errors import UnknownSelection
from embedcurate.items import Modality, Outcome
from embedcurate.query import parse_filter
from tests.browsing.drawn import N, drawn, make
from tests.collection.store_material import SPACE, encoded
from tests.collection.store_material import item as made


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    return make(tmp_path / "c")


@pytest.fixture
def browser(collection: Collection) -> Browser:
    return Browser(collection)


def mapped(path: str) -> pa.Table:
    with pa.memory_map(path) as source:
        return pa.ipc.open_file(source).read_all()


def test_the_files_hold_the_items_in_order_and_what_the_user_said(browser, tmp_path) -> None:
    said = browser.browse(tmp_path / "session")
    items, marks = mapped(said["items"]), mapped(said["marks"])
    expected = sorted((one.item for one in drawn()), key=lambda item: item.id)
    assert said["count"] == len(items) == N
    assert items.column_names == ["id", *COLUMNS]
    assert [id_.decode() for id_ in items["id"].to_pylist()] == [item.id for item in expected]
    assert items["modality"].to_pylist() == [str(item.modality) for item in expected]
    assert items["path_bytes"].to_pylist() == [str(item.path).encode() for item in expected]
    assert items["label"].to_pylist() == [item.label for item in expected]
    assert items["width_px"].to_pylist() == [item.facts.width_px for item in expected]
    assert marks.schema == MARK_COLUMNS
    rows = {item.id: row for row, item in enumerate(expected)}
    ids = [one.item.id for one in drawn()]
    found = {row: tuple(one.values()) for row, one in zip(marks["row"].to_pylist(), marks.select(
        ["pick", "stars", "tags", "note"]).to_pylist(), strict=True)}  # fmt: skip
    assert found == {
        **{rows[id_]: (0, 4, ["Seen"], "") for id_ in ids[:6] + ids[9:12]},
        **{rows[id_]: (1, 4, ["Seen", "dusk", "seen later"], "") for id_ in ids[6:9]},
        **{rows[id_]: (2, 0, [], "blurred") for id_ in ids[20:22]},
    }


def test_a_path_of_any_bytes_comes_as_it_is(tmp_path: Path) -> None:
    collection = make(tmp_path / "c")
    odd = replace(encoded("odd.png"), item=made("a\udcff\ufffd.png", content="odd"))
    with collection.writer() as writer:
        writer.store([odd])
    items = mapped(Browser(collection).browse(tmp_path / "session")["items"])
    assert items["path_bytes"].to_pylist().count(b"/pictures/a\xff\xef\xbf\xbd.png") == 1
    assert items["path"].to_pylist().count("/pictures/a\ufffd\ufffd.png") == 1


def test_the_file_of_the_items_is_used_again_until_they_change(browser, collection, tmp_path):
    first = browser.browse(tmp_path / "one")
    written = Path(first["items"]).stat().st_ino
    again = Browser(Collection.open(collection.path)).browse(tmp_path / "two")
    assert (again["items"], again["version"]) == (first["items"], first["version"])
    assert Path(again["items"]).stat().st_ino == written
    with collection.writer() as writer:
        writer.store([encoded("new.png")])
    later = browser.browse(tmp_path / "one")
    assert later["version"] != first["version"]
    assert (later["count"], len(mapped(later["items"]))) == (N + 1, N + 1)


@pytest.mark.parametrize("damage", [b"", b"not Arrow at all", None])
def test_a_damaged_file_is_written_anew(browser, collection, tmp_path, damage) -> None:
    path = Path(browser.browse(tmp_path / "session")["items"])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    Browser(Collection.open(collection.path)).browse(tmp_path / "session")
    assert path.read_bytes() == whole


def test_a_collection_that_can_not_be_written_is_shown_from_the_session(browser, tmp_path):
    (browser.collection.path / "browsing").write_bytes(b"a file where the folder would be")
    said = browser.browse(tmp_path / "session")
    assert Path(said["items"]).parent == tmp_path / "session"
    assert len(mapped(said["items"])) == N


FILTERS = {
    "": lambda item: item.outcome is Outcome.OK,
    "modality:image": lambda item: item.modality is Modality.IMAGE and item.outcome is Outcome.OK,
    "-label:cat": lambda item: item.label != "cat" and item.outcome is Outcome.OK,
    "is:failed": lambda item: item.outcome is Outcome.FAILED,
    "size:>500000 outcome:ok,failed": lambda item: item.size > 500_000,
    "label:nothing": lambda item: False,
}


@pytest.mark.parametrize("where", FILTERS)
def test_rows_and_counts_are_those_of_the_matching_items(browser: Browser, where: str) -> None:
    items = sorted((one.item for one in drawn()), key=lambda item: item.id)
    wanted = [row for row, item in enumerate(items) if FILTERS[where](item)]
    found = browser.narrow(parse_filter(where), sort="size", descending=True)
    assert sorted(found.rows.tolist()) == wanted
    sizes = [items[row].size for row in found.rows]
    assert sizes == sorted(sizes, reverse=True)
    facets = found.facets
    matching = [items[row] for row in wanted]
    for name, values in {
        "modality": [str(item.modality) for item in matching],
        "format": [item.facts.format for item in matching],
        "label": [item.label for item in matching if item.label],
        "folder": [str(item.path.parent) for item in matching],
    }.items():
        assert dict(map(tuple, facets[name])) == Counter(values), name
    assert sum(facets["size"]["counts"]) == len(matching)
    images = [item for item in matching if item.facts.width_px]
    assert sum(facets["width_px"]["counts"]) == len(images)
    ids = {item.id for item in matching}
    tagged = {one.item.id for one in drawn()[:12]}
    assert dict(map(tuple, facets["tag"])).get("Seen", 0) == len(ids & tagged)
    assert sum(count for _, count in facets["stars"]) == len(matching)
    assert dict(map(tuple, facets["stars"])).get(4, 0) == len(ids & tagged)
    assert sum(count for _, count in facets["pick"]) == len(matching)
    assert facets["cluster"] == facets["issue"] == facets["found"] == []


def test_given_items_stay_in_their_order_and_those_that_do_not_match_go(browser: Browser) -> None:
    ids = [one.item.id for one in drawn()][::-1]
    of_id = {one.item.id: one.item for one in drawn()}
    found = browser.narrow(parse_filter("modality:text"), ids=[*ids, "0" * 32])
    shown = browser.collection.catalogue.ids[found.rows].astype(str).tolist()
    assert shown == [id_ for id_ in ids if of_id[id_].modality is Modality.TEXT]
    assert any(of_id[id_].outcome is Outcome.FAILED for id_ in shown)  # as they were asked for
    assert found.facets["modality"] == [["text", len(shown)]]
    by_path = browser.narrow(parse_filter("modality:text"), ids=ids, sort="path").rows
    everything = browser.narrow(parse_filter("modality:text outcome:ok,failed")).rows
    assert by_path.tolist() == everything.tolist()


def test_outcomes_are_counted_of_what_the_filter_leaves_out_by_itself(browser: Browser) -> None:
    counted = dict(map(tuple, browser.narrow(parse_filter("")).facets["outcome"]))
    assert counted == {"ok": 54, "failed": 6}


def test_new_marks_show_at_once_and_new_items_when_the_window_asks(browser, collection, tmp_path):
    version = browser.browse(tmp_path)["version"]
    ids = [one.item.id for one in drawn()]
    with collection.writer() as writer:
        writer.store([encoded(f"new {number}.png") for number in range(5)])
        writer.mark(ids[40:43], add=["fresh"])
    found = browser.narrow(parse_filter("tag:fresh"))
    assert (len(found.rows), found.version) == (3, version)
    assert len(browser.narrow(parse_filter("")).rows) == 54
    assert dict(map(tuple, found.facets["tag"]))["fresh"] == 3
    same = browser.browse(tmp_path, renew=False)
    assert (same["version"], same["count"]) == (version, N)
    assert len(mapped(same["marks"])) == 17
    # Columns that nobody had asked for yet are read for the same items.
    assert len(browser.narrow(parse_filter("sharpness:>=0"), sort="language").rows) == 0
    later = browser.browse(tmp_path)
    assert later["version"] != version
    assert len(browser.narrow(parse_filter("")).rows) == 59


def test_tags_that_differ_in_case_are_one_under_their_usual_name(browser, collection) -> None:
    ids = [one.item.id for one in drawn()]
    with collection.writer() as writer:
        writer.mark(ids[30:32], add=["seen"])
    counted = dict(map(tuple, browser.narrow(parse_filter("outcome:ok,failed")).facets["tag"]))
    assert counted == {"Seen": 14, "dusk": 3, "seen later": 3}


def test_selections_are_listed_and_seen_when_they_change(browser, collection) -> None:
    assert browser.selections() == []
    ids = [one.item.id for one in drawn()[:5]]
    with collection.writer() as writer:
        writer.save_selection("first", ids, "")
        writer.save_selection("other", ids[:2], "")
    assert [(one["name"], one["count"]) for one in browser.selections()] == [
        ("first", 5),
        ("other", 2),
    ]
    with collection.writer() as writer:
        writer.rename_selection("first", "renamed")
        writer.save_selection("other", ids[:1], "")
    assert [(one["name"], one["count"]) for one in browser.selections()] == [
        ("other", 1),
        ("renamed", 5),
    ]
    assert len(browser.narrow(parse_filter("selection:renamed")).rows) == 5
    with pytest.raises(UnknownSelection):
        browser.narrow(parse_filter("selection:first"))


def test_what_is_damaged_beside_the_items_keeps_none_of_them_back(browser, tmp_path) -> None:
    collection = browser.collection
    with collection.writer() as writer:
        writer.save_selection("whole", [], "")
    (collection.path / "selections" / "spoilt.json").write_text("{}")
    (collection.path / "sources.json").write_text("{")
    said = browser.browse(tmp_path)
    assert said["count"] == N
    assert [(one["name"], one["damaged"]) for one in said["selections"]] == [
        ("spoilt", True),
        ("whole", False),
    ]
    assert said["sources"] == []


def test_it_tells_what_undo_and_redo_would_do(browser, collection, tmp_path) -> None:
    assert browser.browse(tmp_path)["undo"] == {
        "undo": "reject, note (2 items)",
        "redo": None,
    }
    with collection.writer() as writer:
        writer.undo()
    assert browser.browse(tmp_path)["undo"] == {
        "undo": "+dusk, +seen later, pick (3 items)",
        "redo": "reject, note (2 items)",
    }


def test_the_lists_of_rows_do_not_pile_up(browser: Browser, tmp_path: Path) -> None:
    for number in range(20):
        path = browser.write_rows(np.arange(number), tmp_path / "rows")
        assert np.load(path).tolist() == list(range(number))
    assert len(list((tmp_path / "rows").iterdir())) == 8


def test_an_empty_collection_has_nothing_to_show(tmp_path: Path) -> None:
    browser = Browser(Collection.create(tmp_path / "c", SPACE))
    said = browser.browse(tmp_path / "session")
    assert (said["count"], len(mapped(said["items"])), len(mapped(said["marks"]))) == (0, 0, 0)
    found = browser.narrow(parse_filter(""), sort="size")
    assert len(found.rows) == 0
    assert found.facets["folder"] == found.facets["tag"] == []
