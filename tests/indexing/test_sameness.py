"""Whatever happens to files between two runs, each ends with the vector of its own bytes."""

import itertools
import os
import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embedcurate.collection import Collection
from embedcurate.indexing import IndexReport, index, storing
from embedcurate.items import Modality, Outcome, item_id
from embedcurate.sources import Annotations
from embedcurate.spaces.space import Space
from embedcurate.spaces.tiny import TinyTexts
from embedcurate.testing import make_picture, make_text, tiny_space
from tests.indexing.material import new_collection, outcomes, run

_stamps = itertools.count(10**18, 10**9)
WORDS = ("red", "yellow", "green", "cyan", "blue", "magenta", "black", "grey", "white")


def write(path: Path, text: str) -> Path:
    """Write a text whose time of change no other file has."""
    make_text(path, text)
    os.utime(path, ns=(0, next(_stamps)))
    return path


def assert_true_to_the_files(collection: Collection, root: Path) -> None:
    """Compare with what the encoder makes of each file now."""
    paths = sorted(root.rglob("*.txt"))
    ids = [item_id(path) for path in paths]
    items = collection.items(ids)
    assert {item.outcome for item in items} == {Outcome.OK}
    expected = TinyTexts().encode([path.read_text() for path in paths])["shared"]
    np.testing.assert_array_equal(collection.vectors(ids, "shared"), expected)
    known = collection.known().to_pylist()
    assert {row["id"] for row in known if row["outcome"] == "ok"} == set(ids)


@pytest.mark.parametrize("at_once", [1, 256])
def test_a_file_that_takes_the_name_of_a_renamed_one_gives_it_no_vector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(storing, "_AT_ONCE", at_once)
    root = tmp_path / "sources"
    for name in ("a.txt", "z.txt"):
        write(root / name, f"red {name}")
    collection = new_collection(tmp_path / "collection")
    run(collection, root)
    (root / "a.txt").rename(root / "b.txt")
    write(root / "a.txt", "something blue")
    (root / "z.txt").rename(root / "c.txt")
    write(root / "z.txt", "something green")
    run(collection, root)
    assert_true_to_the_files(collection, root)


@pytest.mark.parametrize(("seed", "at_once"), [(0, 1), (1, 3), (2, 256)])
def test_files_that_are_renamed_copied_and_rewritten_at_random_have_their_own_vectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, at_once: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(storing, "_AT_ONCE", at_once)
    root = tmp_path / "sources"
    for number in range(12):
        write(root / f"{number:02}.txt", chance.choice(WORDS))
    collection = new_collection(tmp_path / "collection")
    run(collection, root)
    for _ in range(3):
        _stir(root, chance)
        report = run(collection, root)
        assert report.ok == report.seen == len(list(root.iterdir()))
        assert_true_to_the_files(collection, root)


def _stir(root: Path, chance: random.Random) -> None:
    for _ in range(8):
        one, other = chance.sample(sorted(root.iterdir()), 2)
        match chance.choice(["swap", "move", "copy", "rewrite", "new name"]):
            case "swap":
                one.rename(root / "between")
                other.rename(one)
                (root / "between").rename(other)
            case "move":
                one.rename(other)
            case "copy":
                write(other, one.read_text())
            case "rewrite":
                write(one, chance.choice(WORDS))
            case "new name":
                one.rename(root / f"{chance.randrange(100):02}.txt")


def test_two_new_copies_of_a_file_that_is_gone_both_get_its_vector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "_AT_ONCE", 1)
    root = tmp_path / "sources"
    path = write(root / "m.txt", "red")
    collection = new_collection(tmp_path / "collection")
    run(collection, root)
    for name in ("a.txt", "b.txt", "c.txt"):
        write(root / name, "red")
    path.unlink()
    report = run(collection, root)
    assert outcomes(report) == (3, 0, 0, 0, 3)
    assert_true_to_the_files(collection, root)


def test_a_touched_file_keeps_its_own_marks_when_a_copy_of_it_goes(tmp_path: Path) -> None:
    root = tmp_path / "sources"
    paths = [write(root / name, "red") for name in ("a.txt", "b.txt")]
    ids = [item_id(path) for path in paths]
    collection = new_collection(tmp_path / "collection")
    run(collection, root)
    with collection.writer() as writer:
        writer.mark(ids[:1], add=["of a"])
        writer.mark(ids[1:], add=["of b"])
    for gone, kept in ((0, 1), (1, 0)):
        paths[gone].unlink()
        os.utime(paths[kept], ns=(0, 10**18 + gone))
        report = run(collection, root)
        assert (report.moved, report.missing) == (0, 1)
        marks = collection.marks(ids)
        assert [sorted(marks[id_].tags) for id_ in ids] == [["of a"], ["of b"]]
        write(paths[gone], "red")
        run(collection, root)


