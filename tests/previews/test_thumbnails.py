"""Thumbnails: made from real files, kept by content."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embedcurate.collection import Collection
from embedcurate.errors import Cancelled
from embedcurate.items import item_id
from embedcurate.previews import Thumbnails
from tests.indexing.material import run
from tests.previews.seen import size_of


@pytest.fixture(autouse=True)
def no_thumbnails_yet(collection: Collection) -> None:
    shutil.rmtree(collection.path / "thumbnails", ignore_errors=True)


def make(collection: Collection, *paths: Path, size_px: int = 128):
    ids = [item_id(path) for path in paths]
    made = Thumbnails(collection).make(ids, size_px=size_px)
    return [made[id_] for id_ in ids]


def test_a_picture_is_made_small_and_kept_under_its_content(collection, media) -> None:
    [wide] = make(collection, media / "wide.png", size_px=200)
    [item] = collection.items([item_id(media / "wide.png")])
    kept = collection.path / "thumbnails" / item.content[:2] / f"{item.content}-256.jpg"
    assert wide == {"image": str(kept)}
    assert size_of(kept) == (256, 128)
    with Image.open(kept) as image:
        assert np.abs(np.asarray(image)[64, 128] - np.array([220, 30, 30])).max() < 60
    before = kept.stat().st_ino
    assert make(collection, media / "wide.png", size_px=200) == [wide]
    assert kept.stat().st_ino == before


def test_a_small_picture_is_not_enlarged(collection: Collection, media: Path) -> None:
    [tiny] = make(collection, media / "tiny.jpg", size_px=512)
    assert size_of(tiny["image"]) == (20, 30)


def test_a_picture_that_is_gone_is_shown_from_what_was_kept(collection, media, tmp_path) -> None:
    with Image.open(media / "wide.png") as image:
        image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.png")
    run(collection, tmp_path / "turned.png")
    [large] = make(collection, tmp_path / "turned.png", size_px=512)
    (tmp_path / "turned.png").unlink()
    assert make(collection, tmp_path / "turned.png", size_px=512) == [large]
    [small] = make(collection, tmp_path / "turned.png", size_px=128)
    assert size_of(small["image"]) == (64, 128)
    shutil.rmtree(collection.path / "thumbnails")
    [gone] = make(collection, tmp_path / "turned.png")
    assert "no longer there" in gone["reason"]


def test_a_picture_that_changed_since_is_shown_as_it_is_now(collection, media, tmp_path) -> None:
    shutil.copy(media / "wide.png", tmp_path / "changing.png")
    run(collection, tmp_path / "changing.png")
    [before] = make(collection, tmp_path / "changing.png")
    shutil.copy(media / "tiny.jpg", tmp_path / "changing.png")
    [now] = make(collection, tmp_path / "changing.png")
    assert now != before
    assert size_of(now["image"]) == (20, 30)
    assert size_of(before["image"]) == (128, 64)


def test_sounds_have_their_levels_and_texts_their_first_words(collection, media) -> None:
    sound, short, long = make(
        collection, media / "sound.wav", media / "short.txt", media / "long.txt"
    )
    assert 0.7 < max(sound["peaks"]) <= 1
    assert len(sound["peaks"]) == 96
    assert make(collection, media / "sound.wav") == [sound]
    assert short == {"text": "A few words."}
    assert long["text"].startswith("This is sentence number 0")
    assert len(long["text"]) <= 400


def test_the_rows_of_a_table_have_texts_of_their_own(collection, media) -> None:
    ids = [item_id(media / "rows.csv", row) for row in (0, 1)]
    made = Thumbnails(collection).make(ids, size_px=128)
    assert [made[id_]["text"] for id_ in ids] == ["The first, row", "the second row"]


def test_what_could_not_be_read_says_why_and_what_is_unknown_too(collection, media) -> None:
    [broken] = make(collection, media / "broken.png")
    assert "damaged" in broken["reason"]
    assert not (collection.path / "thumbnails").exists()
    assert (
        "no longer has it" in Thumbnails(collection).make(["0" * 32], size_px=9)["0" * 32]["reason"]
    )


def test_a_read_only_collection_keeps_them_elsewhere_or_says_so(collection, media, tmp_path):
    (collection.path / "thumbnails").write_bytes(b"a file where the folder would be")
    id_ = item_id(media / "wide.png")
    made = Thumbnails(collection, tmp_path).make([id_], size_px=128)
    assert Path(made[id_]["image"]).is_relative_to(tmp_path / "thumbnails")
    (collection.path / "thumbnails").unlink()


def test_it_stops_between_two_items(collection: Collection, media: Path) -> None:
    def progress(done: int, total: int | None, doing: str) -> None:
        if done == 1:
            raise Cancelled

    ids = [item_id(media / "wide.png"), item_id(media / "tiny.jpg")]
    with pytest.raises(Cancelled):
        Thumbnails(collection).make(ids, size_px=128, progress=progress)
    assert len(list((collection.path / "thumbnails").rglob("*.jpg"))) == 1
