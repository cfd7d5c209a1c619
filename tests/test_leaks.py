import pytest

from embedcurate import leaks
from embedcurate.errors import QueryError
from embedcurate.query import parse_filter
from tests.duplicates.material import id_of, picture, scene, stored, writing

SENTENCE = "two brown dogs run along the beach while the sun goes down behind the pier"


def collection_of_splits(path):
    big = scene(1, 256)
    return stored(
        path,
        picture("train/dog.png", big, split="train", caption=SENTENCE),
        picture("test/dog.png", big.resize((128, 128)), split="test"),
        picture("train/cat.png", scene(2), split="train", content="cat"),
        picture("test/cat.png", scene(2), split="test", content="cat"),
        picture("train/bird.png", scene(3), split="train", caption="a bird on a bare branch"),
        picture("test/tree.png", scene(4), split="test", caption="A bird on a bare branch."),
        picture("val/cat.png", scene(2), split="val", content="cat"),
        writing("test/dog.txt", SENTENCE.upper(), split="test"),
        writing("train/far.txt", "numbers of ships that came into the harbour", split="train"),
        writing("free.txt", SENTENCE),
    )


def found_in(found):
    return {row["id"]: (row["partner"], row["kind"]) for row in found.items.to_pylist()}


def test_what_stands_in_both_splits_is_flagged_where_it_was_asked(tmp_path):
    collection = collection_of_splits(tmp_path / "c")
    expected = {
        id_of("train/dog.png"): (id_of("test/dog.png"), "near"),
        id_of("train/cat.png"): (id_of("test/cat.png"), "exact"),
    }
    assert found_in(leaks.find(collection)) == expected
    last = leaks.find(collection, flagged="last")
    assert set(found_in(last)) == {
        id_of("test/dog.png"), id_of("test/cat.png"), id_of("test/dog.txt"),
    }  # fmt: skip
    assert found_in(last)[id_of("test/dog.txt")] == (id_of("train/dog.png"), "caption")
    both = leaks.find(collection, flagged="both")
    assert set(found_in(both)) == set(found_in(last)) | set(expected)


def test_only_the_same_bytes_leak_exactly(tmp_path):
    found = leaks.find(collection_of_splits(tmp_path / "c"), level="exact")
    kinds = {kind for _, kind in found_in(found).values()}
    assert kinds == {"exact", "caption"}
    assert id_of("train/cat.png") in found_in(found)


def test_the_same_caption_under_other_media_is_told_apart(tmp_path):
    found = leaks.find(collection_of_splits(tmp_path / "c"))
    (row,) = found.captions.to_pylist()
    assert (row["id"], row["partner"]) == (id_of("train/bird.png"), id_of("test/tree.png"))
    assert id_of("train/bird.png") not in found_in(found)


def test_the_result_is_what_filters_read(tmp_path):
    collection = collection_of_splits(tmp_path / "c")
    leaks.find(collection, between=("val", "train"))
    collection.catalogue.refresh()
    assert collection.catalogue.ids_where(parse_filter("is:leak")) == [id_of("val/cat.png")]


def test_what_the_user_called_different_is_no_leak(tmp_path):
    collection = collection_of_splits(tmp_path / "c")
    with collection.writer() as writer:
        writer.decide([(id_of("train/dog.png"), id_of("test/dog.png"))], "different")
    partner, kind = found_in(leaks.find(collection))[id_of("train/dog.png")]
    assert (partner, kind) == (id_of("test/dog.txt"), "caption")


def test_a_split_that_no_item_has_is_named_with_those_that_there_are(tmp_path):
    collection = collection_of_splits(tmp_path / "c")
    with pytest.raises(QueryError, match=r"no split 'tset'.*It has: test, train, val"):
        leaks.find(collection, between=("train", "tset"))
    with pytest.raises(QueryError, match="nothing to compare"):
        leaks.find(collection, between=("train",))
    with pytest.raises(QueryError, match="None of its items has a split"):
        leaks.find(stored(tmp_path / "d", picture("a.png", scene(1))))
