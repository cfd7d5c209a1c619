"""A collection moves to a space that is known to be a rotation of its own."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embedcurate.bridging import plan_move
from embedcurate.collection import Collection
from embedcurate.errors import BridgeError, FolderNotEmpty
from embedcurate.indexing import index
from embedcurate.items import Modality
from embedcurate.search.searcher import Searcher
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.space import Space
from embedcurate.spaces.tiny import COLOURS, TinyImages, TinyTexts
from embedcurate.testing import make_picture, make_text

DIMENSION = 32
TURN = np.linalg.qr(np.random.default_rng(3).normal(size=(DIMENSION, DIMENSION)))[0]
PICTURES = 260


def turned(rows):
    return {**rows, SHARED: (rows[SHARED] @ TURN).astype(np.float32)}


class TurnedImages(TinyImages):
    fingerprint = "turned-image-1"

    def encode(self, batch):
        return turned(super().encode(batch))


class TurnedTexts(TinyTexts):
    fingerprint = "turned-text-1"

    def encode(self, batch):
        return turned(super().encode(batch))


OLD = Space("plain", {Modality.IMAGE: TinyImages(), Modality.TEXT: TinyTexts()})
NEW = Space("turned", {Modality.IMAGE: TurnedImages(), Modality.TEXT: TurnedTexts()})


@pytest.fixture(scope="module")
def collection(tmp_path_factory) -> Collection:
    folder = tmp_path_factory.mktemp("moving")
    random = np.random.default_rng(0)
    names = list(COLOURS)
    for number in range(PICTURES):
        ink, ground = random.choice(len(names), 2, replace=False)
        size = (40 + number % 50, 40 + 9 * (number // 50))  # no two files are the same bytes
        make_picture(folder / "in" / f"{number}.png", colour=names[ink], background=names[ground],
                     shape=("disc", "square", "stripes")[number % 3], size_px=size)  # fmt: skip
    words = " ".join(["red"] * 60 + ["blue"] * 60)
    for number in range(6):
        make_text(folder / "in" / f"{number}.txt", f"{words} {names[number]}\n")
    made = Collection.create(folder / "old", OLD)
    index(made, OLD, [folder / "in"])
    ids = made.catalogue.ids.astype(str).tolist()
    with made.writer() as writer:
        writer.mark(ids[:5], add={"mine"}, stars=3)
    return made


@pytest.fixture(scope="module")
def moved(collection: Collection) -> tuple[object, Collection]:
    plan = plan_move(collection, NEW, anchors=420)
    return plan, plan.make(collection.path.with_name("new"))


def items_by_id(collection: Collection):
    return {
        item.id: item for item in collection.items(collection.catalogue.ids.astype(str).tolist())
    }


def test_what_a_known_map_keeps_is_told_before_anything_is_made(collection, moved):
    plan, _ = moved
    assert plan.mapped == {Modality.IMAGE: PICTURES - 210}
    kept, of_layout = sorted(plan.kept, key=lambda one: one.channel)
    assert of_layout.channel == "visual"
    assert of_layout.by_text is None
    assert (kept.modality, kept.channel, kept.anchors) == (Modality.IMAGE, SHARED, 210)
    assert kept.similar > 0.6  # which items are anchors follows from the paths of this run
    assert 0 <= kept.by_text <= 1  # neutral texts name no colour: all pictures are as near
    assert kept.chance == pytest.approx(10 / 209)


def test_mapped_vectors_are_near_those_that_the_new_encoders_give(collection, moved):
    _, new = moved
    stale = [id_ for id_, item in items_by_id(new).items() if item.size < 0]
    assert len(stale) == PICTURES - 210
    true = collection.vectors(stale, SHARED) @ TURN
    cosines = (new.vectors(stale, SHARED) * true).sum(axis=1)
    assert np.median(cosines) > 0.95
    for colour in ("cyan", "red"):
        asked = NEW.text.encode([colour])[SHARED][0]
        best = [np.argsort(-rows @ asked)[:10] for rows in (true, new.vectors(stale, SHARED))]
        assert len(np.intersect1d(*best)) >= 6


def test_marks_and_selections_come_along_and_the_old_collection_stays(collection, moved):
    _, new = moved
    ids = collection.catalogue.ids.astype(str).tolist()
    assert new.marks(ids) == collection.marks(ids)
    assert new.settings.space == "turned"
    assert collection.settings.space == "plain"
    assert items_by_id(collection).keys() == items_by_id(new).keys()
    with new.writer() as writer:  # the log goes on where it was
        assert writer.undo() is not None
    assert not any(marks.tags for marks in new.marks(ids).values())


def test_indexing_again_encodes_what_was_mapped_and_nothing_else(collection, moved, tmp_path):
    _, new = moved
    first = Searcher(new, NEW).find("cyan", k=5, modalities=[Modality.IMAGE])
    renamed = next(item for item in items_by_id(new).values() if item.size < 0)
    target = renamed.path.with_name("renamed.png")
    renamed.path.rename(target)
    report = index(new, NEW, [target.parent])
    assert report.ok - report.reused == PICTURES - 210 - 1
    assert report.moved == 1
    again = index(new, NEW, [target.parent])
    assert again.ok - again.reused == 1  # what was renamed
    ids = [id_ for id_, item in items_by_id(new).items() if item.outcome == "ok"]
    old = collection.vectors([id_ for id_ in ids if id_ in items_by_id(collection)], SHARED)
    now = new.vectors([id_ for id_ in ids if id_ in items_by_id(collection)], SHARED)
    assert np.allclose(old @ TURN, now, atol=1e-5)
    assert index(new, NEW, [target.parent]).reused == len(ids)
    assert len(Searcher(new, NEW).find("cyan", k=5).hits) == len(first.hits)


def test_long_texts_are_found_by_their_parts_again_once_they_are_encoded(moved):
    _, new = moved
    texts = [id_ for id_, item in items_by_id(new).items() if item.modality is Modality.TEXT]
    assert all(len(new.segments([id_])[id_]) > 1 for id_ in texts)


def test_too_few_anchors_and_a_folder_in_use_get_a_sentence(collection, moved):
    plan, _ = moved
    with pytest.raises(BridgeError, match="could be encoded as anchors; a map needs 200"):
        plan_move(collection, NEW, anchors=200)
    with pytest.raises(FolderNotEmpty):
        plan.make(collection.path)
    assert replace(collection.settings) == collection.settings


def test_a_move_that_fails_leaves_no_collection_behind(collection, moved, tmp_path: Path):
    plan, _ = moved

    def stop(done, total, doing):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan.make(tmp_path / "half", progress=stop)
    assert not (tmp_path / "half").exists()
    assert plan.make(tmp_path / "half").counts() == collection.counts()
