"""Where a space has each modality, learnt from the media that ship."""

import numpy as np
import pytest

from embedcurate.items import Modality
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.sample import centre, computes_here, media
from embedcurate.spaces.sending import Sending
from embedcurate.spaces.tiny import TinyImages, TinySounds, TinyTexts

TINY = {Modality.IMAGE: TinyImages(), Modality.AUDIO: TinySounds(), Modality.TEXT: TinyTexts()}


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


@pytest.mark.parametrize("modality", TINY)
def test_a_centre_is_the_mean_of_one_medium_of_each_topic(modality):
    encoder = TINY[modality]
    inputs = list(media(encoder, modality, most=1))
    assert len(inputs) == 14
    means = [encoder.encode(parts)[SHARED].mean(axis=0) for parts in inputs]
    expected = np.mean([mean / np.linalg.norm(mean) for mean in means], axis=0)
    found = centre(encoder, modality)
    assert set(found) == set(encoder.channels)
    assert np.abs(found[SHARED] - expected).max() < 1e-6


def test_a_centre_is_found_once(tmp_path):
    asked = []
    for _ in range(2):
        found = centre(TINY[Modality.IMAGE], Modality.IMAGE, lambda *told: asked.append(told))
    assert len(asked) == 14
    assert found[SHARED].dtype == np.float32
    assert [file.suffix for file in (tmp_path / "embedcurate" / "centres").iterdir()] == [
        ".safetensors"
    ]


def test_what_sends_is_not_asked_where_it_has_things():
    class Sent(TinyTexts):
        sending = Sending("vectors.example", 0.02, "2026-11")

    assert not computes_here(Sent())
    assert all(map(computes_here, TINY.values()))
