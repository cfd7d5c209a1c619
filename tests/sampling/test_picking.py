import json

import numpy as np
import pyarrow as pa
import pytest

from embedcurate.collection import Collection, Encoded
from embedcurate.errors import Cancelled, QueryError, ResultMissing, UnknownItem
from embedcurate.filters import Compare, Glob, Tagged
from embedcurate.items import Modality
from embedcurate.sampling import estimate, pick
from tests.collection.store_material import SPACE, encoded

LABELS = ("bird", "cat", "dog")


def stored(path, names, **facts):
    """Store pictures, every fourth of the names a sound, each in a clump of its label."""
    collection = Collection.create(path, SPACE)
    with collection.writer() as writer:
        writer.store([made(name, **facts) for name in names])
    return collection


def made(name, **facts) -> Encoded:
    number = int(name.removeprefix("i"))
    modality = Modality.AUDIO if number % 4 == 0 else Modality.IMAGE
    label = LABELS[min(number // 20, 2)]
    one = encoded(name, modality, label=None if number % 10 == 9 else label, **facts)
    vectors = dict(one.vectors)
    vectors["shared"] = 0.3 * vectors["shared"]
    vectors["shared"][LABELS.index(label)] += 1
    vectors["shared"] /= np.linalg.norm(vectors["shared"])
    return Encoded(one.item, vectors)


NAMES = [f"i{number}" for number in range(80)]


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("picking") / "c", NAMES)


def ids_where(collection, expression):
    return collection.catalogue.ids_where(expression)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"strategies": {"representative": 1, "random": 2}},
        {"strategies": {"typical": 1}, "random_state": 3},
        {"by": "label", "quotas": {"bird": 2}},
        {"by": "label", "each": "random"},
    ],
)
def test_the_same_seed_gives_the_same_list_in_whatever_order_items_came(
    collection, tmp_path, options
):
    other = stored(tmp_path / "c", NAMES[::-1])
    one, two = pick(collection, size=20, **options), pick(other, size=20, **options)
    assert one.ids == two.ids
    assert one.strategies == two.strategies
    assert len(set(one.ids)) == 20


def test_kinds_share_the_size_in_proportion_and_every_item_has_its_kind(collection):
    sample = pick(collection, size=20)
    kinds = [item.modality for item in sample.items]
    assert kinds.count(Modality.AUDIO) == 5
    assert set(kinds[:5]) == {Modality.AUDIO, Modality.IMAGE}
    assert set(sample.coverage.modalities) == {"audio", "image"}


def test_what_must_be_in_is_first_and_what_must_not_is_out(collection):
    birds = ids_where(collection, Compare("label", "=", "bird"))
    cats = ids_where(collection, Compare("label", "=", "cat"))
    sample = pick(
        collection,
        size=20,
        where=Compare("label", "=", "cat"),
        must=birds[:2],
        must_not=cats[:5],
        start=cats[5:7],
    )
    assert list(sample.ids[:2]) == birds[:2]
    assert sample.strategies[:2] == ("must", "must")
    assert set(sample.ids[2:]) == set(cats[7:])
    assert "Only 13 items are eligible" in sample.notes[0]
    assert sample.coverage.items == len(cats) - 7 + 2


def test_classes_get_equal_shares_and_quotas(collection):
    label_of = dict(
        zip(
            collection.catalogue.ids.astype(str).tolist(),
            collection.catalogue.column("label").to_pylist(),
            strict=True,
        )
    )
    sample = pick(collection, size=24, by="label")
    assert sorted(label_of[id_] for id_ in sample.ids) == [
        *["bird"] * 8,
        *["cat"] * 8,
        *["dog"] * 8,
    ]
    assert sample.notes == ("8 of the eligible items have no label to be balanced by.",)
    sample = pick(collection, size=24, by="label", quotas={"cat": 2})
    assert [label_of[id_] for id_ in sample.ids].count("cat") == 2
    sample = pick(collection, size=70, by="label")
    assert [label_of[id_] for id_ in sample.ids].count("bird") == 18


