import json

import numpy as np
import pytest

from embedcurate.collection import Collection, Encoded
from embedcurate.errors import QueryError, ResultMissing
from embedcurate.items import Modality
from embedcurate.outliers import score
from embedcurate.query import parse_filter
from tests.collection.store_material import SPACE, encoded


def made(name, axis, modality, label) -> Encoded:
    one = encoded(name, modality, label=label)
    vectors = {}
    for channel, noise in one.vectors.items():
        vectors[channel] = 0.4 * noise
        vectors[channel][axis] += 1
        vectors[channel] /= np.linalg.norm(vectors[channel])
    return Encoded(one.item, vectors)


def stored(path, *, reverse=False):
    """Store 40 pictures and 40 sounds of two kinds, and one odd picture with a copy of it."""
    made_items = [
        made(f"{modality}{number}", number % 2, modality, ["even", "odd"][number % 2])
        for modality in (Modality.IMAGE, Modality.AUDIO)
        for number in range(40)
    ]
    made_items[3] = made("image3", 1, Modality.IMAGE, "even")
    strange = made("strange", 9, Modality.IMAGE, None)
    copy = encoded("strange-copy", Modality.IMAGE)
    made_items += [strange, Encoded(copy.item, strange.vectors)]
    collection = Collection.create(path, SPACE)
    with collection.writer() as writer:
        writer.store(made_items[::-1] if reverse else made_items)
    return collection


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("outliers") / "c")


def test_the_odd_one_and_its_copy_come_first_with_a_reason(collection):
    found = score(collection, k=5)
    assert [item.path.name for item in found.items[:2]] in (
        ["strange", "strange-copy"],
        ["strange-copy", "strange"],
    )
    assert all(item.outlier for item in found.items[:2])
    assert "its 5 nearest pictures are at" in found.items[0].reason
    assert "leaving out 1 near-identical" in found.items[0].reason
    assert found.scored == 82
    assert len(found.items) == 5


def test_a_label_that_neighbours_contradict_is_told_in_words(collection):
    (label,) = score(collection).labels
    assert label.path.name == "image3"
    assert (label.label, label.expected) == ("even", "odd")
    assert label.reason.startswith("labelled even, but ")
    assert label.reason.endswith("of its 10 nearest labelled neighbours are odd")


def test_filters_read_the_run(tmp_path):
    collection = stored(tmp_path / "c")
    with pytest.raises(ResultMissing, match="embedcurate outliers"):
        collection.catalogue.mask(parse_filter("is:outlier"))
    found = score(collection)
    collection.catalogue.refresh()
    flagged = collection.catalogue.ids_where(parse_filter("is:outlier"))
    assert sorted(flagged) == sorted(item.id for item in found.items if item.outlier)
    run = collection.results.latest("outliers")
    assert run is not None
    assert run.version == collection.contents()
    assert len(collection.results.table(run, "items")) == 82
    assert collection.results.table(run, "labels")["label"].to_pylist() == ["even"]


def test_the_order_in_which_items_came_does_not_matter(collection, tmp_path):
    one, two = score(collection), score(stored(tmp_path / "c", reverse=True))
    assert one.as_document() == two.as_document()


def test_each_kind_is_compared_in_the_channel_it_has_to_itself(collection):
    assert score(collection).channels == {"audio": "shared", "image": "visual"}
    assert score(collection, channel="shared").channels == {"audio": "shared", "image": "shared"}
    only = score(collection, modalities=[Modality.AUDIO])
    assert {item.modality for item in only.items} == {Modality.AUDIO}
    with pytest.raises(QueryError, match="no channel 'smell'"):
        score(collection, channel="smell")


def test_the_document_is_json(collection):
    document = json.loads(json.dumps(score(collection, k=3).as_document(), allow_nan=False))
    assert set(document["items"][0]) == {
        "id", "path", "modality", "score", "isolation", "glosh", "outlier", "reason",
    }  # fmt: skip
    assert document["labels"][0]["expected"] == "odd"
    assert document["scored"] == 82


def test_a_collection_of_nothing_has_no_outliers(tmp_path):
    found = score(Collection.create(tmp_path / "c", SPACE))
    assert (found.scored, found.outliers, found.items) == (0, 0, ())
