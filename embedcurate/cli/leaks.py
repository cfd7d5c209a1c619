"""`embedcurate leaks`."""

from typing import Annotated

import typer

from embedcurate.cli.duplicates import level_of
from embedcurate.cli.options import (
    CollectionPath,
    Json,
    ProgressOption,
    ProgressStyle,
    modalities_of,
)
from embedcurate.cli.output import print_document, reporting
from embedcurate.errors import QueryError

__all__ = ["leaks"]


def leaks(
    collection: CollectionPath,
    between: Annotated[
        str, typer.Option(metavar="SPLITS", help="The splits to compare.")
    ] = "train,test",
    level: Annotated[str, typer.Option(help="exact, near or similar.")] = "near",
    flag: Annotated[
        str, typer.Option(help="Flag the item of the split named first, last, or both.")
    ] = "first",
    within: Annotated[
        str, typer.Option("--in", metavar="MODALITIES", help="Only items of these kinds.")
    ] = "image,text,audio",
    seed: Annotated[int, typer.Option(help="Repeats what is random.")] = 0,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Find what stands in one split and again in another, whole or as caption and text."""
    from embedcurate.collection import Collection
    from embedcurate.leaks import FLAGGED, find

    flagged = next((side for side in FLAGGED if side == flag), None)
    if flagged is None:
        raise QueryError(f"'{flag}' can't be flagged. Name one of: {', '.join(FLAGGED)}.")
    with reporting(progress) as report:
        found = find(
            Collection.open(collection),
            between=[name.strip() for name in between.split(",") if name.strip()],
            level=level_of(level),
            flagged=flagged,
            modalities=modalities_of(within),
            random_state=seed,
            progress=report,
        )
    document = found.as_document()
    if json:
        print_document(document)
        return
    for leak in document["leaks"]:
        partner = leak["partner"]
        print(
            f"{leak['kind']:<7}  {leak['similarity']:.3f}  {leak['path']} ({leak['split']})  "
            f"{partner['path']} ({partner['split']})"
        )
    print(
        f"{len(found)} leaks; {document['same_captions']} more items have the caption of one in "
        "another split"
    )
