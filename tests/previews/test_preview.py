"""One item, large."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from embedcurate.collection import Collection
from embedcurate.errors import MediaError, MediumMissing, UnknownItem
from embedcurate.items import Segment, item_id
from embedcurate.previews import Thumbnails, preview
from embedcurate.testing import make_picture
from tests.indexing.material import run
from tests.previews.seen import LONG_TEXT, size_of


def test_a_picture_comes_no_larger_than_asked_for_with_its_own_size(collection, media, tmp_path):
    shown = preview(collection, item_id(media / "wide.png"), tmp_path, size_px=300)
    assert size_of(shown["image"]) == (300, 150)
    assert (shown["width_px"], shown["height_px"]) == (640, 320)
    again = preview(collection, item_id(media / "wide.png"), tmp_path, size_px=300)
    assert again == shown


def test_a_picture_is_turned_upright(collection: Collection, media: Path, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(media / "wide.png") as image:
        image.save(tmp_path / "turned.jpg", exif=exif)
    run(collection, tmp_path / "turned.jpg")
    shown = preview(collection, item_id(tmp_path / "turned.jpg"), tmp_path / "into", size_px=300)
    assert size_of(shown["image"]) == (150, 300)
    assert (shown["width_px"], shown["height_px"]) == (320, 640)


def test_a_sound_can_be_seen_and_heard(collection, media, tmp_path) -> None:
    shown = preview(collection, item_id(media / "sound.wav"), tmp_path)
    samples, rate_hz = soundfile.read(media / "sound.wav")
    peaks, spectrogram = np.load(shown["peaks"]), np.load(shown["spectrogram"])
    assert peaks.dtype == np.float32
    assert (peaks[:, 0].min(), peaks[:, 1].max()) == pytest.approx((samples.min(), samples.max()))
    assert (spectrogram.dtype, len(spectrogram)) == (np.uint8, len(shown["frequencies_hz"]))
    assert (shown["duration_s"], shown["rate_hz"], shown["channels"]) == (2.0, rate_hz, 1)
    assert np.array_equal(soundfile.read(shown["wav"])[0], samples)
    assert (shown["wav_start_s"], shown["wav_end_s"]) == (0.0, 2.0)
    part = preview(collection, item_id(media / "sound.wav"), tmp_path, segment=Segment(0.5, 9.0))
    assert (part["wav_start_s"], part["wav_end_s"]) == (0.5, 2.0)
    assert np.array_equal(soundfile.read(part["wav"])[0], samples[rate_hz // 2 :])


def test_a_text_comes_whole_with_its_passages(collection: Collection, media: Path, tmp_path: Path):
    shown = preview(collection, item_id(media / "long.txt"), tmp_path)
    assert (shown["text"], shown["cut"]) == (LONG_TEXT, False)
    passages = shown["passages"]
    assert len(passages) > 1
    assert passages == sorted(passages)
    assert (passages[0][0], passages[-1][1]) == (0, len(LONG_TEXT.rstrip()))
    short = preview(collection, item_id(media / "short.txt"), tmp_path)
    assert short["passages"] == [[0, len("  A few words.\n")]]


def test_a_row_of_a_table_and_a_text_that_is_gone_are_shown_as_indexed(
    collection: Collection, media: Path, tmp_path: Path
) -> None:
    row = preview(collection, item_id(media / "rows.csv", 0), tmp_path)
    assert row["text"] == "The first, row"
    (tmp_path / "gone.txt").write_text(LONG_TEXT)
    run(collection, tmp_path / "gone.txt")
    (tmp_path / "gone.txt").unlink()
    shown = preview(collection, item_id(tmp_path / "gone.txt"), tmp_path / "into")
    assert shown["text"].split() == LONG_TEXT.split()
    start, end = shown["passages"][3]
    assert shown["text"][start:end].split() == LONG_TEXT[start:end].split()


def test_a_picture_that_is_gone_is_shown_as_far_as_it_was_kept(collection, media, tmp_path):
    path = tmp_path / "leaving.png"
    make_picture(path, size_px=(640, 320), colour="green")
    run(collection, path)
    id_ = item_id(path)
    Thumbnails(collection).make([id_], size_px=256)
    path.unlink()
    shown = preview(collection, id_, tmp_path / "into", size_px=1600)
    assert size_of(shown["image"]) == (256, 128)
    assert (shown["width_px"], shown["height_px"]) == (640, 320)
    shutil.rmtree(collection.path / "thumbnails")
    with pytest.raises(MediumMissing):
        preview(collection, id_, tmp_path / "into", size_px=1600)


def test_what_can_not_be_shown_says_why(collection, media, tmp_path) -> None:
    with pytest.raises(MediaError, match="damaged"):
        preview(collection, item_id(media / "broken.png"), tmp_path)
    with pytest.raises(UnknownItem):
        preview(collection, "0" * 32, tmp_path)
