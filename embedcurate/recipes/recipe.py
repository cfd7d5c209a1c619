"""The story of a selection as TOML that a person can read and edit.

    format = 1
    keep = ["modality:image width:>=512"]     # filters that items must match, all of them
    drop = ["is:duplicate", "is:poor"]        # filters that they must not match, any of them

    [sample]                                  # the arguments of `sampling.pick`
    size = 500
    random_state = 0
    [sample.strategies]
    diverse = 1.0

    [picks]                                   # by hand, last
    add = ["0f3a..."]
    remove = []

    [[runs]]                                  # the analyses that the filters and the sample read
    verb = "duplicates"
    id = "5f0c12ab34cd"

    [result]                                  # what came of it where it was written
    items = 500
    digest = "..."
    version = "..."

The parts are applied in this order. Without a sample, the items are in the order of their paths.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from embedcurate.errors import QueryError, RecipeError
from embedcurate.query import parse_filter

__all__ = ["RECIPE_FORMAT", "Expected", "NeededRun", "Recipe", "read_recipe", "write_recipe"]

RECIPE_FORMAT = 1
_KEYS = {"format", "embedcurate", "keep", "drop", "sample", "picks", "runs", "result"}


@dataclass(frozen=True, slots=True)
class NeededRun:
    """An analysis that a recipe reads: with the same parameters it can be computed again."""

    verb: str
    id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expected:
    """What came of a recipe where it was written; `counts` says what each step left."""

    items: int
    digest: str
    version: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to choose items; the module says in which order its parts are applied."""

    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    sample: Mapping[str, Any] | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    runs: tuple[NeededRun, ...] = ()
    result: Expected | None = None


def write_recipe(recipe: Recipe) -> str:
    """Return a recipe as TOML."""
    import tomli_w

    from embedcurate import __version__

    document: dict[str, Any] = {
        "format": RECIPE_FORMAT,
        "embedcurate": __version__,
        "keep": list(recipe.keep),
        "drop": list(recipe.drop),
    }
    if recipe.sample is not None:
        document["sample"] = _without_none(recipe.sample)
    if recipe.add or recipe.remove:
        document["picks"] = {"add": list(recipe.add), "remove": list(recipe.remove)}
    document["runs"] = [
        {"verb": run.verb, "id": run.id, "parameters": _without_none(run.parameters)}
        for run in recipe.runs
    ]
    if recipe.result is not None:
        document["result"] = {
            "items": recipe.result.items,
            "digest": recipe.result.digest,
            "version": recipe.result.version,
            "counts": dict(recipe.result.counts),
        }
    return tomli_w.dumps(document)


def read_recipe(text: str, name: Path | str = "the recipe") -> Recipe:
    """Return the recipe that `text` holds.

    Raises `RecipeError` with what is wrong and where, before anything is computed.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(name, f"it is not TOML: {error}") from error
    unknown = sorted(document.keys() - _KEYS)
    if unknown:
        raise RecipeError(name, f"it has '{unknown[0]}', which is no part of a recipe")
    if document.get("format") != RECIPE_FORMAT:
        raise RecipeError(
            name,
            f"its format is {document.get('format')!r} and this embedcurate reads {RECIPE_FORMAT}",
        )
    picks = _table(document, "picks", name)
    sample = document.get("sample")
    if sample is not None and not isinstance(sample, dict):
        raise RecipeError(name, "'sample' has to be a table")
    try:
        recipe = Recipe(
            keep=_strings(document, "keep", name),
            drop=_strings(document, "drop", name),
            sample=sample,
            add=_strings(picks, "add", name),
            remove=_strings(picks, "remove", name),
            runs=tuple(
                NeededRun(run["verb"], run["id"], run.get("parameters", {}))
                for run in document.get("runs", [])
            ),
            result=Expected(**document["result"]) if "result" in document else None,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise RecipeError(name, f"a part of it lacks or garbles {error}") from error
    for filter_ in (*recipe.keep, *recipe.drop):
        try:
            parse_filter(filter_)
        except QueryError as error:
            raise RecipeError(name, f"its filter '{filter_}' can't be read: {error}") from error
    return recipe


def _strings(document: Mapping[str, Any], key: str, name: Path | str) -> tuple[str, ...]:
    values: Sequence[Any] = document.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise RecipeError(name, f"'{key}' has to be a list of texts")
    return tuple(values)


def _table(document: Mapping[str, Any], key: str, name: Path | str) -> Mapping[str, Any]:
    table = document.get(key, {})
    if not isinstance(table, dict):
        raise RecipeError(name, f"'{key}' has to be a table")
    return table


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what TOML can't say: absent values."""
    return {
        key: _without_none(value) if isinstance(value, Mapping) else value
        for key, value in values.items()
        if value is not None
    }
