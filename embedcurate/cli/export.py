"""`embedcurate export`."""

from pathlib import Path
from typing import Annotated

import typer

from embedcurate.cli.options import (
    CollectionPath,
    FormatName,
    Json,
    ProgressOption,
    ProgressStyle,
    Where,
)
from embedcurate.cli.output import print_document, reporting, say, size
from embedcurate.formats import SplitBy

__all__ = ["export"]


def _shares(text: str) -> dict[str, float] | None:
    """Return the splits in a text such as ``train=0.8,val=0.2``."""
    shares: dict[str, float] = {}
    for part in text.split(",") if text else ():
        name, _, share = (piece.strip() for piece in part.partition("="))
        try:
            shares[name] = float(share)
        except ValueError:
            name = ""
        if not name:
            raise typer.BadParameter(
                f"'{part}' is no split and its share. Write for example train=0.8,val=0.1,test=0.1"
            )
    return shares or None


def export(
    collection: CollectionPath,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The file or folder to write.", show_default=False)
    ],
    format: FormatName = None,  # noqa: A002 - the option's name
    where: Where = "",
    selection: Annotated[
        str | None, typer.Option(metavar="NAME", help="The items of a selection, in its order.")
    ] = None,
    splits: Annotated[
        str,
        typer.Option(
            help="Divide the items, such as train=0.8,val=0.1,test=0.1; duplicates stay together."
            "  [default: the splits that the items have]"
        ),
    ] = "",
    split_by: Annotated[
        SplitBy,
        typer.Option(
            help="With --splits: keep only duplicates together (group), clusters as well "
            "(cluster), or divide each label alike (label)."
        ),
    ] = SplitBy.GROUP,
    vectors: Annotated[
        list[str] | None,
        typer.Option(metavar="CHANNEL", help="Add the vectors of a channel to a Parquet list."),
    ] = None,
    spreadsheet_safe: Annotated[
        bool,
        typer.Option(
            "--spreadsheet-safe", help="In CSV, put ' before what spreadsheets take for formulas."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an earlier export.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the splits.")] = 0,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Export items as a list or a folder that other programs read.

    Originals are never touched. A manifest says where the items come from.
    """
    from embedcurate.collection import Collection
    from embedcurate.export import export as write
    from embedcurate.query import parse_filter

    shares = _shares(splits)
    store = Collection.open(collection)
    chosen = None if selection is None else store.selections.get(selection)
    with reporting(progress) as report:
        done = write(
            store,
            out,
            format=format,
            ids=None if chosen is None else chosen.ids,
            where=parse_filter(where),
            splits=shares,
            split_by=split_by,
            overwrite=overwrite,
            dry_run=dry_run,
            spreadsheet_safe=spreadsheet_safe,
            with_vectors=vectors or (),
            recipe=None if chosen is None else chosen.story,
            random_state=seed,
            progress=report,
        )
    if json:
        print_document(done.as_document())
        return
    print(f"{done.items} items {'would go to' if dry_run else 'in'} {out}  ({size(done.bytes)})")
    for name, count in done.splits.items():
        print(f"  {name}: {count} ({count / done.items:.1%})")
    for reason, count in done.left_out.items():
        print(f"  left out: {count} {reason}")
    for failure in done.failures:
        say(f"{failure.path}: {failure.reason}")
    for note in done.notes:
        say(note)
