"""A quick look finds what indexing would find, and proposes what seems meant."""

import json
from pathlib import Path

import pytest

from embedcurate.errors import Cancelled, SourceNotFound
from embedcurate.indexing import look
from embedcurate.items import Modality
from embedcurate.testing import make_text
from tests.indexing.material import make_sources


def touch(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def test_it_counts_by_modality_and_says_what_it_passed_by(tmp_path: Path) -> None:
    touch(make_sources(tmp_path / "media"), "a.xml", "b.xml", "c.zip")
    seen = look([tmp_path / "media"])
    assert dict(seen.items) == {Modality.IMAGE: 8, Modality.TEXT: 4, Modality.AUDIO: 3}
    assert dict(seen.passed) == {".xml": 2, ".zip": 1}
    assert (seen.more, seen.captions, seen.splits) == (False, (), ())


def test_more_files_than_the_limit_are_told_not_counted(tmp_path: Path) -> None:
    touch(tmp_path, *(f"{number}.jpg" for number in range(7)))
    assert look([tmp_path], limit=7).more is False
    seen = look([tmp_path], limit=6)
    assert (seen.more, seen.items[Modality.IMAGE]) == (True, 6)


def test_captions_beside_the_pictures_are_offered_with_their_words(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.jpg", "c.jpg")
    for name in "ab":
        make_text(tmp_path / f"{name}.txt", f"a picture of {name}\n")
    [offer] = look([tmp_path]).captions
    assert (offer.source, offer.count) == ("sidecar", 2)
    assert offer.values[0] == ("a picture of a", 1)


def test_texts_that_only_happen_to_share_a_name_are_not_offered(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "a.txt", "b.txt", "c.txt", "d.txt")
    assert look([tmp_path]).captions == ()


def test_folders_named_like_classes_are_offered_as_labels(tmp_path: Path) -> None:
    touch(tmp_path, "cats/1.jpg", "cats/2.jpg", "dogs/1.jpg", "dogs/2.jpg", "dogs/3.jpg")
    [offer] = look([tmp_path]).labels
    assert (offer.source, offer.count, offer.distinct) == ("folder", 5, 2)
    assert offer.values == (("dogs", 3), ("cats", 2))


@pytest.mark.parametrize(
    "names",
    [
        ["images/1.jpg", "images/2.jpg", "texts/1.txt", "texts/2.txt"],
        ["2021/1.jpg", "2021/2.jpg", "2022-05-01/1.jpg", "2022-05-01/2.jpg"],
        ["train/1.jpg", "train/2.jpg", "test/1.jpg", "test/2.jpg"],
        ["a/1.jpg", "b/1.jpg", "c/1.jpg"],
        ["cats/1.jpg", "cats/2.jpg", "cats/3.jpg"],
    ],
    ids=["kinds", "dates", "splits", "each file its own", "one"],
)
def test_folders_that_name_something_else_are_no_labels(tmp_path: Path, names: list[str]) -> None:
    assert look([touch(tmp_path, *names)]).labels == ()


def test_folders_of_splits_are_offered(tmp_path: Path) -> None:
    touch(tmp_path, "train/cats/1.jpg", "train/dogs/2.jpg", "val/cats/3.jpg", "val/dogs/4.jpg")
    seen = look([tmp_path])
    assert [(offer.source, offer.values) for offer in seen.splits] == [
        ("folder", (("train", 2), ("val", 2)))
    ]
    assert seen.labels[0].values == (("cats", 2), ("dogs", 2))


@pytest.mark.parametrize("place", ["media", "media/notes", "."])
def test_a_table_in_below_or_beside_the_source_is_offered_for_what_it_says(
    tmp_path: Path, place: str
) -> None:
    touch(tmp_path, "media/a.jpg", "media/b.jpg", "media/c.jpg")
    table = tmp_path / place / "table.jsonl"
    table.parent.mkdir(exist_ok=True)
    rows = [
        {"file_name": "a.jpg", "caption": "red", "label": "x"},
        {"file_name": "b.jpg", "caption": "green", "label": "x"},
    ]
    table.write_text("\n".join(map(json.dumps, rows)))
    seen = look([tmp_path / "media"])
    [captions], [labels] = seen.captions, seen.labels
    assert (captions.source, captions.count) == (str(table), 2)
    assert captions.values == (("red", 1), ("green", 1))
    assert (labels.values, seen.splits) == ((("x", 2),), ())


def test_the_better_of_two_offers_comes_first_and_other_tables_are_not_offered(
    tmp_path: Path,
) -> None:
    touch(tmp_path, "a.jpg", "b.jpg")
    (tmp_path / "few.csv").write_text("path,caption\na.jpg,red\n")
    (tmp_path / "many.csv").write_text("path,caption\na.jpg,red\nb.jpg,blue\n")
    (tmp_path / "prices.csv").write_text("shop,price\nx,1\n")
    (tmp_path / "torn.csv").write_text("path,caption\na.jpg\n")
    (tmp_path / "elsewhere.csv").write_text("path,caption\nz.jpg,red\n")
    offers = look([tmp_path]).captions
    assert [Path(offer.source).name for offer in offers] == ["many.csv", "few.csv"]


def test_a_look_can_be_stopped_and_a_source_that_is_gone_is_told(tmp_path: Path) -> None:
    def stop(done: int, total: int | None, doing: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        look([tmp_path], progress=stop)
    with pytest.raises(SourceNotFound):
        look([tmp_path / "gone"])


def test_a_list_of_files_is_looked_at_too(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.wav")
    (tmp_path / "list.txt").write_text("a.jpg\nb.wav\n")
    seen = look([tmp_path / "list.txt"])
    assert dict(seen.items) == {Modality.IMAGE: 1, Modality.TEXT: 0, Modality.AUDIO: 1}