def test_kinds_and_tags_are_classes_too(collection, tmp_path):
    sample = pick(collection, size=10, by="modality")
    assert [item.modality for item in sample.items].count(Modality.AUDIO) == 5
    other = stored(tmp_path / "c", NAMES[:40])
    with other.writer() as writer:
        writer.mark(other.catalogue.ids_where(Glob("path", "*i1?")), add={"teen"})
        writer.mark(other.catalogue.ids_where(Glob("path", "*i2?")), add={"twenty"})
    sample = pick(other, size=12, by="tag:teen,twenty")
    assert sorted(item.path.name[1] for item in sample.items) == ["1"] * 6 + ["2"] * 6


def test_clusters_are_classes_and_noise_is_none(tmp_path):
    collection = stored(tmp_path / "c", NAMES[:30])
    with pytest.raises(ResultMissing, match="embedcurate clusters"):
        pick(collection, size=4, by="cluster")
    ids = collection.catalogue.ids.astype(str)
    clusters = np.arange(30, dtype=np.int32) % 3 - 1
    collection.results.save(
        "clusters",
        {"items": pa.table({"id": pa.array(ids, pa.string()), "cluster": clusters})},
        version=collection.contents(),
        parameters={},
        summary={},
        seconds=0.0,
    )
    sample = pick(collection, size=8, by="cluster")
    found = [clusters[ids.tolist().index(id_)] for id_ in sample.ids]
    assert sorted(found) == [0] * 4 + [1] * 4


def test_fewer_eligible_items_than_asked_for_are_all_returned_with_a_note(collection):
    sample = pick(collection, size=1000)
    assert len(sample.ids) == 80
    assert sample.notes == (
        "Only 80 items are eligible, fewer than the 1000 asked for: all are in.",
    )
    assert sample.coverage.cover is not None
    assert sample.coverage.cover.radius == 0
    nothing = pick(collection, size=5, where=Tagged("nowhere"))
    assert nothing.ids == ()
    assert nothing.notes == ("No item is eligible: the filters match none that can be compared.",)
    assert nothing.as_document()["items"] == []


def test_no_two_picks_are_nearer_than_the_least_distance(collection):
    sample = pick(collection, size=80, min_distance=0.6, modalities=["image"])
    assert 1 < len(sample.ids) < 60
    assert (sample.distances >= 0.6 - 1e-5).all()
    assert "0.6 or more away" in sample.notes[0]
    assert sample.coverage.cover is not None


def test_the_run_is_kept_with_what_it_was_asked(collection):
    sample = pick(collection, size=6, where=Compare("label", "=", "dog"), random_state=5)
    run = collection.results.latest("sample")
    assert run is not None
    assert run.version == collection.contents()
    assert run.parameters["where"] == ["label:dog"]
    assert run.parameters["random_state"] == 5
    kept = collection.results.table(run, "items").to_pydict()
    assert tuple(kept["id"]) == sample.ids
    assert kept["place"] == list(range(6))
    assert kept["strategy"] == ["diverse"] * 6


def test_a_run_that_is_cancelled_leaves_nothing(tmp_path):
    collection = stored(tmp_path / "c", NAMES[:20])

    def cancel(done, total, doing):
        if "coverage" in doing:
            raise Cancelled

    with pytest.raises(Cancelled):
        pick(collection, size=5, progress=cancel)
    assert collection.results.latest("sample") is None


def test_the_document_is_json_and_says_how_each_item_came_in(collection):
    document = json.loads(json.dumps(pick(collection, size=6).as_document(), allow_nan=False))
    assert set(document["items"][0]) == {"id", "path", "modality", "strategy", "distance"}
    assert document["items"][0]["distance"] is None
    assert 0 < document["items"][-1]["distance"] <= 2
    assert document["coverage"]["items"] == 80
    assert document["coverage"]["beside"]["random"]["radius"] > 0


