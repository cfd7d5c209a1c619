"""`embedcurate sample`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from embedcurate.cli.options import (
    CollectionPath,
    Json,
    ProgressOption,
    ProgressStyle,
    modalities_of,
)
from embedcurate.cli.output import print_document, reporting, say
from embedcurate.errors import QueryError

if TYPE_CHECKING:
    from embedcurate.sampling import Cover, Coverage, Sample

__all__ = ["sample"]


def sample(
    collection: CollectionPath,
    size: Annotated[int, typer.Option(min=1, help="How many items.", show_default=False)],
    strategy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[:WEIGHT]",
            help="diverse, representative, typical, random or balanced; several share the size by "
            "their weights.  [default: diverse, or balanced with --by]",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(help="Balance by cluster, label, modality, split or tag:a,b,c."),
    ] = None,
    quota: Annotated[
        list[str] | None,
        typer.Option(metavar="CLASS=N", help="How many of a class; may be repeated."),
    ] = None,
    each: Annotated[
        str, typer.Option(help="The strategy that picks the items of a class when balancing.")
    ] = "diverse",
    min_distance: Annotated[
        float | None,
        typer.Option(help="Stop when no item is this cosine distance away from all picked ones."),
    ] = None,
    density_floor: Annotated[
        float,
        typer.Option(help="The share of items, the oddest, that 'diverse' leaves for the end."),
    ] = 0.05,
    within: Annotated[
        str, typer.Option(metavar="FILTER", help="Only items that the filter matches.")
    ] = "",
    must: Annotated[
        str, typer.Option(metavar="FILTER", help="Items that are in, whatever else.")
    ] = "",
    must_not: Annotated[
        str, typer.Option(metavar="FILTER", help="Items that are not to be picked.")
    ] = "",
    start: Annotated[
        str,
        typer.Option(
            metavar="FILTER",
            help="Items picked before: not picked again, and new ones keep away from them.",
        ),
    ] = "",
    modalities: Annotated[
        str, typer.Option("--in", metavar="MODALITIES", help="Only items of these kinds.")
    ] = "image,text,audio",
    channel: Annotated[str, typer.Option(help="The channel in which items are compared.")] = (
        "shared"
    ),
    compare: Annotated[
        bool, typer.Option(help="Measure random samples and medoids of the same size as well.")
    ] = True,
    seed: Annotated[int, typer.Option(help="The seed of what is drawn at random.")] = 0,
    save: Annotated[
        str, typer.Option(metavar="NAME", help="Keep it as a selection with its recipe.")
    ] = "",
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help="Say what would be picked and how well it covers, and keep nothing; of many "
            "items a part, drawn at random, is looked at.",
        ),
    ] = False,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Pick a diverse, representative, typical, balanced or random sample of a collection."""
    from embedcurate.collection import Collection
    from embedcurate.filters import All, Is
    from embedcurate.query import parse_filter
    from embedcurate.recipes import choose, estimated, saved

    store = Collection.open(collection)
    store.catalogue.refresh()

    def ids(asked: str) -> list[str]:
        matching = All((Is("ok"), parse_filter(asked)))
        return store.catalogue.ids_where(matching) if asked else []

    where = parse_filter(within)
    options: dict[str, Any] = {
        "size": size,
        "strategies": _weights(strategy or ()),
        "by": by,
        "quotas": _quotas(quota or ()),
        "each": each,
        "min_distance": min_distance,
        "density_floor": density_floor,
        "must": ids(must),
        "must_not": ids(must_not),
        "start": ids(start),
        "modalities": sorted(map(str, modalities_of(modalities))),
        "channel": channel,
        "random_state": seed,
    }
    given = {name: value for name, value in options.items() if value not in (None, [], {})}
    if not compare:
        given["compare"] = False
    if dry_run:
        with reporting(progress) as report:
            told = estimated(store, where=where, sample=given, progress=report)
        if json:
            print_document(told.as_document())
        else:
            _print(told.sample)
            if told.is_of_a_part:
                say(
                    f"This was told from {told.sample.coverage.items} of {told.drawn_from} items, "
                    "drawn at random."
                )
        return
    with reporting(progress) as report:
        chosen = choose(store, where=where, sample=given, progress=report)
        if save:
            saved(store, save, chosen)
    picked = chosen.sample
    if picked is None:
        raise ValueError("a recipe with a sample gave none")
    if json:
        print_document(picked.as_document())
        return
    _print(picked)


def _print(sample: "Sample") -> None:
    for item, how in zip(sample.items, sample.strategies, strict=True):
        print(f"{how:<14}  {item.modality:<5}  {item.path}")
    for note in sample.notes:
        say(note)
    if sample.coverage.cover is not None:
        say(_told(sample.coverage, sample.coverage.cover))


def _weights(strategies: Sequence[str]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for text in strategies:
        name, colon, weight = text.partition(":")
        try:
            weights[name] = weights.get(name, 0) + (float(weight) if colon else 1.0)
        except ValueError:
            raise QueryError(
                f"'{text}' is no strategy with a weight: write it as 'diverse:2'."
            ) from None
    return weights


def _quotas(quotas: Sequence[str]) -> Mapping[str, int]:
    found = {}
    for text in quotas:
        name, _, count = text.rpartition("=")
        if not name or not count.isdecimal():
            raise QueryError(f"'{text}' is no quota: write it as 'birds=20'.")
        found[name] = int(count)
    return found


def _told(coverage: "Coverage", cover: "Cover") -> str:
    """Say in a line how well the sample covers the eligible items."""
    beside = coverage.likened
    text = (
        f"Of {coverage.items} eligible items, each is within {cover.radius:.3f} of a picked one, "
        f"{cover.mean:.3f} on average"
    )
    if beside is not None:
        text += f" (random samples: {beside.random.radius:.3f} and {beside.random.mean:.3f}" + (
            f", medoids: {beside.medoids.radius:.3f} and {beside.medoids.mean:.3f})"
            if beside.medoids
            else ")"
        )
    return text + "."
