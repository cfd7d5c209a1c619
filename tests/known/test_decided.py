"""What was decided once is never asked again, wherever the files go and whoever indexes them."""

import random
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from embedcurate import duplicates
from embedcurate.collection import Collection, Decision, DecisionKind, Pair
from embedcurate.duplicates import Level
from embedcurate.indexing import index, storing
from embedcurate.items import Modality
from embedcurate.sources import Annotations
from embedcurate.testing import make_picture, make_sound, make_text, tiny_space
from tests.indexing.material import COLOURS, new_collection, outcomes, run

KINDS: tuple[DecisionKind, ...] = ("duplicate", "different", "alternate")


def make_media(root: Path) -> Path:
    """Make 15 texts of three letterings, 8 sounds in two formats and 12 pictures in two."""
    chance = random.Random(0)
    for number in range(15):
        words = " ".join("".join(chance.choices("aeioulmnrst", k=6)) for _ in range(40))
        make_text(root / "texts" / f"{number}.txt", words)
        make_text(root / "texts" / f"{number} loud.txt", words.upper())
        make_text(root / "texts" / f"{number} wide.txt", words.replace(" ", "  "))
    for number in range(8):
        for suffix in ("wav", "flac"):
            path = root / "sounds" / f"{number}.{suffix}"
            make_sound(path, pitch_hz=200 * 1.25**number, duration_s=2)
    for colour in COLOURS:
        for shape in ("disc", "square", "stripes"):
            for suffix in ("png", "jpg"):
                path = root / "pictures" / f"{colour}-{shape}.{suffix}"
                make_picture(path, colour=colour, shape=shape)
    return root


def asked(collection: Collection, level: Level = Level.NEAR) -> set[Pair]:
    """Return the contents of the pairs that the user is asked about, each in order."""
    pairs = duplicates.find(collection, level=level).asked
    ids = [id_ for pair in pairs for id_ in pair]
    content = {item.id: item.content or "" for item in collection.items(ids)}
    found = {(min(one), max(one)) for one in ((content[a], content[b]) for a, b in pairs)}
    assert len(found) == len(pairs)
    return found


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_media(tmp_path_factory.mktemp("decided") / "media")


@pytest.fixture(scope="module")
def collection(media: Path) -> Collection:
    """Make a collection whose 50 pairs of near-duplicates are decided in all ways there are."""
    collection = new_collection(media.parent / "c")
    assert outcomes(run(collection, media)) == (85, 0, 0, 0, 0)
    pairs = duplicates.find(collection).asked
    assert len(pairs) == 50
    pairs.sort(key=lambda pair: [item.path for item in collection.items(pair)])
    with collection.writer() as writer:
        for number, pair in enumerate(pairs):
            kind = KINDS[number % 3]
            keep = pair[number % 2] if kind == "duplicate" else None
            assert writer.decide([pair], kind, keep=keep) == 1
    return collection


@pytest.fixture(scope="module")
def decided(collection: Collection) -> Mapping[Pair, Decision]:
    return dict(collection.decisions())


@pytest.fixture(scope="module")
def left(collection: Collection) -> set[Pair]:
    """Return what is asked now: pairs nobody saw before, of items that lost their partner."""
    return asked(collection)


@pytest.fixture(scope="module")
def moved(media: Path, collection: Collection, left: set[Pair]) -> Path:
    """Rename every third file, move every third elsewhere, let two texts change their names."""
    for number, path in enumerate(sorted(media.rglob("*.*"))):
        match number % 3:
            case 0:
                path.rename(path.with_name(f"renamed {number}{path.suffix}"))
            case 1:
                target = media / "elsewhere" / str(number % 4) / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                path.rename(target)
    one, other = sorted((media / "texts").iterdir())[:2]
    one.rename(media / "aside")
    other.rename(one)
    (media / "aside").rename(other)
    return media


def test_all_that_is_decided_is_settled(decided: Mapping[Pair, Decision], left: set[Pair]) -> None:
    assert len(decided) == 50
    assert {decision.kind for decision in decided.values()} == set(KINDS)
    assert not left & set(decided)


def test_files_that_were_renamed_and_moved_are_not_asked_about_again(
    moved: Path,
    collection: Collection,
    decided: Mapping[Pair, Decision],
    left: set[Pair],
) -> None:
    report = run(collection, moved)
    assert (report.ok, report.failed) == (85, 0)
    assert dict(collection.decisions()) == decided
    assert asked(collection) == left
    assert not asked(collection, Level.SIMILAR) & set(decided)


@pytest.mark.parametrize("comes", ["before the files", "after the files"])
def test_in_a_new_collection_nothing_is_lost_nor_asked_again(
    moved: Path,
    collection: Collection,
    decided: Mapping[Pair, Decision],
    left: set[Pair],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    comes: str,
) -> None:
    """It has other batches, labels from folders, and first no sounds; the log comes from a file."""
    assert collection.export_log(tmp_path / "log.jsonl") >= 50
    monkeypatch.setattr(storing, "_AT_ONCE", 7)
    root = shutil.copytree(moved, tmp_path / "copied") if comes == "after the files" else moved
    other = new_collection(tmp_path / "c")

    def bring() -> None:
        with other.writer() as writer:
            writer.import_log(tmp_path / "log.jsonl")

    def take(*modalities: Modality) -> int:
        annotations = Annotations(labels="folder")
        space = tiny_space()
        return index(other, space, [root], modalities=modalities, annotations=annotations).ok

    if comes == "before the files":
        bring()
    assert take(Modality.TEXT, Modality.IMAGE) == 69
    if comes == "after the files":
        bring()
    assert dict(other.decisions()) == decided
    assert not asked(other) & set(decided)
    assert take(*Modality) == 85
    assert dict(other.decisions()) == decided
    assert asked(other) == left
    assert not asked(other, Level.SIMILAR) & set(decided)
