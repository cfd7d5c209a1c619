from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from embedcurate.collection import Collection
from embedcurate.errors import CollectionDamaged, QueryError, ResultMissing, UnknownSelection
from embedcurate.items import Modality
from embedcurate.query import parse_filter
from tests.collection.store_material import batch, encoded, filled


@pytest.fixture
def collection(tmp_path) -> Collection:
    return filled(tmp_path / "c")


def save(collection: Collection, verb: str = "clusters", seed: int = 0, **columns) -> str:
    ids = [one.item.id for one in batch(0, 4)]
    table = pa.table({"id": ids, **columns})
    run = collection.results.save(
        verb,
        {"items": table},
        version=collection.contents(),
        parameters={"random_state": seed},
        summary={"found": 4},
        seconds=0.5,
    )
    return run.id


def test_a_result_is_read_as_it_was_saved(collection):
    id_ = save(collection, cluster=[0, 0, -1, 1])
    run = Collection.open(collection.path).results.get(id_)
    assert (run.verb, run.parameters) == ("clusters", {"random_state": 0})
    assert run.summary == {"found": 4}
    assert collection.results.table(run, "items")["cluster"].to_pylist() == [0, 0, -1, 1]


def test_an_equal_run_takes_the_place_of_the_one_before(collection):
    assert save(collection, cluster=[0, 0, 0, 0]) == save(collection, cluster=[1, 1, 1, 1])
    (run,) = collection.results.runs()
    assert collection.results.table(run, "items")["cluster"].to_pylist() == [1, 1, 1, 1]


def test_the_oldest_runs_of_a_verb_go_and_those_of_others_stay(collection):
    other = save(collection, "map", x=[0.0] * 4)
    ids = [save(collection, seed=seed, cluster=[seed] * 4) for seed in range(10)]
    assert [run.id for run in collection.results.runs("clusters")] == ids[:1:-1]
    assert collection.results.get(other).verb == "map"
    with pytest.raises(ResultMissing, match=ids[0]):
        collection.results.get(ids[0])


def test_filters_read_the_newest_run_and_pinned_ones_the_run_they_name(collection):
    first = save(collection, seed=1, cluster=[7, 7, 8, None])
    save(collection, seed=2, cluster=[9, 9, 9, 9])
    seven = parse_filter("cluster:7")
    assert collection.catalogue.ids_where(seven) == []
    before = collection.pinned({"clusters": first})
    assert before.catalogue.ids_where(seven) == sorted(one.item.id for one in batch(0, 2))


def test_a_catalogue_sees_a_run_that_came_after_it_was_opened(collection):
    save(collection, seed=1, cluster=[7, 7, 7, 7])
    assert len(collection.catalogue.ids_where(parse_filter("cluster:7"))) == 4
    save(collection, seed=2, cluster=[7, 8, 8, 8])
    collection.catalogue.refresh()
    assert len(collection.catalogue.ids_where(parse_filter("cluster:7"))) == 1


def test_a_damaged_result_asks_to_be_run_again(collection):
    id_ = save(collection, cluster=[0] * 4)
    (collection.path / "results" / id_ / "items.arrow").write_bytes(b"nonsense")
    with pytest.raises(ResultMissing, match="Run: embedcurate clusters"):
        collection.results.table(collection.results.get(id_), "items")


def test_contents_change_with_items_alone(collection):
    before, version = collection.contents(), collection.version()
    with collection.writer() as writer:
        writer.mark([batch(0, 1)[0].item.id], stars=2)
        writer.compact()
    assert collection.contents() == before
    assert collection.version() != version
    with collection.writer() as writer:
        writer.store([encoded("new.png")])
    assert collection.contents() != before


def test_contents_follow_from_what_there_is_and_not_from_its_order(tmp_path):
    whole = filled(tmp_path / "a")
    parts = filled(tmp_path / "b", commits=7)
    assert whole.version() == parts.version()


