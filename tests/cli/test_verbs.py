"""Every verb of curation: its document, its progress, Ctrl-C, collections of next to nothing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from embedcurate import clusters, duplicates, leaks, outliers, projection, quality, recipes
from embedcurate.collection import Collection
from embedcurate.query import parse_filter
from embedcurate.sources import Annotations
from embedcurate.testing import make_picture, make_text
from tests.commands import ended, tiny_here
from tests.indexing.material import make_sources, new_collection, run

NOBODY = "0123456789abcdef"

LOGGED = {"seq": int, "time": str, "kind": str, "items": int, "pairs": int, "words": str}
EXPORTED = {"path": str, "format": str, "items": int, "splits": {str: int}, "failures": list}

SHAPES: dict[str, Any] = {
    "duplicates": {
        "groups": [
            {"keep": str, "items": [{"id": str, "path": str, "similarity": float, "reason": str}]}
        ],
        "pairs": int,
    },
    "decide": {"decided": int},
    "leaks": {
        "leaks": [
            {
                "id": str,
                "path": str,
                "split": str,
                "partner": {"id": str, "path": str, "split": str},
                "kind": str,
                "similarity": float,
            }
        ]
    },
    "clusters": {
        "clusters": [{"label": int, "name": str, "size": int, "exemplars": [str]}],
        "noise": int,
        "labels": {str: int},
    },
    "map": {"method": str, "items": int, "points": [{"id": str, "x": float, "y": float}]},
    "outliers": {"items": [{"id": str, "path": str, "score": float}], "labels": list},
    "quality": {"issues": {str: {"checked": int, "count": int, "histogram": [int]}}},
    "sample": {"items": [{"id": str, "path": str, "strategy": str}], "coverage": {"radius": float}},
    "undo": {"entries": [LOGGED]},
    "redo": {"entries": [LOGGED]},
    "log": {"entries": [LOGGED]},
    "recipe": {"digest": str, "as_written": bool, "notes": list, "export": EXPORTED},
    "export": EXPORTED,
    "evaluate": {
        "retrieval": {
            str: {"recall@1": float, "recall@5": float, "recall@10": float, "chance@10": float}
        }
    },
}
"""What each verb's document has at least; lists and mappings must not be empty."""

LONG = sorted(set(SHAPES) - {"decide", "undo", "redo", "log"})
"""The verbs that report more than once."""

MISSING = {"decide": "has no item", "leaks": "The collection has no split 'train'. None of"}
"""What is said where there are no two items, by the verbs that can't do without."""

ANALYSES = ("duplicates", "leaks", "clusters", "map", "outliers", "quality", "sample")


def arguments(verb: str, path: Path) -> list[object]:
    """Return what is asked of a verb; `out.csv` and `recipe.toml` stand beside the collection.

    The seed is another than that of what was found before, so that there is work to do.
    """
    match verb:
        case "decide":
            ids = Collection.open(path).catalogue.ids.astype(str).tolist()
            one, other = ids[:2] if len(ids) > 1 else (NOBODY, NOBODY)
            return [verb, path, one, other, "different"]
        case "recipe":
            return [verb, "run", path.parent / "recipe.toml", path, path.parent / "out.csv"]
        case "export":
            return [verb, path, path.parent / "out.csv"]
        case "sample":
            return [verb, path, "--size", 5, "--seed", 7]
        case "map":
            return [verb, path, "--method", "umap", "--seed", 7]
        case "clusters":
            return [verb, path, "--min-size", 3, "--seed", 7]
        case "duplicates" | "leaks" | "outliers" | "evaluate":
            return [verb, path, "--seed", 7]
    return [verb, path]


