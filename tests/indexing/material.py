"""Small sources of all three kinds whose right answers are known, for the tests of indexing."""

from pathlib import Path

from embedcurate.collection import Collection
from embedcurate.indexing import IndexReport, index
from embedcurate.sources import Annotations
from embedcurate.testing import make_picture, make_sound, make_text, tiny_space

COLOURS = ("red", "green", "blue", "yellow")


def make_sources(root: Path) -> Path:
    """Make 8 pictures, 4 texts, 2 short sounds and a long one."""
    for colour in COLOURS:
        for shape in ("disc", "square"):
            make_picture(root / "pictures" / f"{colour}-{shape}.png", colour=colour, shape=shape)
        make_text(root / "texts" / f"{colour}.txt", f"A {colour} thing.\n")
    make_sound(root / "sounds" / "low.wav", pitch_hz=200)
    make_sound(root / "sounds" / "high.wav", pitch_hz=1500)
    make_sound(root / "sounds" / "long.wav", pitch_hz=600, duration_s=30)
    return root


def new_collection(path: Path) -> Collection:
    return Collection.create(path, tiny_space())


def run(
    collection: Collection, *sources: Path, annotations: Annotations | None = None
) -> IndexReport:
    return index(collection, tiny_space(), sources, annotations=annotations)


def outcomes(report: IndexReport) -> tuple[int, int, int, int, int]:
    """Return ok, skipped, failed, missing, reused."""
    return report.ok, report.skipped, report.failed, report.missing, report.reused
