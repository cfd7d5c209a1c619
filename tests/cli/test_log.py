"""`undo`, `redo` and `log` as a user runs them."""

from pathlib import Path

import pytest

from embedcurate.testing import make_text
from tests.commands import complaint, document, said
from tests.indexing.material import new_collection, run


def indexed(root: Path) -> Path:
    for number in range(3):
        make_text(root / "texts" / f"{number}.txt", f"text number {number}")
    collection = new_collection(root / "c")
    run(collection, root / "texts")
    return collection.path


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = indexed(tmp_path_factory.mktemp("one"))
    said("tag", path, "modality:text", "--add", "seen")
    said("tag", path, "path:0.txt", "--stars", "4", "--pick")
    return path


def test_changes_are_listed_taken_back_and_made_again(collection: Path) -> None:
    entries = document("log", collection)["entries"]
    assert [(one["kind"], one["items"], one["words"]) for one in entries] == [
        ("mark", 1, "pick, 4 stars (1 item)"),
        ("mark", 3, "+seen (3 items)"),
    ]
    [undone] = document("undo", collection)["entries"]
    assert undone["words"] == "undo: pick, 4 stars (1 item)"
    words = said("undo", collection, "--steps", "2").out
    assert words == "undo: +seen (3 items)\nnothing more to undo\n"
    assert len(document("redo", collection, "--steps", "9")["entries"]) == 2
    words = said("log", collection, "-n", "1").out
    assert words.endswith("  redo: pick, 4 stars (1 item)\n")


def test_a_log_is_carried_to_another_collection(collection: Path, tmp_path: Path) -> None:
    other, file = indexed(tmp_path), tmp_path / "log.jsonl"
    written = document("log", collection, "--export", file)
    assert written == {"path": str(file), "entries": len(file.read_text().splitlines())}
    report = document("log", other, "--import", file)
    assert (report["items"], report["pending"]) == (3, 0)
    again = said("log", other, "--import", file).out
    assert f"{written['entries']} of them known" in again
    file.write_text("no log")
    assert "line 1 is no entry" in complaint("log", other, "--import", file)
