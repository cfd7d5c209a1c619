"""`embedcurate map`."""

from enum import StrEnum
from pathlib import Path
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

__all__ = ["map"]


class _Method(StrEnum):
    UMAP = "umap"
    PCA = "pca"
    TSNE = "tsne"


def map(  # noqa: A001 - the command's name
    collection: CollectionPath,
    method: Annotated[
        _Method, typer.Option(help="umap shows groups, pca is there at once, tsne is slow.")
    ] = _Method.UMAP,
    within: Annotated[
        str, typer.Option("--in", metavar="MODALITIES", help="Only items of these kinds.")
    ] = "image,text,audio",
    channel: Annotated[
        str, typer.Option(help="The channel in which items are compared.")
    ] = "shared",
    out: Annotated[
        Path | None,
        typer.Option(help="Write the points to a CSV file: id, path, x, y.", show_default=False),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Begin again, instead of adding to the last map.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The seed of what is drawn at random.")] = 0,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Place items in the plane, near to each other where they are alike."""
    from embedcurate.collection import Collection
    from embedcurate.errors import TargetExists
    from embedcurate.projection import Method, place

    if out is not None and out.exists():
        raise TargetExists(out)
    store = Collection.open(collection)
    with reporting(progress) as report:
        found = place(
            store,
            method=Method(method),
            modalities=modalities_of(within),
            channel=channel,
            anew=anew,
            random_state=seed,
            progress=report,
        )
    if out is not None:
        found.write_csv(store, out)
    if json:
        print_document(found.as_document())
        return
    trust = found.trustworthiness
    trusted = "" if trust is None else f"; trustworthiness {trust:.3f} (1 is best, 0.5 is chance)"
    say(f"{len(found.ids)} items on the map by {found.method}{trusted}.")
    if out is not None:
        say(f"The points are in '{out}'.")
    else:
        say("To have the points, add --json or --out FILE.csv.")
