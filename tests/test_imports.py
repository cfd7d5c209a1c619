"""The rooms import downwards only, and nothing heavy is loaded before it is used."""

import ast
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import embedcurate

PACKAGE = Path(embedcurate.__file__).parent

ORDER = [
    {"errors"},
    {"items", "progress"},
    {"figures", "fingerprints", "formats"},
    {"filters"},
    {"plugins"},
    {"clauses"},
    {"query"},
    {"media"},
    {"tables"},
    {"sources"},
    {"spaces"},
    {"collection"},
    {"neighbours"},
    {"indexing", "search", "clusters", "duplicates", "projection", "quality"},
    {"bridging", "leaks", "outliers", "sampling"},
    {"recipes"},
    {"export", "evaluation"},
    {"testing"},
    {"browsing", "previews"},
    {"worker"},
    {"cli"},
    {"__main__"},
]
"""The rooms, lowest first: each may import from those before it and from itself."""

HEAVY = {
    "av", "hdbscan", "httpx", "huggingface_hub", "imagehash", "keyring", "lancedb", "matplotlib",
    "numba", "open_clip", "scipy", "sentence_transformers", "sklearn", "soundfile", "soxr", "timm",
    "torch", "transformers", "umap",
}  # fmt: skip

FOREIGN = {"PySide6", "embedcurate_ui", "embedcurate_plugins"}


def modules() -> list[str]:
    found = pkgutil.walk_packages([str(PACKAGE)], "embedcurate.")
    return sorted({"embedcurate", *(module.name for module in found)})


def imports(module: str) -> set[str]:
    """Return what a module's source imports, at its top or in a function."""
    path = PACKAGE.parent.joinpath(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "embedcurate":
            found |= {f"embedcurate.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            found.add(str(node.module))
    return found


def room(module: str) -> str:
    return module.split(".")[1]


def test_every_room_has_its_place_in_the_order() -> None:
    rooms = {room(module) for module in modules() if module != "embedcurate"}
    assert rooms == set().union(*ORDER)


@pytest.mark.parametrize("module", [name for name in modules() if name != "embedcurate"])
def test_a_module_imports_only_from_rooms_below_its_own(module: str) -> None:
    height = {name: number for number, names in enumerate(ORDER) for name in names}
    for imported in imports(module):
        if imported.startswith("embedcurate.") and imported != "embedcurate.__version__":
            lower = height[room(imported)] < height[room(module)]
            assert lower or room(imported) == room(module), f"{module} imports {imported}"


@pytest.mark.parametrize("module", modules())
def test_the_library_knows_no_window_and_no_plugin_and_only_the_store_knows_its_database(
    module: str,
) -> None:
    tops = {name.partition(".")[0] for name in imports(module)}
    assert not tops & FOREIGN
    if not module.startswith("embedcurate.collection"):
        assert "lancedb" not in tops


def test_importing_every_module_loads_nothing_heavy() -> None:
    script = f"""
import importlib, sys
for name in {modules()!r}:
    if name != "embedcurate.__main__":
        importlib.import_module(name)
print(sorted({HEAVY!r} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["errors", "items", "progress", "query", "filters"])
def test_the_words_of_the_library_need_neither_numpy_nor_arrow(module: str) -> None:
    script = f"import sys, embedcurate.{module}; print({{'numpy', 'pyarrow'}} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
