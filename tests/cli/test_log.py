"""`undo`, `redo` and `log` as a user runs them."""

import json
from pathlib import Path
from typing import Any

import pytest

from embedcurate.testing import make_text
from tests.processes import complaint, embedcurate, with_tiny

Env = dict[str, str]


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Env:
    return with_tiny(tmp_path_factory.mktemp("site") / "site")


def indexed(root: Path, env: Env) -> Path:
    for number in range(3):
        make_text(root / "texts" / f"{number}.txt", f"text number {number}")
    embedcurate("index", root / "c", root / "texts", "--space", "tiny", env=env)
    return root / "c"


@pytest.fixture(scope="module")
def collection(env: Env, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = indexed(tmp_path_factory.mktemp("one"), env)
    embedcurate("tag", path, "modality:text", "--add", "seen", env=env)
    embedcurate("tag", path, "path:0.txt", "--stars", "4", "--pick", env=env)
    return path


def document(*arguments: object, env: Env) -> Any:
    return json.loads(embedcurate(*arguments, "--json", env=env).stdout)


def test_changes_are_listed_taken_back_and_made_again(collection: Path, env: Env) -> None:
    entries = document("log", collection, env=env)["entries"]
    assert [(one["kind"], one["items"], one["words"]) for one in entries] == [
        ("mark", 1, "pick, 4 stars (1 item)"),
        ("mark", 3, "+seen (3 items)"),
    ]
    [undone] = document("undo", collection, env=env)["entries"]
    assert undone["words"] == "undo: pick, 4 stars (1 item)"
    said = embedcurate("undo", collection, "--steps", "2", env=env).stdout
    assert said == "undo: +seen (3 items)\nnothing more to undo\n"
    assert len(document("redo", collection, "--steps", "9", env=env)["entries"]) == 2
    said = embedcurate("log", collection, "-n", "1", env=env).stdout
    assert said.endswith("  redo: pick, 4 stars (1 item)\n")


def test_a_log_is_carried_to_another_collection(collection: Path, env: Env, tmp_path: Path) -> None:
    other, file = indexed(tmp_path, env), tmp_path / "log.jsonl"
    written = document("log", collection, "--export", file, env=env)
    assert written == {"path": str(file), "entries": len(file.read_text().splitlines())}
    report = document("log", other, "--import", file, env=env)
    assert (report["items"], report["pending"]) == (3, 0)
    again = embedcurate("log", other, "--import", file, env=env).stdout
    assert f"{written['entries']} of them known" in again
    file.write_text("no log")
    assert "line 1 is no entry" in complaint("log", other, "--import", file, env=env)
