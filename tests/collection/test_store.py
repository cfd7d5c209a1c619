from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest

from embedcurate.collection import Collection, Marks
from embedcurate.collection.verify import verify
from embedcurate.errors import (
    CollectionLocked,
    FolderNotEmpty,
    NotACollection,
    SpaceMismatch,
    UnknownItem,
    UnusableVector,
)
from embedcurate.items import Facts, Modality, Outcome, Segment, item_id
from tests.collection.store_material import SPACE, batch, contents, encoded, filled, item, renamed


@pytest.fixture
def collection(tmp_path):
    return Collection.create(tmp_path / "c", SPACE)


def ids_of(encoded_items):
    return [one.item.id for one in encoded_items]


def test_what_was_stored_is_read_back_in_the_order_asked_for(collection):
    stored = batch(0, 20)
    with collection.writer() as writer:
        writer.store(stored)
    back = Collection.open(collection.path)
    wanted = stored[::-1]
    assert back.items(ids_of(wanted)) == [one.item for one in wanted]
    vectors = back.vectors(ids_of(wanted), "shared")
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, np.stack([one.vectors["shared"] for one in wanted]))
    segments = back.segments(ids_of(wanted))
    assert set(segments) == {one.item.id for one in wanted if one.segments}
    for one in wanted:
        for (part, vector), (found, found_vector) in zip(
            one.segments, segments.get(one.item.id, []), strict=True
        ):
            assert part == found
            assert np.array_equal(vector["shared"], found_vector)
    assert back.counts() == {"image": 13, "text": 7}
    assert back.outcomes() == {"ok": 20}


def test_all_fields_of_an_item_come_back_and_so_does_an_undecodable_path(collection):
    facts = Facts("flac", duration_s=1.5, rate_hz=16000, channels=2, characters=2**40, note="short")
    path = Path("/s/\udcff\n🎈'.flac")
    odd = replace(
        item("x", Modality.AUDIO, facts=facts, caption="c", label="l", split="train"),
        id=item_id(path, 7), path=path, row=7, outcome=Outcome.FAILED, reason="why \ud800",
    )  # fmt: skip
    with collection.writer() as writer:
        writer.record([odd])
    assert collection.items([odd.id]) == [replace(odd, reason="why ?")]


def test_more_ids_than_one_expression_takes_are_found_too(collection):
    stored = [encoded(f"{i}.png") for i in range(2500)]
    with collection.writer() as writer:
        writer.store(stored)
    wanted = ids_of(stored)[::-1]
    assert [found.id for found in collection.items(wanted)] == wanted
    expected = np.stack([one.vectors["visual"] for one in stored[::-1]])
    assert np.array_equal(collection.vectors(wanted, "visual"), expected)


def test_an_item_that_is_not_there_is_named(collection):
    with pytest.raises(UnknownItem, match="nowhere"):
        collection.items(["nowhere"])
    with pytest.raises(UnknownItem, match="nowhere"):
        collection.vectors(["nowhere"], "shared")
    assert collection.items([]) == []
    assert collection.vectors([], "shared").shape == (0, SPACE.channels[0].dimension)


def test_storing_again_replaces_vectors_segments_and_texts(collection):
    old = encoded("a.txt", Modality.TEXT, parts=4)
    new = encoded("a.txt", Modality.TEXT, parts=2, salt="new", content="other", caption="late")
    with collection.writer() as writer:
        writer.store([old])
        writer.store([new])
        id_ = old.item.id
        assert np.array_equal(collection.vectors([id_], "shared")[0], new.vectors["shared"])
        assert [part for part, _ in collection.segments([id_])[id_]] == [
            Segment(0, 1),
            Segment(1, 2),
        ]
        assert {match.kind for match in collection.match_text("late words")} == {
            "caption",
            "passage",
        }
        assert len(collection.match_text("words", limit=None)) == 2
        writer.store([encoded("a.txt", Modality.TEXT)])
    assert collection.segments([id_]) == {}
    assert verify(collection.path).is_whole


def test_a_batch_with_the_same_item_twice_keeps_the_last(collection):
    first, last = encoded("a.png", salt="1"), encoded("a.png", salt="2")
    with collection.writer() as writer:
        writer.store([first, last])
    assert np.array_equal(collection.vectors([last.item.id], "shared")[0], last.vectors["shared"])
    assert collection.outcomes() == {"ok": 1}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda v: v * np.nan, "not finite"),
        (lambda v: v * 2, "length is 2"),
        (lambda v: v[:-1], "dimensions"),
    ],
)
def test_an_unusable_vector_is_refused_by_name_before_anything_is_written(collection, spoil, why):
    good, bad = encoded("good.png"), encoded("bad.png")
    bad = replace(bad, vectors={**bad.vectors, "visual": spoil(bad.vectors["visual"])})
    with collection.writer() as writer:
        with pytest.raises(UnusableVector, match=r"bad\.png.*" + why):
            writer.store([good, bad])
        assert collection.outcomes() == {}
        writer.store([good])
    assert collection.outcomes() == {"ok": 1}


