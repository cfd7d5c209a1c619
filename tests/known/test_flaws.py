"""Files of which one of each kind is poor, and two are labelled wrongly."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image, ImageFilter

from embedcurate import outliers, quality
from embedcurate.collection import Collection
from embedcurate.items import ISSUES
from embedcurate.query import parse_filter
from embedcurate.sources import Annotations
from embedcurate.testing import make_sound, make_text
from tests.indexing.material import new_collection, run

FLAWS = {
    "red/blurred.png": {"blurred"},
    "blue/dark.png": {"dark"},
    "tunes/silent.wav": {"silent"},
    "words/short.txt": {"near-empty"},
}
"""Name -> issues."""

WRONG = {"red/sea.png": ("red", "blue"), "blue/rose.png": ("blue", "red")}
"""Name -> label, the one expected."""

_SIDE_PX = 96
_TINTS = {"red": (1.0, 0.25, 0.25), "blue": (0.25, 0.25, 1.0)}


def make_flawed(root: Path) -> Path:
    """Make pictures, sounds and texts; the folder's name is the label.

    ::

        red    12 red gravels    sea.png (blue gravel)   blurred.png
        blue   12 blue gravels   rose.png (red gravel)   dark.png
        tunes   5 strings        silent.wav
        words   5 sentences      short.txt
    """
    for label, other in (("red", "blue"), ("blue", "red")):
        (root / label).mkdir(parents=True)
        for number in range(12):
            _gravel(label, number).save(root / label / f"{number:02}.png")
        wrong = {"red": "sea", "blue": "rose"}[label]
        _gravel(other, 50).save(root / label / f"{wrong}.png")
    _gravel("red", 60).filter(ImageFilter.GaussianBlur(4)).save(root / "red" / "blurred.png")
    _gravel("blue", 70).point(lambda value: value // 6).save(root / "blue" / "dark.png")
    for number in range(5):
        make_sound(root / "tunes" / f"{number}.wav", pitch_hz=200 + 50 * number, rate_hz=22_050)
    soundfile.write(root / "tunes" / "silent.wav", np.zeros(22_050, np.float32), 22_050)
    for number, animal in enumerate(("heron", "otter", "badger", "lynx", "crane")):
        words = f"This morning a {animal} was seen at the old mill beside the quiet river."
        make_text(root / "words" / f"{number}.txt", words)
    make_text(root / "words" / "short.txt", "ok")
    return root


def _gravel(tint: str, seed: int) -> Image.Image:
    """Return a picture of sharp small stones in a tint, of many lightnesses."""
    stones = np.random.default_rng(seed).integers(40, 256, (_SIDE_PX // 4, _SIDE_PX // 4))
    light = np.kron(stones, np.ones((4, 4)))
    return Image.fromarray((light[..., None] * np.array(_TINTS[tint])).astype(np.uint8))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_flawed(tmp_path_factory.mktemp("flaws") / "media")


@pytest.fixture(scope="module")
def collection(root: Path) -> Collection:
    collection = new_collection(root.parent / "c")
    report = run(collection, root, annotations=Annotations(labels="folder"))
    assert (report.ok, report.failed, report.skipped) == (40, 0, 0)
    return collection


def names(root: Path, collection: Collection, clause: str) -> set[str]:
    collection.catalogue.refresh()
    items = collection.items(collection.catalogue.ids_where(parse_filter(clause)))
    return {str(item.path.relative_to(root)) for item in items}


def test_each_poor_file_has_its_issue_and_no_other_file_has_any(
    root: Path, collection: Collection
) -> None:
    found = quality.check(collection)
    items = collection.items(found.ids.astype(str).tolist())
    issues = {
        str(item.path.relative_to(root)): set(found.issues_of(row))
        for row, item in enumerate(items)
        if found.issues_of(row)
    }
    assert issues == FLAWS
    assert [item.path.relative_to(root).as_posix() in FLAWS for item in items] == (
        found.poor.tolist()
    )
    assert found.unmeasured == 0
    checked = {"image": 28, "audio": 6, "text": 6}
    counts = {issue.issue: issue.count for issue in found.found}
    assert counts == {
        name: int(name in {"blurred", "dark", "silent", "near-empty"})
        for names_ in ISSUES.values()
        for name in names_
    }
    for issue in found.found:
        assert issue.checked <= checked[issue.modality]
        assert sum(issue.histogram) == issue.checked


def test_filters_know_the_issues(root: Path, collection: Collection) -> None:
    quality.check(collection)
    assert names(root, collection, "is:poor") == set(FLAWS)
    for name, [issue] in FLAWS.items():
        assert names(root, collection, f"is:{issue}") == {name}


def test_the_labels_that_are_wrong_are_disputed_and_no_others(
    root: Path, collection: Collection
) -> None:
    found = outliers.score(collection)
    told = {str(one.path.relative_to(root)): (one.label, one.expected) for one in found.labels}
    assert told == WRONG
    assert {one.share for one in found.labels} == {1.0}