def test_a_matrix_has_the_vectors_of_items_in_the_order_of_their_ids(collection):
    matrix = collection.matrix("shared")
    ids = matrix.ids.astype(str).tolist()
    assert ids == sorted(ids)
    assert np.array_equal(matrix.vectors, collection.vectors(ids, "shared"))
    assert np.array_equal(collection.catalogue.ids[matrix.rows], matrix.ids)


def test_a_matrix_of_some_has_those_that_match_and_have_a_vector(collection):
    texts = collection.matrix("shared", parse_filter("modality:text"))
    assert set(texts.ids.astype(str)) == {
        one.item.id for one in batch(0, 30) if one.item.modality is Modality.TEXT
    }
    with collection.writer() as writer:  # rows that came after the resident copy was made
        writer.store([encoded("later.txt", Modality.TEXT, parts=2)])
    collection.catalogue.refresh()
    assert len(collection.matrix("shared", parse_filter("modality:text"))) == len(texts) + 1
    assert len(collection.matrix("shared", parse_filter("path:nowhere"))) == 0


def test_a_selection_keeps_its_order_and_its_story(collection):
    ids = [one.item.id for one in batch(0, 5)][::-1]
    with collection.writer() as writer:
        writer.save_selection("train set", ids, "format = 1\n")
    kept = Collection.open(collection.path).selections.get("train set")
    assert (kept.ids, kept.story) == (tuple(ids), "format = 1\n")
    assert collection.selections.names() == ["train set"]
    assert collection.catalogue.ids_where(parse_filter('selection:"train set"')) == sorted(ids)


def test_an_altered_selection_is_noticed(collection):
    ids = [one.item.id for one in batch(0, 2)]
    with collection.writer() as writer:
        writer.save_selection("s", ids, "")
    file = collection.path / "selections" / "s.json"
    file.write_bytes(file.read_bytes().replace(ids[0].encode(), ids[0][::-1].encode()))
    with pytest.raises(CollectionDamaged, match="'s' was altered"):
        collection.selections.get("s")


@pytest.mark.parametrize("name", ["../out", "a/b", "", ".hidden", "x" * 81, "new\nline"])
def test_a_name_that_could_leave_the_folder_is_refused(collection, name):
    with collection.writer() as writer, pytest.raises(QueryError, match="can't be named"):
        writer.save_selection(name, [], "")
    with pytest.raises(UnknownSelection):
        collection.selections.get(name)


def test_an_unknown_selection_suggests_a_known_one(collection):
    with collection.writer() as writer:
        writer.save_selection("holiday", [], "")
    with pytest.raises(UnknownSelection, match="Did you mean 'holiday'"):
        collection.catalogue.mask(parse_filter("selection:holidays"))


def test_a_renamed_selection_is_what_it_was_and_takes_no_other_ones_place(collection):
    ids = [one.item.id for one in batch(0, 3)]
    with collection.writer() as writer:
        writer.save_selection("first", ids, "a story")
    before = collection.selections.get("first")
    with collection.writer() as writer:
        writer.save_selection("other", ids[:1], "")
        writer.rename_selection("first", "second")
    assert collection.selections.get("second") == replace(before, name="second")
    assert collection.selections.names() == ["other", "second"]
    taken = "a selection 'other' already"
    with collection.writer() as writer, pytest.raises(QueryError, match=taken):
        writer.rename_selection("second", "other")
    with collection.writer() as writer, pytest.raises(QueryError, match="can't be named"):
        writer.rename_selection("second", "../out")
    with collection.writer() as writer, pytest.raises(UnknownSelection):
        writer.rename_selection("first", "third")
    with collection.writer() as writer:
        writer.rename_selection("second", "second")
    assert collection.selections.names() == ["other", "second"]


def test_a_replaced_selection_has_another_version(collection):
    assert collection.selections.version_of("s") == 0
    with collection.writer() as writer:
        writer.save_selection("s", [], "")
    first = collection.selections.version_of("s")
    with collection.writer() as writer:
        writer.save_selection("s", [], "other")
    assert 0 < first < collection.selections.version_of("s")
