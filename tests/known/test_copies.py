"""Copies of real pictures, sounds and texts, and lookalikes that are none."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from embedcurate_resources import FOLDER
from PIL import Image

from embedcurate import duplicates
from embedcurate.collection import Collection
from embedcurate.duplicates import Duplicates
from tests.indexing.material import new_collection, run

MEDIA = FOLDER / "sample" / "media"
_WHEN_S = 1_000_000_000

EXACT = {
    "bus.jpg": ["archive/green bus.jpg"],
    "kingfisher small.jpg": ["kingfisher small copy.jpg"],
    "hope.txt": ["hope (1).txt"],
}
"""Keeper -> members with the same bytes."""

NEAR = {
    "bus.jpg": ["archive/green bus.jpg"],
    "kingfisher.jpg": ["kingfisher small.jpg", "kingfisher small copy.jpg"],
    "alpaca.png": ["alpaca.jpg"],
    "crab fine.jpg": ["crab coarse.jpg"],
    "cello.flac": ["cello begun late.ogg"],
    "crow.wav": ["crow quiet.wav"],
    "horse.wav": ["horse 16 kHz.wav"],
    "hope.txt": ["hope (1).txt", "hope LOUD.txt"],
    "beach.txt": ["beach short.txt"],
}
"""Keeper -> members, re-encoded, resized, quieter, in other letters."""

LOOKALIKES = (
    "pictures/drums/drum-kit.png",
    "pictures/drums/blue-drum-kit.png",
    "pictures/farm-animals/sheep.jpg",
    "pictures/farm-animals/sheep-on-the-hill.jpg",
    "sounds/strings/greensleeves-harp.ogg",
    "sounds/voices-and-bands/greensleeves-flute.ogg",
    "texts/farm-animals/the-lamb.txt",
    "texts/wild-animals/the-tyger.txt",
)
"""The same thing from elsewhere, the same tune by another, the same poet."""


def make_copies(root: Path) -> Path:
    """Make ten pictures, eight sounds and eight texts, of which some are copies.

    ::

        bus.jpg         = archive/green bus.jpg                      same bytes
        kingfisher.jpg  ~ kingfisher small.jpg = ... small copy.jpg  smaller, and that copied
        alpaca.png      ~ alpaca.jpg                                 the JPEG saved as PNG
        crab fine.jpg   ~ crab coarse.jpg                            qualities 95 and 40
        cello.flac      ~ cello begun late.ogg                       0.75 s cut off, compressed
        crow.wav        ~ crow quiet.wav                             6 dB less, saved a day later
        horse.wav       ~ horse 16 kHz.wav                           resampled
        hope.txt        = hope (1).txt ~ hope LOUD.txt               the case of letters
        beach.txt       ~ beach short.txt                      the last word less
        LOOKALIKES                                                   no copies
    """
    (root / "archive").mkdir(parents=True)
    _make_pictures(root)
    _make_sounds(root)
    words = (MEDIA / "texts/birds/hope.txt").read_text()
    (root / "hope.txt").write_text(words)
    (root / "hope (1).txt").write_text(words)
    (root / "hope LOUD.txt").write_text(words.upper())
    words = (MEDIA / "texts/ocean/dover-beach.txt").read_text().strip()
    (root / "beach.txt").write_text(words)
    (root / "beach short.txt").write_text(words.rsplit(maxsplit=1)[0])
    for name in LOOKALIKES:
        shutil.copyfile(MEDIA / name, root / Path(name).name)
    for path in root.rglob("*.*"):
        later = 86_400 if path.name == "crow quiet.wav" else 0
        os.utime(path, (_WHEN_S + later, _WHEN_S + later))
    return root


def _make_pictures(root: Path) -> None:
    for name in ("bus.jpg", "archive/green bus.jpg"):
        shutil.copyfile(MEDIA / "pictures/vehicles/green-bus.jpg", root / name)
    shutil.copyfile(MEDIA / "pictures/birds/kingfisher.jpg", root / "kingfisher.jpg")
    picture = Image.open(root / "kingfisher.jpg").convert("RGB")
    picture.resize((350, 197)).save(root / "kingfisher small.jpg")
    shutil.copyfile(root / "kingfisher small.jpg", root / "kingfisher small copy.jpg")
    shutil.copyfile(MEDIA / "pictures/farm-animals/alpaca.jpg", root / "alpaca.jpg")
    Image.open(root / "alpaca.jpg").convert("RGB").save(root / "alpaca.png")
    crab = Image.open(MEDIA / "pictures/ocean/crab.jpg").convert("RGB")
    crab.save(root / "crab fine.jpg", quality=95)
    crab.save(root / "crab coarse.jpg", quality=40)


def _make_sounds(root: Path) -> None:
    samples, rate = soundfile.read(MEDIA / "sounds/strings/cello.ogg", dtype="float32")
    soundfile.write(root / "cello.flac", samples, rate)
    soundfile.write(root / "cello begun late.ogg", samples[rate * 3 // 4 :], rate)
    samples, rate = soundfile.read(MEDIA / "sounds/birds/crow.wav", dtype="float32")
    soundfile.write(root / "crow.wav", samples, rate)
    soundfile.write(root / "crow quiet.wav", samples * np.float32(0.5), rate)
    source = MEDIA / "sounds/farm-animals/horse-neighing.flac"
    samples, rate = soundfile.read(source, dtype="float32")
    soundfile.write(root / "horse.wav", samples, rate)
    import soxr

    soundfile.write(root / "horse 16 kHz.wav", soxr.resample(samples, rate, 16_000), 16_000)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_copies(tmp_path_factory.mktemp("copies") / "media")


@pytest.fixture(scope="module")
def collection(root: Path) -> Collection:
    collection = new_collection(root.parent / "c")
    report = run(collection, root)
    assert (report.ok, report.failed, report.skipped) == (28, 0, 0)
    return collection


def named(root: Path, found: Duplicates) -> dict[str, list[str]]:
    """Return the groups as keeper -> members, by their names below `root`."""
    groups = {}
    for group in found.groups:
        keeper, *members = (str(Path(copy.path).relative_to(root)) for copy in group.items)
        groups[keeper] = sorted(members)
    return groups


def ordered(groups: dict[str, list[str]]) -> dict[str, list[str]]:
    return {keeper: sorted(members) for keeper, members in groups.items()}


def test_the_same_bytes_are_found_at_the_level_exact_and_nothing_else(
    root: Path, collection: Collection
) -> None:
    found = duplicates.find(collection, level="exact")
    assert named(root, found) == ordered(EXACT)
    assert found.asked == []
    assert found.summary()["duplicates"] == 3


def test_all_copies_and_no_lookalike_are_found_at_the_level_near(
    root: Path, collection: Collection
) -> None:
    found = duplicates.find(collection)
    assert named(root, found) == ordered(NEAR)
    assert found.unprinted == 0


def test_each_copy_says_why_the_keeper_stays(collection: Collection) -> None:
    reasons = {
        Path(copy.path).name: copy.reason
        for group in duplicates.find(collection).groups
        for copy in group.items
    }
    assert reasons["kingfisher.jpg"] == "stays: 700x394 against 350x197"
    assert reasons["kingfisher small.jpg"] == "350x197 against 700x394"
    assert reasons["crab coarse.jpg"] == "0.13 bytes a pixel against 0.44 bytes a pixel"
    assert reasons["alpaca.jpg"] == "JPEG against PNG"
    assert reasons["cello begun late.ogg"] == "6.5 s against 7.2 s"
    assert reasons["horse 16 kHz.wav"] == "16 kHz mono against 22.05 kHz mono"
    assert reasons["beach short.txt"] == "553 characters against 557 characters"
    assert reasons["hope (1).txt"] == "same bytes; 'hope (1).txt' against 'hope.txt'"