def test_an_item_without_a_vector_of_its_channel_is_refused(collection):
    lacking = replace(encoded("a.png"), vectors={})
    with collection.writer() as writer, pytest.raises(UnusableVector, match="none in 'shared'"):
        writer.store([lacking])


def test_missing_items_keep_their_vectors_and_failed_ones_lose_them(collection):
    missing, failed = (
        encoded("m.txt", Modality.TEXT, parts=2),
        encoded("f.txt", Modality.TEXT, parts=2),
    )
    with collection.writer() as writer:
        writer.store([missing, failed])
        writer.record(
            [
                replace(missing.item, outcome=Outcome.MISSING),
                replace(failed.item, outcome=Outcome.FAILED, reason="broken"),
            ]
        )
    assert len(collection.vectors([missing.item.id], "shared")) == 1
    with pytest.raises(UnknownItem):
        collection.vectors([failed.item.id], "shared")
    assert set(collection.segments([missing.item.id, failed.item.id])) == {missing.item.id}
    assert collection.outcomes() == {"failed": 1, "missing": 1}
    assert collection.counts() == {}
    assert verify(collection.path).is_whole


def test_with_content_finds_ok_items_only(collection):
    one, gone = encoded("1.png"), encoded("2.png")
    with collection.writer() as writer:
        writer.store([one, gone])
        writer.record([replace(gone.item, outcome=Outcome.MISSING)])
    found = collection.with_content([one.item.content, gone.item.content, "x' OR '1'='1"])
    assert found == {one.item.content: one.item.id}


def test_a_copy_has_vectors_segments_and_passages_but_no_marks(collection):
    one = encoded("a.txt", Modality.TEXT, parts=3)
    twins = [renamed(one.item, "b.txt"), renamed(one.item, "c.txt")]
    with collection.writer() as writer:
        writer.store([one])
        writer.mark([one.item.id], stars=5)
        writer.copy([(one.item.id, twin) for twin in twins])
    for twin in twins:
        assert np.array_equal(collection.vectors([twin.id], "shared")[0], one.vectors["shared"])
        assert len(collection.segments([twin.id])[twin.id]) == 3
        assert collection.marks([twin.id]) == {twin.id: Marks()}
    found = {(m.item, m.segment) for m in collection.match_text("words 1", phrase=True)}
    assert found == {(id_, Segment(1, 2)) for id_ in (one.item.id, *(twin.id for twin in twins))}
    assert {match.item for match in collection.match_text("b", limit=None)} == {twins[0].id}
    assert verify(collection.path).is_whole


def test_a_move_carries_vectors_segments_texts_and_marks(collection):
    one = encoded("a.txt", Modality.TEXT, parts=3)
    moved = renamed(one.item, "sub/b.txt")
    with collection.writer() as writer:
        writer.store([one, encoded("other.png")])
        writer.mark([one.item.id], add={"x"}, pick="reject")
        writer.move([(one.item.id, moved)])
    assert collection.marks([moved.id])[moved.id] == Marks("reject", tags=frozenset({"x"}))
    assert collection.items([moved.id]) == [moved]
    assert np.array_equal(collection.vectors([moved.id], "shared")[0], one.vectors["shared"])
    assert len(collection.segments([moved.id])[moved.id]) == 3
    assert {match.item for match in collection.match_text("words", limit=None)} == {moved.id}
    with pytest.raises(UnknownItem):
        collection.items([one.item.id])
    assert collection.tables.count("marks") == 1
    assert verify(collection.path).is_whole


def test_two_files_that_swapped_their_names_swap_vectors_and_marks(collection):
    a, b = encoded("a.txt", Modality.TEXT, parts=2), encoded("b.txt", Modality.TEXT, parts=3)
    with collection.writer() as writer:
        writer.store([a, b])
        writer.mark([a.item.id], stars=1)
        writer.move([(a.item.id, renamed(a.item, "b.txt")), (b.item.id, renamed(b.item, "a.txt"))])
    vectors = collection.vectors([a.item.id, b.item.id], "shared")
    assert np.array_equal(vectors, np.stack([b.vectors["shared"], a.vectors["shared"]]))
    contents_now = [one.content for one in collection.items([a.item.id, b.item.id])]
    assert contents_now == [b.item.content, a.item.content]
    marks = collection.marks([a.item.id, b.item.id])
    assert (marks[a.item.id].stars, marks[b.item.id].stars) == (0, 1)
    assert len(collection.segments([a.item.id])[a.item.id]) == 3
    assert verify(collection.path).is_whole


def test_version_changes_with_items_marks_and_vectors_and_not_by_reading(collection):
    seen = [collection.version()]
    one = encoded("a.png")
    with collection.writer() as writer:
        writer.store([one])
        seen.append(collection.version())
        writer.mark([one.item.id], stars=1)
        seen.append(collection.version())
        writer.record([replace(one.item, outcome=Outcome.MISSING)])
    seen.append(collection.version())
    collection.items([one.item.id])
    collection.match_text("a")
    assert collection.version() == seen[-1]
    assert Collection.open(collection.path).version() == seen[-1]
    assert len(set(seen)) == 4