def test_only_items_with_a_vector_in_the_channel_are_eligible(collection):
    sample = pick(collection, size=100, channel="visual")
    assert {item.modality for item in sample.items} == {Modality.IMAGE}
    assert len(sample.items) == 60


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"strategies": {"diverce": 1}}, "There is no strategy 'diverce'"),
        ({"strategies": {"diverse": 0}}, "a weight above 0"),
        ({"strategies": {"balanced": 1}}, "Say what to balance by"),
        ({"strategies": {"random": 1}, "by": "label"}, "Only the strategy 'balanced'"),
        ({"by": "lable"}, "Did you mean 'label'"),
        ({"by": "tag:"}, "Name the tags"),
        ({"quotas": {"cat": 3}}, "Quotas need"),
        ({"by": "label", "quotas": {"cats": 3}}, "Did you mean 'cat'"),
        ({"by": "label", "quotas": {"cat": 30}}, "The quotas ask for 30"),
        ({"by": "label", "quotas": {"cat": -1}}, "takes 0 or more"),
        ({"by": "label", "each": "balanced"}, "another strategy"),
        ({"strategies": {"random": 1}, "min_distance": 0.1}, "keeps a least distance"),
        ({"min_distance": 3}, "from 0 to 2"),
        ({"size": 0}, "1 item or more"),
        ({"density_floor": 1.0}, "a share from 0"),
        ({"channel": "smell"}, "There is no channel 'smell'"),
    ],
)
def test_options_at_odds_are_explained(collection, options, message):
    with pytest.raises(QueryError, match=message):
        pick(collection, **{"size": 10, **options})


def test_ids_that_are_not_there_or_contradict_each_other_are_errors(collection):
    one, two = ids_where(collection, Compare("label", "=", "dog"))[:2]
    with pytest.raises(UnknownItem):
        pick(collection, size=5, must=["0" * 32])
    with pytest.raises(QueryError, match="must not be"):
        pick(collection, size=5, must=[one], must_not=[one])
    with pytest.raises(QueryError, match="2 items must be in"):
        pick(collection, size=1, must=[one, two])
    sound = ids_where(collection, Compare("modality", "=", "audio"))[0]
    with pytest.raises(QueryError, match="another modality"):
        pick(collection, size=5, must=[sound], modalities=["image"])


def test_an_estimate_is_what_would_be_picked_and_keeps_no_sample(tmp_path):
    collection = stored(tmp_path / "c", NAMES)
    options = {"size": 9, "by": "label", "min_distance": 0.05}
    told = estimate(collection, **options)
    assert collection.results.latest("sample") is None
    assert not told.is_of_a_part
    likened = told.sample.coverage.likened
    assert likened is not None
    assert likened.medoids is None
    assert likened.random.mean > 0
    picked = pick(collection, **options)
    assert told.sample.ids == picked.ids
    assert told.sample.coverage.curve == picked.coverage.curve


@pytest.mark.parametrize("strategy", ["diverse", "typical", "representative", "random"])
def test_of_many_items_a_part_is_looked_at_what_must_be_in_included(collection, strategy):
    dogs = ids_where(collection, Compare("label", "=", "dog"))
    told = estimate(collection, size=10, at_most=30, must=dogs[:2], strategies={strategy: 1})
    assert told.is_of_a_part
    assert told.drawn_from == 80
    assert 30 <= told.sample.coverage.items <= 32
    assert told.sample.ids[:2] == tuple(dogs[:2])
    assert len(set(told.sample.ids)) == 10


def test_the_cover_of_a_part_is_that_of_items_which_are_not_picked(collection):
    told = estimate(collection, size=10, at_most=40, strategies={"random": 1})
    inside = 1 - np.float32(10 / 40)
    likened = told.sample.coverage.likened
    assert told.sample.coverage.cover.mean == pytest.approx(likened.sample.mean, rel=1e-3)
    whole = estimate(collection, size=10, strategies={"random": 1}).sample.coverage
    assert likened.random.mean == pytest.approx(whole.likened.random.mean / inside, rel=0.3)


def test_an_estimate_among_ids_picks_no_others(collection):
    cats = ids_where(collection, Compare("label", "=", "cat"))
    told = estimate(collection, size=5, among=cats)
    assert set(told.sample.ids) <= set(cats)
    assert told.drawn_from == len(cats)


def test_what_is_not_told_in_a_moment_is_said(collection):
    with pytest.raises(QueryError, match="How 2,001 items cover 80 is not told in a moment"):
        estimate(collection, size=2001, at_most=79)
