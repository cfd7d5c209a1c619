"""A space in fewer dimensions, and a collection that moves to it without encoding anything."""

from dataclasses import replace

import numpy as np
import pytest

from embedcurate.bridging import plan_move
from embedcurate.collection import Collection
from embedcurate.errors import SpaceOptionError
from embedcurate.indexing import index
from embedcurate.items import Modality
from embedcurate.progress import ignore
from embedcurate.search.searcher import Searcher
from embedcurate.sources import Annotations
from embedcurate.spaces.anchors import anchors
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.reduction import reduced
from embedcurate.spaces.sending import Sending
from embedcurate.spaces.tiny import TinyTexts
from embedcurate.testing import check_encoder, make_picture, make_sound, make_text, tiny_space

COLOURS = ("red", "green", "blue", "cyan", "yellow", "magenta")
KEPT = 28  # of the 32 dimensions of `shared`, and of the 49 of `visual`


@pytest.fixture(scope="module")
def spaces(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        whole = tiny_space()
        yield whole, reduced(whole, f"tiny?pca={KEPT}", KEPT, ignore)


@pytest.fixture(scope="module")
def moved(spaces, tmp_path_factory):
    whole, fewer = spaces
    folder = tmp_path_factory.mktemp("reducing")
    for number, colour in enumerate(COLOURS * 3):
        make_picture(folder / "in" / f"{number}.png", colour=colour, size_px=(40 + number, 40))
        make_text(folder / "in" / f"{number}.txt", f"{colour} " * (number + 1))
        make_sound(folder / "in" / "tones" / f"{number}.wav", pitch_hz=100 * 1.25**number)
    make_text(folder / "in" / "long" / "long.txt", "red " * 60 + "blue " * 60)
    made = Collection.create(folder / "whole", whole)
    index(made, whole, [folder / "in"], annotations=Annotations(captions="sidecar"))
    plan = plan_move(made, fewer)
    return made, plan, plan.make(folder / "fewer"), folder / "in"


@pytest.mark.parametrize("modality", Modality)
def test_its_encoders_conform(spaces, modality):
    check_encoder(spaces[1].encoders[modality])


def test_its_vectors_are_projections_of_the_whole_ones(spaces):
    whole, fewer = spaces
    texts = ["red", "a low sound", "blue and green"]
    rows = whole.text.encode(texts)[SHARED]
    short = fewer.text.encode(texts)[SHARED]
    assert short.shape == (3, KEPT)
    assert np.allclose(short, fewer.project(SHARED, rows), atol=1e-6)
    assert [channel.dimension for channel in fewer.channels] == [KEPT, KEPT]
    assert "pca 28" in fewer.fingerprints["text"]


def test_the_components_keep_more_than_as_many_random_directions_do(spaces):
    whole, fewer = spaces
    rows = whole.text.encode(anchors()[1:900:3])[SHARED]  # the components are those of others
    blind = np.linalg.qr(np.random.default_rng(0).normal(size=(32, KEPT)))[0]
    lost = [
        np.abs(rows @ rows.T - short @ short.T).mean()
        for short in (fewer.project(SHARED, rows), rows @ blind)
    ]
    assert lost[0] < lost[1] / 2


def test_what_is_kept_is_told_and_nothing_is_encoded(moved):
    _, plan, _, _ = moved
    assert not plan.encoded
    assert not plan.mapped
    assert {(one.modality, one.channel) for one in plan.kept} == {
        (Modality.IMAGE, SHARED), (Modality.IMAGE, "visual"),
        (Modality.AUDIO, SHARED),
    }  # fmt: skip
    assert all(one.chance < one.similar <= 1 for one in plan.kept)


def test_every_vector_is_what_the_reduced_encoders_give(spaces, moved):
    made, _, new, _ = moved
    ids = made.catalogue.ids.astype(str).tolist()
    for channel in ("shared", "visual"):
        some = [one.id for one in made.items(ids)
                if channel == SHARED or one.modality is Modality.IMAGE]  # fmt: skip
        expected = spaces[1].project(channel, made.vectors(some, channel))
        assert np.allclose(new.vectors(some, channel), expected, atol=1e-6)
    [parts] = new.segments(ids).values()
    assert len(parts) == 3
    captions = new.tables.columns("captions", ["vector"])["vector"]
    assert len(captions) == len(COLOURS) * 3
    assert captions.type.list_size == KEPT


def test_indexing_again_encodes_nothing_and_search_finds_the_same(spaces, moved):
    made, _, new, source = moved
    whole, fewer = spaces
    for colour in COLOURS:
        best = [
            {hit.id for hit in searcher.find(colour, k=3, modalities=[Modality.IMAGE]).hits}
            for searcher in (Searcher(made, whole), Searcher(new, fewer))
        ]
        assert best[0] == best[1]
    report = index(new, fewer, [source], annotations=Annotations(captions="sidecar"))
    assert report.ok == report.reused == 2 * len(COLOURS) * 3 + 1


def test_no_space_can_be_reduced_to_more_than_it_has(spaces):
    whole, _ = spaces
    with pytest.raises(SpaceOptionError, match=r"pca=49.*It takes: pca=1 to 48"):
        reduced(whole, "tiny?pca=49", 49, ignore)
    texts = TinyTexts()
    texts.sending = Sending("example.org")
    sent = replace(whole, encoders={Modality.TEXT: texts})
    with pytest.raises(SpaceOptionError, match="Use its name alone"):
        reduced(sent, "sent", 8, ignore)