@pytest.fixture(scope="module", autouse=True)
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with tiny_here(tmp_path_factory.mktemp("site") / "site"):
        yield


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a collection of two splits with captions, marks, a decision, and all analyses done."""
    root = tmp_path_factory.mktemp("verbs")
    for split in ("train", "test"):
        folder = make_sources(root / "media" / split)
        make_text(folder / "pictures" / "red-disc.txt", "something red")
    collection = new_collection(root / "c")
    report = run(collection, root / "media", annotations=Annotations("sidecar", "folder", "folder"))
    assert (report.ok, report.failed) == (30, 0)
    ids = collection.catalogue.ids.astype(str).tolist()
    with collection.writer() as writer:
        writer.mark(ids[:3], add={"seen"}, stars=4)
        writer.decide([(ids[3], ids[4])], "different")
        writer.mark(ids[:3], pick="pick")
        writer.undo()
    duplicates.find(collection)
    leaks.find(collection)
    clusters.label(collection, min_cluster_size=3)
    projection.place(collection, method=projection.Method.PCA)
    outliers.score(collection)
    quality.check(collection)
    chosen = recipes.choose(collection, sample={"size": 5})
    (root / "recipe.toml").write_text(recipes.write_recipe(chosen.recipe))
    return root


@pytest.fixture
def path(analysed: Path, tmp_path: Path) -> Path:
    shutil.copy(analysed / "recipe.toml", tmp_path)
    return shutil.copytree(analysed / "c", tmp_path / "c")


def assert_fits(found: object, shape: Any, at: str = "the document") -> None:
    """Compare with a shape: a type, ``[shape]``, ``{str: shape}`` or ``{name: shape}``."""
    if isinstance(shape, list):
        assert isinstance(found, list), at
        assert found, at
        for one in found:
            assert_fits(one, shape[0], f"{at}[]")
    elif isinstance(shape, dict):
        assert isinstance(found, dict), at
        assert found, at
        inner = dict.fromkeys(found, shape[str]) if str in shape else shape
        for name, one in inner.items():
            assert name in found, f"{at} lacks {name}"
            assert_fits(found[name], one, f"{at}.{name}")
    else:
        assert isinstance(found, shape), f"{at} is {found!r}"


@pytest.mark.parametrize("verb", SHAPES)
def test_its_document_is_all_of_the_output_and_progress_all_beside_it(
    verb: str, path: Path
) -> None:
    shows = ["--progress", "json"] if verb not in ("undo", "redo", "log") else []
    done = ended(*arguments(verb, path), "--json", *shows)
    assert done.code == 0, done.err
    assert done.out.count("\n") == 1
    assert_fits(json.loads(done.out), SHAPES[verb])
    lines = [json.loads(line) for line in done.err.splitlines()]
    assert bool(lines) == bool(shows)
    for line in lines:
        assert_fits(line, {"done": int, "total": int | None, "doing": str})


@pytest.mark.parametrize("verb", LONG)
def test_ctrl_c_at_its_progress_has_exit_code_130_and_costs_no_earlier_result(
    verb: str, path: Path
) -> None:
    collection = Collection.open(path)
    before = collection.results.runs()
    done = ended(*arguments(verb, path), "--json", "--progress", "json", impatient=True)
    *_, said = done.err.splitlines()
    assert (done.code, done.out) == (130, "")
    assert said.startswith("embedcurate: ")
    assert not (path.parent / "out.csv").exists()
    collection = Collection.open(path)
    after = collection.results.runs()
    assert all(one in after for one in before)
    for name in ANALYSES:
        latest = collection.results.latest(name)
        assert latest is not None
        assert latest in before
        assert len(collection.results.table(latest, "items"))
    for clause in ("is:duplicate", "is:leak", "-is:outlier", "-is:poor", "cluster:>=-1"):
        assert collection.catalogue.ids_where(parse_filter(clause))
    again = ended(*arguments(verb, path), "--json", "--progress", "none")
    assert (again.code, again.err) == (0, "")
    assert_fits(json.loads(again.out), SHAPES[verb])


@pytest.fixture(scope="module", params=["no items", "one item", "only failed items"])
def scant(
    request: pytest.FixtureRequest, analysed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    root = tmp_path_factory.mktemp(request.param)
    shutil.copy(analysed / "recipe.toml", root)
    collection = new_collection(root / "c")
    match request.param:
        case "one item":
            make_picture(root / "media" / "one.png")
            assert run(collection, root / "media").ok == 1
        case "only failed items":
            for name in ("one.png", "two.wav"):
                make_text(root / "media" / name, "no medium")
            assert run(collection, root / "media").failed == 2
    return collection.path


@pytest.mark.parametrize("verb", SHAPES)
def test_of_next_to_nothing_it_finds_nothing_or_says_what_is_missing(
    verb: str, scant: Path, tmp_path: Path
) -> None:
    shutil.copy(scant.parent / "recipe.toml", tmp_path)
    path = shutil.copytree(scant, tmp_path / "c")
    ok = Collection.open(path).counts().get("image", 0)
    done = ended(*arguments(verb, path), "--json")
    if verb in MISSING:
        assert (done.code, done.out) == (1, "")
        assert done.err.count("\n") == 1
        assert MISSING[verb] in done.err
        return
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert set(found) >= set(SHAPES[verb])
    listed = {"clusters": "labels", "map": "points", "outliers": "items", "sample": "items"}
    if verb in listed:
        assert len(found[listed[verb]]) == ok
    for written in tmp_path.glob("out.csv*"):
        written.unlink()
    told = ended(*arguments(verb, path))
    assert told.code == 0, told.err
    assert told.out + told.err
