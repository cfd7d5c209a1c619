"""What holds for all of the code: what modules offer, what is never called, what the tools say."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedcurate import errors
from tests.test_imports import modules

REPOSITORY = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "name", [name for name in modules() if name not in ("embedcurate.__main__",)]
)
def test_a_module_offers_all_that_is_public_in_it_and_nothing_else(name: str) -> None:
    module = importlib.import_module(name)
    tree = ast.parse(Path(str(module.__file__)).read_text())
    offered = getattr(module, "__all__", [])
    assert len(offered) == len(set(offered))
    assert all(hasattr(module, one) for one in offered)
    missing = {one for one in _public(tree) if one not in offered} - {"__version__"}
    assert not missing, f"{name}.__all__ lacks {sorted(missing)}"


def _public(tree: ast.Module) -> Iterator[str]:
    """Yield the functions, classes and constants that bear no underscore."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            assigned = [target.id for target in targets if isinstance(target, ast.Name)]
            names = [name for name in assigned if name.isupper() and len(name) > 1]
        else:
            continue
        yield from (name for name in names if not name.startswith("_"))


def test_every_exception_stands_in_the_tree_at_its_place() -> None:
    path: list[str] = []
    drawn = {}
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"    ((?:[│├└ ][─ ]{2} )*)([A-Z]\w+)", line):
            depth = len(match[1]) // 4
            path[depth:] = [match[2]]
            drawn[match[2]] = path[depth - 1] if depth else "Exception"
    classes = inspect.getmembers(errors, inspect.isclass)
    assert drawn == {
        name: found.__base__.__name__ for name, found in classes if issubclass(found, Exception)
    }


FORBIDDEN = re.compile(
    r"\b(c|cloud)?[pP]ickle\.(load|Unpickler)|\bdill\b|\bjoblib\b|weights_only=False"
    r"|allow_pickle=True|trust_remote_code=True|torch\.load\((?!.*weights_only=True)"
    r"|shell=True|(?<![\w.])(eval|exec)\("
)


def test_nothing_loads_what_could_run_code() -> None:
    for folder in ("embedcurate", "plugins", "ui", "resources"):
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            for line in path.read_text().splitlines():
                assert not FORBIDDEN.search(line), f"{path}: {line}"


def test_files_are_rooms_that_can_be_seen_across() -> None:
    for folder in ("embedcurate", "plugins", "ui"):
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            assert len(path.read_text().splitlines()) < 400, path


@pytest.mark.parametrize(
    "tool", [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)], ids=" ".join
)
def test_the_tools_find_nothing(tool: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *tool], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
