"""`embedcurate outliers`."""

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

__all__ = ["outliers"]


def outliers(
    collection: CollectionPath,
    k: Annotated[int, typer.Option("-k", min=1, help="How many of the oddest to show.")] = 50,
    within: Annotated[
        str, typer.Option("--in", metavar="MODALITIES", help="Only items of these kinds.")
    ] = "image,text,audio",
    channel: Annotated[
        str | None,
        typer.Option(help="The channel in which items are compared.  [default: the kind's own]"),
    ] = None,
    neighbours: Annotated[
        int, typer.Option(min=5, help="How many neighbours of each item to look at.")
    ] = 50,
    seed: Annotated[int, typer.Option(help="The seed of what is drawn at random.")] = 0,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Find items unlike all others of their kind, and labels that their neighbours contradict."""
    from embedcurate.collection import Collection
    from embedcurate.outliers import score

    store = Collection.open(collection)
    with reporting(progress) as report:
        found = score(
            store,
            k=k,
            modalities=modalities_of(within),
            channel=channel,
            n_neighbors=neighbours,
            random_state=seed,
            progress=report,
        )
    if json:
        print_document(found.as_document())
        return
    for item in found.items:
        flag = "!" if item.outlier else " "
        reason = f"  {item.reason}" if item.reason else ""
        print(f"{flag} {item.score:.3f}  {item.modality:<5}  {item.path}{reason}")
    for label in found.labels:
        print(f"? {label.share:.3f}  {label.modality:<5}  {label.path}  {label.reason}")
    say(f"{found.outliers} of {found.scored} items are outliers.")
