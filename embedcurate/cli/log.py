"""`embedcurate log`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from embedcurate.cli.options import CollectionPath, Json
from embedcurate.cli.output import print_document

__all__ = ["log"]


def log(
    collection: CollectionPath,
    limit: Annotated[
        int, typer.Option("-n", "--limit", min=1, help="How many entries to show.")
    ] = 20,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the whole log as JSON lines.", show_default=False),
    ] = None,
    merge: Annotated[
        Path | None,
        typer.Option(
            "--import",
            metavar="FILE",
            help="Merge a log that was exported, of this collection or another.",
            show_default=False,
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a file that is there.")
    ] = False,
    json: Json = False,
) -> None:
    """Show what was changed, newest first; or carry marks and decisions elsewhere."""
    from embedcurate.collection import Collection

    if export and merge:
        raise typer.BadParameter("--export and --import exclude each other")
    store = Collection.open(collection)
    document: dict[str, Any]
    if export:
        count = store.export_log(export, overwrite=overwrite)
        document = {"path": str(export), "entries": count}
        lines = [f"{count} entries in {export}"]
    elif merge:
        with store.writer(doing="embedcurate log") as writer:
            report = writer.import_log(merge)
        document = report.as_document()
        lines = [
            f"{report.entries} entries, {report.known} of them known: "
            f"marks of {report.items} items and {report.pairs} decisions changed"
        ]
        if report.pending:
            lines.append(f"{report.pending} items are not here; what is said of them is kept")
    else:
        operations = store.operations(limit)
        document = {"entries": [operation.as_document() for operation in operations]}
        lines = [
            f"{datetime.fromisoformat(one.time).astimezone():%Y-%m-%d %H:%M}  {one.words()}"
            for one in operations
        ] or ["nothing was changed yet"]
    if json:
        print_document(document)
    else:
        print("\n".join(lines))
