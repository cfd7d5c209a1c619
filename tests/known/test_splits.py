"""One leak of each kind between two splits, and what looks like one and is none."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from embedcurate_resources import FOLDER
from PIL import Image

from embedcurate import leaks
from embedcurate.collection import Collection
from embedcurate.errors import QueryError
from embedcurate.items import item_id
from embedcurate.leaks import Leaks
from embedcurate.query import parse_filter
from embedcurate.sources import Annotations
from tests.indexing.material import new_collection, run

MEDIA = FOLDER / "sample" / "media"
CAPTION = "A green bus waits at the stop in the rain."

KNOWN = {
    "crab.jpg": ("crab.jpg", "exact"),
    "owl.jpg": ("owl-small.webp", "near"),
    "crow.wav": ("crow-quiet.ogg", "near"),
    "hope.txt": ("hope-loud.md", "near"),
    "bus.jpg": ("about-a-bus.txt", "caption"),
}
"""Name in train -> name in test, kind."""

SAME_CAPTION = {"alpaca.jpg", "calf.jpg"}
"""In train and in test: other pictures that are called the same."""


def make_splits(root: Path) -> Path:
    """Make two folders that are splits, with captions in files beside the media.

    ::

        train               test
        crab.jpg         =  crab.jpg           the same bytes
        owl.jpg          ~  owl-small.webp     half as wide
        crow.wav         ~  crow-quiet.ogg     6 dB less, compressed
        hope.txt         ~  hope-loud.md       in capital letters
        bus.jpg (CAPTION) - about-a-bus.txt    the caption is the text
        alpaca.jpg       -  calf.jpg           not the same, but the same caption
        moon.png = moon-again.png              copies, both in train
        toucan.webp         kingfisher.jpg     two birds
                            hen.ogg = hen-again.ogg   copies, both in test
    """
    train, test = root / "train", root / "test"
    for split in (train, test):
        split.mkdir(parents=True)
    for source, *targets in (
        ("pictures/ocean/crab.jpg", train / "crab.jpg", test / "crab.jpg"),
        ("pictures/night/owl.jpg", train / "owl.jpg"),
        ("sounds/birds/crow.wav", train / "crow.wav"),
        ("texts/birds/hope.txt", train / "hope.txt"),
        ("pictures/vehicles/green-bus.jpg", train / "bus.jpg"),
        ("pictures/farm-animals/alpaca.jpg", train / "alpaca.jpg"),
        ("pictures/farm-animals/calf.jpg", test / "calf.jpg"),
        ("pictures/night/full-moon.png", train / "moon.png", train / "moon-again.png"),
        ("pictures/birds/toucan.webp", train / "toucan.webp"),
        ("pictures/birds/kingfisher.jpg", test / "kingfisher.jpg"),
        ("sounds/farm-animals/hens-clucking.ogg", test / "hen.ogg", test / "hen-again.ogg"),
    ):
        for target in targets:
            shutil.copyfile(MEDIA / source, target)
    owl = Image.open(train / "owl.jpg").convert("RGB")
    owl.resize((owl.width // 2, owl.height // 2)).save(test / "owl-small.webp")
    samples, rate = soundfile.read(train / "crow.wav", dtype="float32")
    soundfile.write(test / "crow-quiet.ogg", samples * np.float32(0.5), rate)
    (test / "hope-loud.md").write_text((train / "hope.txt").read_text().upper())
    (test / "about-a-bus.txt").write_text(CAPTION)
    for path, caption in (
        (train / "bus.txt", CAPTION.lower()),
        (train / "alpaca.txt", "an animal on a farm"),
        (test / "calf.txt", "An animal on a farm."),
    ):
        path.write_text(caption)
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_splits(tmp_path_factory.mktemp("splits") / "media")


@pytest.fixture(scope="module")
def collection(root: Path) -> Collection:
    collection = new_collection(root.parent / "c")
    report = run(collection, root, annotations=Annotations(captions="sidecar", splits="folder"))
    assert (report.ok, report.failed, report.skipped) == (18, 0, 0)
    return collection


def told(found: Leaks) -> dict[str, tuple[str, str]]:
    """Return name -> (its partner's name, kind) of what is flagged."""
    return {
        Path(leak["path"]).name: (Path(leak["partner"]["path"]).name, leak["kind"])
        for leak in found.as_document()["leaks"]
    }


def test_each_leak_is_found_by_its_kind_and_nothing_else(
    root: Path, collection: Collection
) -> None:
    found = leaks.find(collection)
    assert told(found) == KNOWN
    assert found.summary()["kinds"] == {"exact": 1, "near": 3, "caption": 1}
    for leak in found.as_document()["leaks"]:
        assert (leak["split"], leak["partner"]["split"]) == ("train", "test")
        assert leak["id"] == item_id(Path(leak["path"]))
        assert leak["partner"]["id"] == item_id(Path(leak["partner"]["path"]))
        assert Path(leak["path"]).parent == root / "train"
        sure = KNOWN[Path(leak["path"]).name][1] == "exact"
        assert 0 < leak["similarity"] <= 1
        assert leak["similarity"] == 1 or not sure


def test_other_media_with_the_same_caption_are_told_apart_from_leaks(
    collection: Collection,
) -> None:
    [same] = leaks.find(collection).as_document()["captions"]
    assert {Path(same["path"]).name, Path(same["partner"]["path"]).name} == SAME_CAPTION


@pytest.mark.parametrize(
    ("flagged", "names"),
    [
        ("first", lambda train, test: {*train}),
        ("last", lambda train, test: {*test}),
        ("both", lambda train, test: {*train, *test}),
    ],
)
def test_the_side_that_was_asked_for_is_flagged(
    root: Path,
    collection: Collection,
    flagged: leaks.Flagged,
    names: Callable[[list[Path], list[Path]], set[Path]],
) -> None:
    leaks.find(collection, flagged=flagged)
    collection.catalogue.refresh()
    ids = collection.catalogue.ids_where(parse_filter("is:leak"))
    train = [root / "train" / name for name in KNOWN]
    test = [root / "test" / name for name, _ in KNOWN.values()]
    assert {item.path for item in collection.items(ids)} == names(train, test)


def test_only_the_same_bytes_and_captions_leak_at_the_level_exact(collection: Collection) -> None:
    found = leaks.find(collection, level="exact")
    assert told(found) == {name: KNOWN[name] for name in ("crab.jpg", "bus.jpg")}


def test_a_pair_that_the_user_calls_different_is_no_leak(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "media")
    collection = new_collection(tmp_path / "c")
    where = Annotations(captions="sidecar", splits="folder")
    run(collection, tmp_path / "media", annotations=where)
    pair = tmp_path / "media/train/owl.jpg", tmp_path / "media/test/owl-small.webp"
    with collection.writer() as writer:
        writer.decide([(item_id(pair[0]), item_id(pair[1]))], "different")
    assert told(leaks.find(collection)) == {
        name: leak for name, leak in KNOWN.items() if name != "owl.jpg"
    }


def test_without_what_leaks_nothing_does(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "media")
    for name, _ in KNOWN.values():
        (tmp_path / "media" / "test" / name).unlink()
    collection = new_collection(tmp_path / "c")
    where = Annotations(captions="sidecar", splits="folder")
    run(collection, tmp_path / "media", annotations=where)
    found = leaks.find(collection)
    assert (len(found), len(found.captions)) == (0, 1)
    with pytest.raises(QueryError, match=r"no split 'valid'\. It has: test, train"):
        leaks.find(collection, between=("train", "valid"))
