"""`embedcurate clusters`."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from embedcurate.cli.options import (
    CollectionPath,
    Json,
    ProgressOption,
    ProgressStyle,
    modalities_of,
)
from embedcurate.cli.output import print_document, reporting, say

if TYPE_CHECKING:
    from embedcurate.clusters import Edit

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
    rename: Annotated[
        str | None,
        typer.Option(
            metavar="LABEL=NAME", help="Name a cluster of the last run.", show_default=False
        ),
    ] = None,
    merge: Annotated[
        str | None,
        typer.Option(
            metavar="LABELS", help="Make one of these clusters, as in 3,5.", show_default=False
        ),
    ] = None,
    split: Annotated[
        int | None,
        typer.Option(
            metavar="LABEL",
            help="Make several of a cluster: its denser regions of --min-size, or --parts.",
            show_default=False,
        ),
    ] = None,
    parts: Annotated[
        int | None,
        typer.Option(min=2, help="Into how many parts to split, by k-means.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="The seed of what is drawn at random.")] = 0,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Find groups of items that belong together, and name them; -1 is what belongs to none.

    With --rename, --merge or --split, the groups of the last run are changed; undo takes it back.
    """
    from embedcurate.clusters import edit, label
    from embedcurate.collection import Collection

    changes = _changes(rename, merge, split, parts, min_size)
    store = Collection.open(collection)
    with reporting(progress) as report:
        for change in changes:
            found = edit(store, change, random_state=seed, progress=report)
        if not changes:
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


def _changes(
    rename: str | None,
    merge: str | None,
    split: int | None,
    parts: int | None,
    min_size: int | None,
) -> "list[Edit]":
    """Return the changes that were asked for, in this order."""
    from embedcurate.clusters import Merge, Rename, Split

    changes: list[Edit] = []
    if rename is not None:
        label, sign, name = rename.partition("=")
        if not sign or not _is_label(label):
            raise typer.BadParameter(f"'{rename}' is no LABEL=NAME, as in 3=cats.")
        changes.append(Rename(int(label), name))
    if merge is not None:
        labels = merge.split(",")
        if not all(map(_is_label, labels)):
            raise typer.BadParameter(f"'{merge}' are no labels, as in 3,5.")
        changes.append(Merge(tuple(map(int, labels))))
    if split is not None:
        changes.append(Split(split, parts=parts, min_cluster_size=min_size))
    elif parts is not None:
        raise typer.BadParameter("--parts needs --split.")
    return changes


def _is_label(text: str) -> bool:
    return text.strip().isdecimal()