def test_a_reader_sees_what_is_committed_after_it_opened(collection):
    reader = Collection.open(collection.path)
    with collection.writer() as writer:
        writer.store(batch(0, 3))
        assert reader.outcomes() == {"ok": 3}


def test_iterating_gives_all_items_in_bounded_batches(tmp_path):
    collection = filled(tmp_path / "c", 30, commits=3)
    batches = list(collection.iter_items(["id"], rows=7))
    assert max(part.num_rows for part in batches) <= 7
    assert sum(part.num_rows for part in batches) == 30


def test_compacting_changes_nothing_that_a_reader_sees(tmp_path):
    collection = filled(tmp_path / "c", 30, commits=10)
    before = contents(collection)
    doing = []
    with collection.writer() as writer:
        writer.compact(lambda done, total, what: doing.append(what))
    assert contents(collection) == before
    assert collection.tables.open("items").stats()["fragment_stats"]["num_fragments"] == 1
    assert "compacting items" in doing
    assert verify(collection.path).is_whole


def test_many_small_commits_are_merged_without_being_asked(collection):
    one = encoded("a.png")
    with collection.writer() as writer:
        writer.store([one])
        for place in range(70):
            writer.record([item(f"{place}.png", outcome=Outcome.FAILED)])
    assert collection.tables.open("items").stats()["fragment_stats"]["num_fragments"] == 1
    assert collection.outcomes() == {"failed": 70, "ok": 1}


def test_old_versions_are_dropped_without_being_asked(collection, monkeypatch):
    one = encoded("a.png")
    with collection.writer() as writer:
        writer.store([one])
        for stars in [1, 2] * 40:
            writer.mark([one.item.id], stars=stars)
    versions = collection.path / "lance" / "marks.lance" / "_versions"
    assert len(list(versions.iterdir())) > 64
    monkeypatch.setattr("embedcurate.collection.compaction._KEPT_FOR", timedelta(milliseconds=1))
    with collection.writer():
        pass
    assert len(list(versions.iterdir())) < 8
    assert collection.marks([one.item.id])[one.item.id].stars == 2
    assert verify(collection.path).is_whole


def test_a_collection_is_not_made_among_other_files(tmp_path):
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(FolderNotEmpty, match="not empty"):
        Collection.create(tmp_path, SPACE)
    assert [entry.name for entry in tmp_path.iterdir()] == ["holiday.jpg"]
    Collection.create(tmp_path / "c", SPACE)
    with pytest.raises(FolderNotEmpty):
        Collection.create(tmp_path / "c", SPACE)


def test_a_creation_that_was_cut_short_can_be_done_again(tmp_path):
    Collection.create(tmp_path / "c", SPACE)
    (tmp_path / "c" / "collection.toml").unlink()
    with pytest.raises(NotACollection):
        Collection.open(tmp_path / "c")
    assert Collection.create(tmp_path / "c", SPACE).outcomes() == {}


def test_another_space_or_other_weights_are_refused(collection):
    collection.check_space(SPACE)
    with pytest.raises(SpaceMismatch, match="'tiny', not 'big'"):
        collection.check_space(replace(SPACE, name="big"))
    fewer = {m: e for m, e in SPACE.encoders.items() if m is not Modality.TEXT}
    with pytest.raises(SpaceMismatch, match="other weights"):
        collection.check_space(replace(SPACE, encoders=fewer))


def test_a_second_writer_is_told_who_writes(collection):
    with (
        collection.writer(doing="embedcurate index"),
        pytest.raises(CollectionLocked, match="written by embedcurate index, process"),
        collection.writer(),
    ):
        raise AssertionError("two writers")


def test_orphans_of_a_writer_that_died_are_dropped_by_the_next(collection):
    from embedcurate.collection.lock import HOLDER_NAME
    from embedcurate.collection.parts import vector_rows
    from embedcurate.collection.upsert import upsert

    upsert(collection.tables, "vectors_shared", vector_rows(batch(0, 3), SPACE.channels[0]))
    assert not verify(collection.path).is_whole
    (collection.path / HOLDER_NAME).write_text("{}")
    with collection.writer():
        pass
    assert verify(collection.path).is_whole
    assert not (collection.path / HOLDER_NAME).exists()


def test_of_those_who_make_a_collection_at_once_one_does(tmp_path):
    at_once = Barrier(3)

    def make(_):
        at_once.wait()
        try:
            return Collection.create(tmp_path / "c", SPACE)
        except FolderNotEmpty:
            return None

    with ThreadPoolExecutor(3) as makers:
        made = list(makers.map(make, range(3)))
    assert made.count(None) == 2
    assert Collection.open(tmp_path / "c").outcomes() == {}
