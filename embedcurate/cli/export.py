"""`embedcurate export`."""

from pathlib import Path
from typing import Annotated

import typer

from embedcurate.cli.options import CollectionPath, Json, ProgressOption, ProgressStyle, Where
from embedcurate.cli.output import print_document, reporting
from embedcurate.export.formats import ListFormat

__all__ = ["export"]


def export(
    collection: CollectionPath,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The file to write.", show_default=False)
    ],
    format: Annotated[  # noqa: A002 - the option's name
        ListFormat | None, typer.Option(help="The kind of list.  [default: by the suffix of OUT]")
    ] = None,
    where: Where = "",
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a file that is there.")
    ] = False,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Export the items that a filter matches as a list that other programs read."""
    from embedcurate.collection import Collection
    from embedcurate.export.lists import export_list
    from embedcurate.query import parse_filter

    store = Collection.open(collection)
    with reporting(progress) as report:
        count = export_list(
            store,
            out,
            format=format,
            where=parse_filter(where),
            overwrite=overwrite,
            progress=report,
        )
    if json:
        print_document({"path": str(out), "items": count})
    else:
        print(f"{count} items in {out}")
