"""`embedcurate clusters`."""

from enum import StrEnum
from typing import Annotated

import typer

from embedcurate.cli.options import (
    CollectionPath,
    Json,
    ProgressOption,
    ProgressStyle,
    modalities_of,
)
from embedcurate.cli.output import print_document, reporting, say

__all__ = ["clusters"]


class _Taken(StrEnum):
    EOM = "eom"
    LEAF = "leaf"


def clusters(
    collection: CollectionPath,
    min_size: Annotated[
        int | None,
        typer.Option(
            min=2,
            help="Items that make a cluster.  [default: 5, more from 10,000 items on]",
            show_default=False,
        ),
    ] = None,
    min_samples: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Neighbours that say how dense a place is: more of them leave more items out.  "
            "[default: 2 to 5 by the number of items]",
            show_default=False,
        ),
    ] = None,
    within: Annotated[
        str, typer.Option("--in", metavar="MODALITIES", help="Only items of these kinds.")
    ] = "image,text,audio",
    channel: Annotated[
        str, typer.Option(help="The channel in which items are compared.")
    ] = "shared",
    method: Annotated[
        _Taken, typer.Option(help="The most persistent clusters (eom) or the finest (leaf).")
    ] = _Taken.EOM,
    exact: Annotated[
        bool, typer.Option("--exact", help="Compare all pairs: slow from 10,000 items on.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Number and name clusters anew, not as the last run.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The seed of what is drawn at random.")] = 0,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Find groups of items that belong together, and name them; -1 is what belongs to none."""
    from embedcurate.clusters import label
    from embedcurate.collection import Collection

    store = Collection.open(collection)
    with reporting(progress) as report:
        found = label(
            store,
            modalities=modalities_of(within),
            channel=channel,
            min_cluster_size=min_size,
            min_samples=min_samples,
            cluster_selection_method=method.value,
            exact=exact,
            anew=anew,
            random_state=seed,
            progress=report,
        )
    if json:
        print_document(found.as_document())
        return
    for one in found.clusters:
        print(f"{one.label:>4}  {one.size:>7}  {one.name}")
    say(
        f"{len(found.clusters)} clusters of {found.min_cluster_size} items or more; "
        f"{found.noise} of {len(found.labels)} items belong to none."
    )
