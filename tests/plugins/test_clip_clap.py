"""CLIP and CLAP in one space, by small checkpoints of the real formats whose answers are known.

A colour word lies where pictures of that colour lie, a band's word where sounds of that band lie,
and the band's word leans to a colour, so that pictures and sounds have something to find.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from embedcurate.collection import Collection
from embedcurate.errors import SpaceOptionError
from embedcurate.indexing import index
from embedcurate.items import Modality
from embedcurate.search.searcher import Searcher
from embedcurate.spaces import registry
from embedcurate.spaces.anchors import anchors
from embedcurate.spaces.encoder import SHARED
from embedcurate.testing import check_encoder, make_picture, make_sound, make_text
from tests.plugins.checkpoints import clap, clip
from tests.plugins.checkpoints.words import SOUNDS

HERTZ = {"rumble": 80, "low": 250, "middle": 600, "shrill": 3500}
EACH = 6
IMAGE, AUDIO, TEXT = Modality.IMAGE, Modality.AUDIO, Modality.TEXT


@pytest.fixture(scope="module")
def name(clip_clap) -> str:
    return f"clip-clap:{clip_clap.model}"


@pytest.fixture(scope="module")
def space(name, clip_clap):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(clip_clap.data_home))
        yield registry.load(name)


@pytest.fixture(scope="module")
def collection(space, tmp_path_factory) -> Collection:
    """Return a collection with as many pictures and sounds as texts on each of five bands."""
    folder = tmp_path_factory.mktemp("collection")
    for band, hertz in HERTZ.items():
        colour = SOUNDS[band]
        for number in range(EACH):
            size = (40 + 4 * number, 40)
            make_picture(folder / "in" / f"{colour}-{number}.png", colour=colour,
                         background=colour, size_px=size)  # fmt: skip
            make_sound(folder / "in" / f"{band}-{number}.wav", pitch_hz=hertz * (1 + number / 40),
                       duration_s=1.0 + number / 10, rate_hz=48_000)  # fmt: skip
            words = f"{'the ' * (number % 3)}{colour} {band}\n"
            make_text(folder / "in" / f"{band}-{number}.txt", words)
    made = Collection.create(folder / "made", space)
    report = index(made, space, [folder / "in"])
    assert (report.ok, report.failed) == (3 * EACH * len(HERTZ), 0)
    return made


@pytest.fixture(scope="module")
def searcher(collection, space) -> Searcher:
    return Searcher(collection, space)


@pytest.mark.parametrize("modality", Modality)
def test_its_encoders_conform(space, modality):
    check_encoder(space.encoders[modality])


def test_each_pair_of_modalities_has_the_route_of_the_design(space):
    in_clap = {(one, other) for one in Modality for other in Modality
               if space.route(one, other) == "clap"}  # fmt: skip
    assert in_clap == {(TEXT, AUDIO), (AUDIO, TEXT), (AUDIO, AUDIO)}
    assert {channel.name for channel in space.channels} == {SHARED, "clap"}


def named(collection: Collection, start: str) -> str:
    [path] = [item.id for item in collection.items(collection.catalogue.ids.astype(str).tolist())
              if item.path.name.startswith(start)]  # fmt: skip
    return path


@pytest.mark.parametrize("band", HERTZ)
@pytest.mark.parametrize("asked", Modality)
@pytest.mark.parametrize("wanted", Modality)
def test_every_pair_of_modalities_finds_what_it_should(searcher, collection, band, asked, wanted):
    colour = SOUNDS[band]
    start = {IMAGE: f"{colour}-", AUDIO: f"{band}-", TEXT: f"{band}-"}
    query = {
        TEXT: {IMAGE: colour, AUDIO: band, TEXT: f"{colour} {band}"}[wanted],
        IMAGE: f"#{named(collection, f'{colour}-3.png')}",
        AUDIO: f"#{named(collection, f'{band}-3.wav')}",
    }[asked]
    found = searcher.find(query, k=EACH - 1, modalities=[wanted])
    assert len(found.hits) == EACH - 1
    for hit in found.hits:
        assert hit.path.name.startswith(start[wanted])
        assert hit.modality is wanted


def test_texts_meet_sounds_as_clap_has_them_and_pictures_as_clip_has_them(searcher, space):
    [heard] = searcher.find("low", k=1, modalities=[AUDIO]).hits
    words = space.text.encode_queries(["low"])
    sound = searcher._collection.vectors([heard.id], "clap")[0]
    assert heard.cosine == pytest.approx(float(words["clap"][0] @ sound), abs=1e-3)
    assert float(words["clap"][0] @ clap.text_vector("low")) > 0.999
    [seen] = searcher.find("blue", k=1, modalities=[IMAGE]).hits
    picture = searcher._collection.vectors([seen.id], SHARED)[0]
    assert float(picture @ clip.picture_vector((30, 60, 220))) > 0.99


def test_the_bridge_carries_a_sound_to_where_clip_has_its_word(space, tmp_path):
    import soundfile

    sounds = [
        soundfile.read(make_sound(tmp_path / f"{band}.wav", pitch_hz=hertz, rate_hz=48_000),
                       dtype="float32")[0]
        for band, hertz in HERTZ.items()
    ]  # fmt: skip
    carried = space.audio.encode(sounds)
    words = space.text.encode(list(HERTZ))[SHARED]
    by_bridge = carried[SHARED] @ words.T
    assert by_bridge.argmax(axis=1).tolist() == list(range(len(HERTZ)))
    raw = carried["clap"] @ words.T
    own, others = np.eye(len(HERTZ), dtype=bool), ~np.eye(len(HERTZ), dtype=bool)
    margin = by_bridge[own].mean() - by_bridge[others].mean()
    assert margin > raw[own].mean() - raw[others].mean() + 0.3


def test_no_modality_crowds_out_the_others(searcher):
    """Six pictures, six sounds and six texts fit each query; raw cosines would mix them badly."""
    worst = 0
    for band in HERTZ:
        found = searcher.find(f"{SOUNDS[band]} {band}", k=30)
        counts = Counter(hit.modality for hit in found.hits)
        worst = max(worst, *counts.values())
        fitting = [hit for hit in found.hits if hit.path.name.startswith((band, SOUNDS[band]))]
        assert {hit.modality for hit in fitting} == set(Modality)
    assert worst <= 15


def test_a_long_sound_is_found_by_the_words_for_its_middle(space, tmp_path):
    import soundfile

    plucked = {
        band: soundfile.read(make_sound(tmp_path / f"{band}.wav", pitch_hz=HERTZ[band],
                                        rate_hz=48_000))[0]
        for band in ("rumble", "shrill")
    }  # fmt: skip
    samples = [np.tile(plucked[band], times) for band, times in
               (("rumble", 12), ("shrill", 12), ("rumble", 14))]  # fmt: skip
    (tmp_path / "in").mkdir()
    soundfile.write(tmp_path / "in" / "long.flac", np.concatenate(samples), 48_000)
    made = Collection.create(tmp_path / "made", space)
    index(made, space, [tmp_path / "in"])
    [hit] = Searcher(made, space).find("shrill", k=1).hits
    assert hit.segment is not None
    assert 10 <= hit.segment.start <= 15
    assert 20 <= hit.segment.end <= 25
    assert hit.through == "segment"
    [parts_of] = made.segments([hit.id], "clap").values()
    assert len(parts_of) == len(made.segments([hit.id])[hit.id]) > 4


def test_what_the_bridge_recovers_is_reported_and_kept(space, name):
    about = registry.described(name)
    there, back = about["bridges"]["clap -> clip"], about["bridges"]["clip -> clap"]
    for report in (there, back):
        assert report["anchors"] == len(anchors()) > 5_000
        assert report["held_out"] > 1_000
        assert report["recall_1"] > 0.7
        assert report["raw_1"] < 0.05
    assert "by bridge" in about["fingerprints"]["audio"]


def test_a_model_without_its_other_half_gets_a_sentence():
    with pytest.raises(SpaceOptionError, match=r"a model of clip \+ a model of clap"):
        registry.load("clip-clap:ViT-B-32/openai")


def test_what_is_missing_is_told_with_the_command_that_gets_it(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    document = registry.installed()["clip-clap"].as_document()
    assert "weights" in document["problem"]
    assert "models pull clip" in document["remedy"]
