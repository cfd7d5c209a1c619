"""Choose the items that a recipe describes; write down the recipe of a choice."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from inspect import signature
from types import UnionType
from typing import Any, Union, get_args, get_origin

import numpy as np

from embedcurate.clauses import clauses
from embedcurate.collection import Collection
from embedcurate.collection.results import Run
from embedcurate.collection.selections import Selection, list_digest
from embedcurate.errors import RecipeError, RecipeNeeds
from embedcurate.filters import (
    RESULTS,
    STATES,
    All,
    AnyOf,
    Compare,
    Filter,
    Is,
    Not,
    Selected,
    Tagged,
)
from embedcurate.progress import Progress, ignore
from embedcurate.query import parse_filter
from embedcurate.recipes.recipe import Expected, NeededRun, Recipe, write_recipe
from embedcurate.sampling import Estimate, Sample, estimate, pick

__all__ = ["Replay", "choose", "estimated", "replay", "saved"]

_PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a recipe: the ids in order, and the recipe with its runs and result filled in.

    `as_written` tells whether this is the list that the recipe says it gave; None if it does not
    say, or if the collection has changed since.
    """

    ids: tuple[str, ...]
    recipe: Recipe
    as_written: bool | None
    sample: Sample | None = None
    notes: tuple[str, ...] = ()


def replay(collection: Collection, recipe: Recipe, *, progress: Progress = ignore) -> Replay:
    """Choose the items that `recipe` describes from `collection`.

    The same recipe on a collection of the same version gives the same list.

    Raises
    ------
    RecipeNeeds
        If the collection lacks a run, tag, selection or item that the recipe names: it says which.
    """
    notes: list[str] = []
    steps = [*recipe.keep, *recipe.drop]
    filters = [parse_filter(step) for step in steps]
    runs = _needed_runs(collection, recipe, filters, notes)
    collection = collection.pinned({run.verb: run.id for run in runs})
    _require_named(collection, zip(steps, filters, strict=True))
    _require_items(collection, (*recipe.add, *recipe.remove))

    counts: dict[str, int] = {}
    where = _narrowed(collection, recipe, counts)
    sample = None
    if recipe.sample is None:
        ids = _by_path(collection, where)
    else:
        sample = pick(collection, where=where, progress=progress, **_arguments(recipe.sample))
        ids = list(sample.ids)
        counts["sample"] = len(ids)
    removed = set(recipe.remove)
    added = [id_ for id_ in recipe.add if id_ not in set(ids)]
    ids = [id_ for id_ in [*ids, *added] if id_ not in removed]

    version = collection.version()
    digest = list_digest(ids)
    expected = recipe.result
    as_written = None
    if expected is not None and expected.version == version:
        as_written = expected.digest == digest
    elif expected is not None:
        notes.append("The collection has changed since the recipe was written.")
    filled = replace(
        recipe,
        runs=tuple(NeededRun(run.verb, run.id, run.parameters) for run in runs),
        result=Expected(len(ids), digest, version, counts),
    )
    return Replay(tuple(ids), filled, as_written, sample, tuple(notes))


def choose(
    collection: Collection,
    *,
    where: Filter = All(),  # noqa: B008 - frozen
    sample: Mapping[str, Any] | None = None,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    progress: Progress = ignore,
) -> Replay:
    """Choose items by a filter and, if `sample` has arguments of `sampling.pick`, a sample."""
    kept: list[str] = []
    dropped: list[str] = []
    for clause in clauses(where):
        (dropped if clause.startswith("-") else kept).append(clause.removeprefix("-"))
    recipe = Recipe(
        keep=tuple(kept),
        drop=tuple(dropped),
        sample=sample,
        add=tuple(add),
        remove=tuple(remove),
    )
    return replay(collection, recipe, progress=progress)


def estimated(
    collection: Collection,
    *,
    where: Filter = All(),  # noqa: B008 - frozen
    sample: Mapping[str, Any],
    among: Sequence[str] | None = None,
    progress: Progress = ignore,
) -> Estimate:
    """Tell what would come of the same arguments given to `choose`; keep nothing.

    among : ids of the only items that may be picked; by default all that `where` matches
    """
    options = {name: value for name, value in _arguments(sample).items() if name != "compare"}
    return estimate(collection, where=where, among=among, progress=progress, **options)


def saved(collection: Collection, name: str, chosen: Replay, *, said: str = "") -> Selection:
    """Keep what was chosen as the selection `name`, with its recipe as its story.

    `said` as in `Writer.save_selection`. Waits a while for who writes to the collection: it would
    be a pity about the choice.
    """
    with collection.writer(doing="saving a selection", wait_s=_PATIENCE_S) as writer:
        return writer.save_selection(name, chosen.ids, write_recipe(chosen.recipe), said=said)


