"""`embedcurate duplicates`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from embedcurate.cli.options import (
    CollectionPath,
    Json,
    ProgressOption,
    ProgressStyle,
    Where,
    modalities_of,
)
from embedcurate.cli.output import print_document, reporting
from embedcurate.errors import QueryError

__all__ = ["duplicates", "level_of"]


def duplicates(
    collection: CollectionPath,
    level: Annotated[
        str,
        typer.Option(
            help="exact: the same bytes. near: encoded anew, resized, cropped a little. "
            "similar: alike to the encoder."
        ),
    ] = "near",
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Similarity from which two are duplicates, 0 to 1."),
    ] = None,
    wrong_per_thousand: Annotated[
        float | None,
        typer.Option(min=0.001, help="Choose the threshold for so many wrong pairs in 1,000."),
    ] = None,
    within: Annotated[
        str, typer.Option("--in", metavar="MODALITIES", help="Only items of these kinds.")
    ] = "image,text,audio",
    where: Where = "",
    rules: Annotated[
        str,
        typer.Option(
            help="What makes a copy the one that stays, the weightiest first: marks, folder, "
            "duration, resolution, length, lossless, detail, older, name."
        ),
    ] = "",
    prefer_folder: Annotated[
        list[Path] | None,
        typer.Option(metavar="DIR", help="Rather keep what is in here; may be repeated."),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="Tell which items this file, a new one, is like.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Repeats what is random.")] = 0,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Find duplicates of all kinds, and which of them to keep and why."""
    from embedcurate.collection import Collection
    from embedcurate.duplicates import find, like_file
    from embedcurate.query import parse_filter

    store = Collection.open(collection)
    if file is not None:
        from embedcurate.spaces.registry import load

        space = load(store.settings.space)
        store.check_space(space)
        with reporting(progress) as report:
            matches = like_file(store, file, space, progress=report)
        if json:
            print_document(matches.as_document())
            return
        for match in matches.matches:
            print(f"{match.level:<7}  {match.similarity:.3f}  {match.path}")
        if not matches.matches:
            print("Nothing like it.")
        return
    with reporting(progress) as report:
        found = find(
            store,
            level=level_of(level),
            threshold=threshold,
            wrong_per_thousand=wrong_per_thousand,
            modalities=modalities_of(within),
            where=parse_filter(where),
            rules=_rules(rules),
            folders=prefer_folder or (),
            random_state=seed,
            progress=report,
        )
    if json:
        print_document(found.as_document())
    else:
        _print(found)


def level_of(name: str) -> Any:
    """Return the level of that name."""
    from embedcurate.duplicates import Level

    if name not in set(Level):
        raise QueryError(f"There is no level '{name}'. Name one of: {', '.join(Level)}.")
    return Level(name)


def _rules(names: str) -> Any:
    """Return the rules in a list such as ``resolution,older``; all of them for none."""
    from embedcurate.duplicates import RULES, Rule

    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in set(Rule)]
    if unknown:
        raise QueryError(f"There is no rule '{unknown[0]}'. Name some of: {', '.join(RULES)}.")
    return [Rule(name) for name in wanted] or RULES


def _print(found: Any) -> None:
    for group in found.groups:
        for copy in group.items:
            alike = "keep " if copy.id == group.keep else "     "
            alike += "  -  " if copy.similarity is None else f"{copy.similarity:.3f}"
            print(f"{alike}  {copy.path}  ({copy.reason})")
        print()
    summary = found.summary()
    print(
        f"{summary['duplicates']} duplicates in {len(found)} groups, {summary['pairs']} pairs; "
        f"{summary['asked']} pairs to decide"
    )
    for modality, one in summary["thresholds"].items():
        value = "" if one["value"] is None else f"from {one['value']:.3f}: "
        print(f"{modality}: {value}{one['how']}")
    if found.unprinted:
        print(
            f"{found.unprinted} items have no fingerprint, so edits of them may be missed: "
            "index again."
        )