def test_a_picture_and_a_text_of_the_same_bytes_are_two_kinds_of_item(tmp_path: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    root = tmp_path / "sources"
    paths = [make_text(root / name, drawing) for name in ("a.svg", "b.txt")]
    collection = new_collection(tmp_path / "collection")
    report = run(collection, root)
    assert (report.seen, report.reused) == (2, 0)
    kinds = [item.modality for item in collection.items([item_id(path) for path in paths])]
    assert kinds == [Modality.IMAGE, Modality.TEXT]


def test_a_failed_file_that_goes_and_comes_back_is_still_failed(tmp_path: Path) -> None:
    path = make_text(tmp_path / "sources" / "broken.png", "no picture")
    collection = new_collection(tmp_path / "collection")
    run(collection, path.parent)
    path.rename(tmp_path / "away")
    run(collection, path.parent)
    (tmp_path / "away").rename(path)
    assert outcomes(run(collection, path.parent)) == (0, 0, 1, 0, 0)
    assert collection.outcomes() == {"failed": 1}


def test_a_caption_file_that_can_not_be_read_costs_the_caption_alone(tmp_path: Path) -> None:
    picture = make_picture(tmp_path / "sources" / "a.png")
    sidecar = make_text(picture.with_suffix(".txt"), "a red disc")
    collection = new_collection(tmp_path / "collection")
    captions = Annotations(captions="sidecar")
    run(collection, picture.parent, annotations=captions)
    for change in ("nothing else", "a new name", "a new copy"):
        sidecar.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
        os.utime(sidecar, ns=(0, 2 * next(_stamps)))
        if change == "a new name":
            picture, sidecar = (one.rename(one.with_stem("b")) for one in (picture, sidecar))
        elif change == "a new copy":
            shutil.copy(picture, picture.with_stem("c"))
            shutil.copy(sidecar, sidecar.with_stem("c"))
        report = run(collection, picture.parent, annotations=captions)
        assert report.ok == report.seen == report.reused == len(report.failures)
        assert sidecar in [failure.path for failure in report.failures]


def test_a_caption_file_that_is_a_dangling_link_costs_the_caption_alone(tmp_path: Path) -> None:
    picture = make_picture(tmp_path / "sources" / "a.png")
    picture.with_suffix(".txt").symlink_to(tmp_path / "gone.txt")
    collection = new_collection(tmp_path / "collection")
    report = run(collection, picture.parent, annotations=Annotations(captions="sidecar"))
    assert report.ok == 1
    assert picture.with_suffix(".txt") in [failure.path for failure in report.failures]
    assert collection.outcomes() == {"ok": 1}


class SometimesNoNumbers(TinyTexts):
    """Gives NaN for texts about magenta, as overflowing weights do."""

    def encode(self, batch: Sequence[str]) -> dict[str, np.ndarray]:
        vectors = dict(super().encode(batch))
        vectors["shared"][["magenta" in text for text in batch]] = np.nan
        return vectors


def index_with_gaps(collection: Collection, root: Path) -> IndexReport:
    tiny = tiny_space()
    space: Space = replace(tiny, encoders={**tiny.encoders, Modality.TEXT: SometimesNoNumbers()})
    return index(collection, space, [root])


def test_an_item_whose_vector_is_not_a_number_fails_alone_and_its_copies_with_it(
    tmp_path: Path,
) -> None:
    root = tmp_path / "sources"
    for number, word in enumerate(WORDS):
        make_text(root / f"{number}.txt", word)
    for name in ("a-copy.txt", "z-copy.txt"):
        make_text(root / name, "magenta")
    collection = new_collection(tmp_path / "collection")
    report = index_with_gaps(collection, root)
    assert outcomes(report) == (8, 0, 3, 0, 0)
    assert all("no usable vector" in failure.reason for failure in report.failures)
    assert collection.outcomes() == {"failed": 3, "ok": 8}
    assert outcomes(index_with_gaps(collection, root)) == (8, 0, 3, 0, 8)
