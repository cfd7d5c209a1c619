"""The tutorial for authors of plugins, done as it is written there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from embedcurate_resources import FOLDER

from embedcurate.testing import make_text

TUTORIAL = (FOLDER / "PLUGINS.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TUTORIAL, re.DOTALL)


def test_the_tutorial_makes_a_plugin_that_is_installed_checked_allowed_and_used(
    tmp_path: Path,
) -> None:
    [project], [module, test], [commands] = blocks("toml"), blocks("python"), blocks("sh")
    code = [line for line in module.splitlines() if line.strip()]
    assert len(code) <= 30
    for name, content in (
        ("pyproject.toml", project), ("ec_letters.py", module), ("test_letters.py", test),
    ):  # fmt: skip
        (tmp_path / name).write_text(content)
    make_text(tmp_path / "notes" / "kitchen.txt", "The refrigerator hums.\n")
    make_text(tmp_path / "notes" / "garden.txt", "Roses and thorns.\n")
    site = tmp_path / "site"
    env = {name: value for name, value in os.environ.items() if name != "EMBEDCURATE_PLUGINS"}
    env |= {"PYTHONPATH": os.fspath(site), "EMBEDCURATE_CONFIG": os.fspath(tmp_path / "config")}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, env=env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    said = []
    for line in commands.splitlines():
        words = [word.strip('"') for word in line.split()]
        if words[0] == "pip":  # as written, but for a folder of its own and without the network
            words += ["-q", "--no-deps", "--no-build-isolation", "--target", os.fspath(site)]
        said.append(run(*words))
    assert "letters  (encoders, ec-letters 1.0): not allowed" in said[1]
    assert "Finds texts by their letters" in said[2]
    assert "kitchen.txt" in said[4].splitlines()[0]
    run("pytest", "-q", "-p", "no:cacheprovider", "test_letters.py")
    listed = json.loads(run("embedcurate", "spaces", "--json"))["spaces"]
    assert {"letters": "ready"}.items() <= {one["name"]: one["state"] for one in listed}.items()


def test_the_tutorial_names_every_group_and_its_class() -> None:
    from embedcurate.plugins import KINDS

    for group, kind in KINDS.items():
        assert f"| `{group}` | `{kind.replace(':', '.')}` |" in TUTORIAL