def _narrowed(collection: Collection, recipe: Recipe, counts: dict[str, int]) -> Filter:
    """Return the filter that the steps make together, and note how many items each one leaves."""
    where: Filter = All((Is("ok"),))
    catalogue = collection.catalogue
    for step in recipe.keep:
        where = All((where, parse_filter(step)))
        counts[f"keep {step}"] = int(catalogue.mask(where).sum())
    for step in recipe.drop:
        where = All((where, Not(parse_filter(step))))
        counts[f"drop {step}"] = int(catalogue.mask(where).sum())
    return where


def _arguments(sample: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments of the sample; raise `RecipeError` for one that can't be."""
    parameters = signature(pick).parameters
    known = parameters.keys() - {"collection", "where", "progress"}
    for name, value in sample.items():
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = (
                f"did you mean '{close[0]}'?" if close else f"there are {', '.join(sorted(known))}"
            )
            raise RecipeError("sample", f"'{name}' is no part of it; {hint}")
        if not _fits(value, parameters[name].annotation):
            raise RecipeError("sample", f"its '{name}' can't be {value!r}")
    if "size" not in sample:
        raise RecipeError("sample", "its 'size' is missing")
    return sample


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a value that was read from a file is of the type that `hint` names."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, one) for one in inner)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(_fits(one, inner[1]) for one in value.values())
    if origin is not None:
        several = isinstance(value, Iterable) and not isinstance(value, str)
        return several and all(_fits(one, inner[0]) for one in value)
    if isinstance(value, bool) or hint is bool:
        return isinstance(value, bool) and hint is bool
    return isinstance(value, int | float if hint is float else hint)


def _by_path(collection: Collection, where: Filter) -> list[str]:
    items = collection.items(collection.catalogue.ids_where(where))
    items.sort(key=lambda item: (os.fsencode(item.path), item.row or 0))
    return [item.id for item in items]


def _needed_runs(
    collection: Collection, recipe: Recipe, filters: Sequence[Filter], notes: list[str]
) -> list[Run]:
    verbs = {RESULTS[name].verb for part in filters for name in _analyses(part)}
    if recipe.sample is not None and recipe.sample.get("by") == "cluster":
        verbs.add("clusters")
    named = {run.verb: run for run in recipe.runs}
    found = []
    for verb in sorted(verbs):
        wanted = named.get(verb)
        run = collection.results.latest(verb) if wanted is None else None
        if wanted is not None:
            run = _kept(collection, wanted) or collection.results.equal(
                verb, wanted.parameters, collection.contents()
            )
            if run is not None and run.id != wanted.id:
                notes.append(f"The run {run.id} of '{verb}' stands in for {wanted.id}.")
        if run is None:
            source = next(source for source in RESULTS.values() if source.verb == verb)
            which = f"the run '{wanted.id}' of '{verb}'" if wanted else f"a run of '{verb}'"
            options = f" (with {dict(wanted.parameters)})" if wanted and wanted.parameters else ""
            raise RecipeNeeds(which, f"Run: embedcurate {source.command}{options}")
        found.append(run)
    return found


def _kept(collection: Collection, wanted: NeededRun) -> Run | None:
    return next((run for run in collection.results.runs(wanted.verb) if run.id == wanted.id), None)


def _parts(expression: Filter) -> Iterator[Filter]:
    """Yield a filter and all filters in it."""
    yield expression
    match expression:
        case All(of) | AnyOf(of):
            for part in of:
                yield from _parts(part)
        case Not(part):
            yield from _parts(part)
        case _:
            return


def _analyses(expression: Filter) -> Iterator[str]:
    for part in _parts(expression):
        if isinstance(part, Is) and part.state not in STATES:
            yield "poor"  # what a plugin's check found is kept with the built-in ones
        elif isinstance(part, Is) and part.state in RESULTS:
            yield part.state
        elif isinstance(part, Compare) and part.column in RESULTS:
            yield part.column


def _require_named(collection: Collection, steps: Iterable[tuple[str, Filter]]) -> None:
    for step, expression in steps:
        for part in _parts(expression):
            if isinstance(part, Tagged) and not collection.catalogue.tagged(part.tag).any():
                raise RecipeNeeds(
                    f"items tagged '{part.tag}' (in '{step}')",
                    "Tag some with: embedcurate tag, or take the filter out of the recipe.",
                )
            if isinstance(part, Selected):
                collection.selections.get(part.name)


def _require_items(collection: Collection, ids: Sequence[str]) -> None:
    missing = np.asarray(ids, str)[collection.catalogue.rows_of(ids) < 0]
    if len(missing):
        raise RecipeNeeds(
            f"{len(missing)} of the items picked by hand, '{missing[0]}' among them",
            "Index their files again, or take them out of the recipe.",
        )
