"""`embedcurate tag`."""

from typing import Annotated

import typer

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting

__all__ = ["tag"]


def _tags(text: str) -> frozenset[str]:
    return frozenset(tag.strip() for tag in text.split(",") if tag.strip())


def tag(
    collection: CollectionPath,
    where: Annotated[
        str, typer.Argument(metavar="FILTER", help="Which items.", show_default=False)
    ],
    add: Annotated[str, typer.Option(help="Tags to add, separated by commas.")] = "",
    remove: Annotated[str, typer.Option(help="Tags to remove.")] = "",
    pick: Annotated[bool, typer.Option("--pick", help="Flag as picked.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Flag as rejected.")] = False,
    unflag: Annotated[bool, typer.Option("--unflag", help="Neither picked nor rejected.")] = False,
    stars: Annotated[int | None, typer.Option(min=0, max=5, help="0 to 5 stars.")] = None,
    note: Annotated[str | None, typer.Option(help="A note; empty takes it away.")] = None,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Mark the items that a filter matches: tags, pick or reject, stars, a note."""
    from embedcurate.collection import Collection, Pick
    from embedcurate.query import parse_filter

    if pick + reject + unflag > 1:
        raise typer.BadParameter("--pick, --reject and --unflag exclude each other")
    flag: Pick | None = "pick" if pick else "reject" if reject else "" if unflag else None
    store = Collection.open(collection)
    with reporting(progress) as report, store.writer(doing="embedcurate tag") as writer:
        ids = store.catalogue.ids_where(parse_filter(where))
        report(0, len(ids), "marking")
        marked = writer.mark(
            ids, add=_tags(add), remove=_tags(remove), pick=flag, stars=stars, note=note
        )
    if json:
        print_document({"marked": marked})
    else:
        print(f"{marked} items marked")
