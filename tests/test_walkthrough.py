"""The walk-through of the README, run as it is written there."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.messy import Messy, make_messy

README = Path(__file__).parent.parent / "README.md"
HEADING = "## From a messy folder to a training list"


def commands() -> list[str]:
    """Return the commands of the README's walk-through, a continued line as one."""
    section = README.read_text(encoding="utf-8").split(HEADING)[1]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block is not None
    return block[1].replace("\\\n", "").strip().splitlines()


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Messy, list[str]]:
    """Run the commands one after the other in a folder with `messy` in it."""
    root = tmp_path_factory.mktemp("walk")
    messy = make_messy(root / "messy")
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    said = []
    for command in commands():
        done = subprocess.run(
            command, shell=True, cwd=root, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        said.append(done.stdout)
    return root, messy, said


@pytest.mark.model
@pytest.mark.timeout(600)
def test_eight_commands_give_five_hundred_items_that_are_clean(
    walked: tuple[Path, Messy, list[str]],
) -> None:
    root, messy, said = walked
    assert len(said) == 8
    lines = (root / "again.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 500
    chosen = {str(Path(row["path"]).relative_to(root / "messy")) for row in rows}
    assert {row["split"] for row in rows} == {"train"}

    both = [pair for pair in messy.duplicates if set(pair) <= chosen]
    leaked = [one for one, _ in messy.leaks if one in chosen]
    poor = [name for name in messy.poor if name in chosen]
    assert len(both) <= 0.05 * len(messy.duplicates), both
    assert len(leaked) <= 0.05 * len(messy.leaks), leaked
    assert len(poor) <= 0.1 * len(messy.poor), poor


@pytest.mark.model
def test_its_list_is_balanced_as_far_as_the_themes_have_items(
    walked: tuple[Path, Messy, list[str]],
) -> None:
    root, _, _ = walked
    rows = [json.loads(line) for line in (root / "again.jsonl").read_text().splitlines()]
    counts = Counter(row["label"] for row in rows)
    most = max(counts.values())
    at_most = [label for label, count in counts.items() if count >= most - 1]
    assert len(counts) == 14
    assert len(at_most) >= 5  # where the others ran dry, these share what is left evenly


@pytest.mark.model
def test_its_recipe_gives_the_same_list_in_a_new_process(
    walked: tuple[Path, Messy, list[str]],
) -> None:
    root, _, _ = walked
    manifest = json.loads((root / "train-500" / "manifest.json").read_text())
    first = json.loads((root / "corpus" / "selections" / "train-500.json").read_text())
    rows = [json.loads(line) for line in (root / "again.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == first["ids"]
    assert manifest["list"] == first["digest"]
    assert manifest["items"] == 500
    assert len(list((root / "train-500").rglob("*.*"))) == 502  # and the manifest's two files
