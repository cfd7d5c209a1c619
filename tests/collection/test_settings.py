from dataclasses import replace

import numpy as np
import pytest

from embedcurate.collection import Collection, Settings
from embedcurate.collection.settings import FILE_NAME, read_settings, write_settings
from embedcurate.errors import CollectionDamaged, CollectionVersionError, NotACollection
from embedcurate.items import Modality
from embedcurate.spaces.space import Background
from tests.collection.store_material import SPACE, batch

SETTINGS = Settings(
    space="tiny",
    channels=SPACE.channels,
    fingerprints={"image": "abc", "text": "ü'\"\\"},
    created="2026-01-02T03:04:05+00:00",
    backgrounds={(Modality.TEXT, Modality.IMAGE): Background(0.1, 0.05)},
    calibrated_on=7,
)


def test_settings_come_back_as_they_were_written(tmp_path):
    write_settings(tmp_path, SETTINGS)
    assert read_settings(tmp_path) == SETTINGS
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]


def test_a_folder_without_settings_is_not_a_collection(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NotACollection, match="not a collection"):
            Collection.open(path)


def test_a_newer_format_is_refused_by_its_number(tmp_path):
    write_settings(tmp_path, replace(SETTINGS, format_version=99))
    with pytest.raises(CollectionVersionError, match="version 99; this embedcurate reads up to 2"):
        read_settings(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"format = [", b"format = 1", b"\0" * 100,
        b"format = 1\nspace = 'x'\ncreated = ''\nchannels = 3\n[fingerprints]",
        b"format = 1\nspace = 'x'\ncreated = ''\nchannels = []\n[fingerprints]",
    ],
)  # fmt: skip
def test_a_broken_file_is_said_to_be_damaged(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(CollectionDamaged, match=r"collection\.toml"):
        read_settings(tmp_path)


def test_calibration_is_due_when_items_suffice_and_again_when_they_doubled(tmp_path):
    collection = Collection.create(tmp_path / "c", SPACE)
    centre = np.linspace(-1, 1, 5, dtype=np.float32)
    background = {(Modality.TEXT, Modality.TEXT): Background(0.2, 0.1, centre)}
    with collection.writer() as writer:
        writer.store(batch(0, 59))
        assert not writer.backgrounds_due()
        writer.store(batch(59, 60))
        assert writer.backgrounds_due()
        writer.save_backgrounds(background)
        assert not writer.backgrounds_due()
        writer.store(batch(60, 120))
        assert writer.backgrounds_due()
    again = Collection.open(collection.path).settings.backgrounds
    assert again == background
    assert np.array_equal(again[Modality.TEXT, Modality.TEXT].centre, centre)
