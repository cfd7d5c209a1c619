"""One outcome a file; nothing is encoded twice; what moved keeps its marks."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from embedcurate.errors import Cancelled, CollectionLocked
from embedcurate.indexing import index
from embedcurate.items import Modality, Outcome, item_id
from embedcurate.sources import Annotations
from embedcurate.testing import make_picture, make_text, tiny_space
from tests.indexing.material import make_sources, new_collection, outcomes, run


def test_every_file_ends_in_one_outcome_and_originals_stay(
    tmp_path: Path, unchanged: Callable[[Path], None]
) -> None:
    sources = make_sources(tmp_path / "sources")
    (sources / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    (sources / "other.xml").write_text("<a/>")
    unchanged(sources)
    collection = new_collection(tmp_path / "collection")
    report = run(collection, sources)
    assert report.seen == 17
    assert outcomes(report) == (15, 1, 1, 0, 0)
    assert [failure.path.name for failure in report.failures] == ["broken.png"]
    assert collection.counts() == {"audio": 3, "image": 8, "text": 4}
    assert collection.outcomes() == {"failed": 1, "ok": 15}


def test_stored_facts_are_those_of_the_files(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    paths = [
        sources / "pictures" / "red-disc.png",
        sources / "sounds" / "low.wav",
        sources / "texts" / "red.txt",
    ]
    picture, sound, text = collection.items([item_id(path) for path in paths])
    assert (picture.facts.width_px, picture.facts.height_px) == (96, 64)
    assert (sound.facts.duration_s, sound.facts.rate_hz, sound.facts.channels) == (1.0, 16000, 1)
    assert text.facts.characters == len("A red thing.\n")
    assert [one.modality for one in (picture, sound, text)] == ["image", "audio", "text"]


def test_a_long_sound_has_segments_and_a_short_one_none(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    long, short = (item_id(sources / "sounds" / name) for name in ("long.wav", "low.wav"))
    segments = collection.segments([long, short])
    assert list(segments) == [long]
    starts = [segment.start for segment, _ in segments[long]]
    assert starts == sorted(starts)
    assert segments[long][-1][0].end == pytest.approx(30, abs=0.1)
    mean = np.mean([vector for _, vector in segments[long]], axis=0)
    [whole] = collection.vectors([long], "shared")
    np.testing.assert_allclose(whole, mean / np.linalg.norm(mean), atol=1e-5)


def test_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    picture = sources / "pictures" / "red-disc.png"
    status = picture.stat()
    picture.write_bytes(b"0" * status.st_size)
    os.utime(picture, ns=(status.st_atime_ns, status.st_mtime_ns))
    before = collection.version()
    report = run(collection, sources)
    assert outcomes(report) == (15, 0, 0, 0, 15)
    assert collection.version() == before


def test_a_changed_file_is_encoded_again(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    path = sources / "pictures" / "red-disc.png"
    [red] = collection.vectors([item_id(path)], "shared")
    make_picture(path, colour="blue", shape="stripes")
    report = run(collection, sources)
    assert report.reused == 14
    [striped] = collection.vectors([item_id(path)], "shared")
    [disc] = collection.vectors([item_id(path.with_name("blue-disc.png"))], "shared")
    assert striped @ disc > striped @ red


def test_a_touched_file_keeps_its_vector(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    path = sources / "pictures" / "red-disc.png"
    os.utime(path, ns=(0, 10**18))
    assert outcomes(run(collection, sources)) == (15, 0, 0, 0, 15)
    assert collection.items([item_id(path)])[0].mtime_ns == 10**18


@pytest.mark.parametrize("new_name", ["renamed.png", "moved/elsewhere/red-disc.png"])
def test_a_renamed_or_moved_file_keeps_vector_and_marks(tmp_path: Path, new_name: str) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    old = sources / "pictures" / "red-disc.png"
    [vector] = collection.vectors([item_id(old)], "visual")
    with collection.writer() as writer:
        writer.mark([item_id(old)], add=["dog"], pick="pick", stars=4, note="the best")
    new = sources / new_name
    new.parent.mkdir(parents=True, exist_ok=True)
    old.rename(new)
    report = run(collection, sources)
    assert (report.moved, report.reused, report.missing) == (1, 15, 0)
    marks = collection.marks([item_id(new)])[item_id(new)]
    assert (marks.tags, marks.pick, marks.stars, marks.note) == ({"dog"}, "pick", 4, "the best")
    np.testing.assert_array_equal(collection.vectors([item_id(new)], "visual")[0], vector)
    assert item_id(old) not in collection.known()["id"].to_pylist()


def test_two_files_that_swap_their_names_swap_their_vectors(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    red, blue = (sources / "texts" / name for name in ("red.txt", "blue.txt"))
    before = collection.vectors([item_id(red), item_id(blue)], "shared")
    red.rename(sources / "x.txt")
    blue.rename(red)
    (sources / "x.txt").rename(blue)
    run(collection, sources)
    after = collection.vectors([item_id(red), item_id(blue)], "shared")
    np.testing.assert_array_equal(after, before[::-1])


def test_vanished_files_become_missing_and_come_back(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    path = sources / "texts" / "red.txt"
    with collection.writer() as writer:
        writer.mark([item_id(path)], add=["keep"])
    path.rename(tmp_path / "away.txt")
    report = run(collection, sources)
    assert report.missing == 1
    assert collection.items([item_id(path)])[0].outcome is Outcome.MISSING
    (tmp_path / "away.txt").rename(path)
    report = run(collection, sources)
    assert (report.missing, report.reused) == (0, 15)
    assert collection.items([item_id(path)])[0].outcome is Outcome.OK
    assert collection.marks([item_id(path)])[item_id(path)].tags == {"keep"}


def test_items_of_other_sources_are_not_missing(tmp_path: Path) -> None:
    one, other = make_sources(tmp_path / "one"), make_sources(tmp_path / "other")
    collection = new_collection(tmp_path / "collection")
    run(collection, one, other)
    shutil.rmtree(other)
    other.mkdir()
    assert run(collection, one).missing == 0
    assert run(collection, other).missing == 15


def test_the_same_bytes_are_encoded_once(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    for number in range(5):
        shutil.copy(sources / "sounds" / "long.wav", sources / f"copy{number}.wav")
    collection = new_collection(tmp_path / "collection")
    report = run(collection, sources)
    assert outcomes(report) == (20, 0, 0, 0, 5)
    ids = [item_id(sources / f"copy{number}.wav") for number in range(5)]
    original = item_id(sources / "sounds" / "long.wav")
    vectors = collection.vectors([original, *ids], "shared")
    assert (vectors == vectors[0]).all()
    assert len(collection.segments(ids)) == 5
    later = sources / "later.wav"
    shutil.copy(sources / "sounds" / "long.wav", later)
    assert run(collection, sources).reused == 21


def test_a_failed_file_is_tried_again_when_it_changes_or_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "sources" / "a.png"
    make_text(path, "no picture")
    collection = new_collection(tmp_path / "collection")
    for _ in range(2):
        assert outcomes(run(collection, path.parent)) == (0, 0, 1, 0, 0)
    status = path.stat()
    make_picture(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert run(collection, path.parent).ok == 1


def test_rows_of_a_table_are_items_and_only_changed_ones_are_encoded(tmp_path: Path) -> None:
    table = tmp_path / "sources" / "texts.csv"
    make_text(table, "text,label,split\nred,a,train\nblue,b,test\n,c,\ngreen,,\n")
    collection = new_collection(tmp_path / "collection")
    report = run(collection, table.parent)
    assert outcomes(report) == (3, 0, 1, 0, 0)
    rows = collection.items([item_id(table, row) for row in range(4)])
    assert [(row.row, row.label, row.split) for row in rows] == [
        (0, "a", "train"),
        (1, "b", "test"),
        (2, "c", None),
        (3, None, None),
    ]
    assert outcomes(run(collection, table.parent)) == (3, 0, 1, 0, 3)
    make_text(table, "text,label,split\nred,a,train\nyellow,b,test\n")
    os.utime(table, ns=(0, 10**18))
    report = run(collection, table.parent)
    assert (report.ok, report.reused, report.missing) == (2, 1, 2)


def test_captions_labels_and_splits_become_columns_and_follow_their_source(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    picture = make_picture(root / "train" / "discs" / "a.png")
    sidecar = make_text(picture.with_suffix(".txt"), "a red disc\n")
    annotations = Annotations(captions="sidecar", labels="folder", splits="folder")
    collection = new_collection(tmp_path / "collection")
    report = run(collection, root, annotations=annotations)
    assert report.seen == 1
    [item] = collection.items([item_id(picture)])
    assert (item.caption, item.label, item.split) == ("a red disc", "discs", "train")
    make_text(sidecar, "a round red thing\n")
    os.utime(sidecar, ns=(0, 2 * 10**18))
    report = run(collection, root, annotations=annotations)
    assert report.reused == 1
    assert collection.items([item_id(picture)])[0].caption == "a round red thing"
    assert [match.kind for match in collection.match_text("round")] == ["caption"]


def test_only_the_modalities_asked_for_are_indexed_and_others_are_not_missing(
    tmp_path: Path,
) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    run(collection, sources)
    report = index(collection, tiny_space(), [sources], modalities={Modality.TEXT})
    assert (report.seen, report.missing) == (4, 0)


def test_cancelling_keeps_what_was_encoded_and_the_next_run_goes_on(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")

    def stop(done: int, total: int | None, doing: str) -> None:
        if done == 10:
            raise Cancelled

    with pytest.raises(Cancelled):
        index(collection, tiny_space(), [sources], progress=stop)
    kept = sum(collection.counts().values())
    assert 0 < kept <= 10
    report = run(collection, sources)
    assert outcomes(report) == (15, 0, 0, 0, kept)


def test_a_second_writer_is_told_who_holds_the_collection(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    collection = new_collection(tmp_path / "collection")
    with collection.writer(), pytest.raises(CollectionLocked, match="process"):
        run(collection, sources)


def test_progress_counts_every_file_up_to_the_total(tmp_path: Path) -> None:
    sources = make_sources(tmp_path / "sources")
    seen = []
    index(
        new_collection(tmp_path / "collection"),
        tiny_space(),
        [sources],
        progress=lambda done, total, doing: seen.append((done, total, doing)),
    )
    counted = [done for done, _, _ in seen]
    assert counted == sorted(counted)
    assert set(counted) | {0} == set(range(16))
    assert {total for _, total, _ in seen} <= {None, 15}
