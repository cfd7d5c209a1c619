"""`embedcurate index`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from embedcurate.cli.options import (
    CollectionPath,
    Json,
    ProgressOption,
    ProgressStyle,
    modalities_of,
)
from embedcurate.cli.output import print_document, reporting, say

__all__ = ["index", "print_report"]

StorageKind = Literal["float32", "float16", "int8"]


def index(
    collection: CollectionPath,
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE...",
            help="Folders, media, lists or tables.",
            show_default=False,
        ),
    ],
    space: Annotated[
        str | None,
        typer.Option(help="The space of a new collection; see 'spaces'.  [default: starter]"),
    ] = None,
    storage: Annotated[
        StorageKind | None,
        typer.Option(
            help="What a new collection stores its vectors as: 4, 2 or 1 byte a number.  "
            "[default: float32]"
        ),
    ] = None,
    modality: Annotated[
        str, typer.Option(help="Which kinds of media to take.")
    ] = "image,text,audio",
    captions: Annotated[
        str | None,
        typer.Option(
            metavar="sidecar|FILE", help="Captions: texts of the same stem, or a table of paths."
        ),
    ] = None,
    labels: Annotated[
        str | None, typer.Option(metavar="folder|FILE", help="Labels: folder names, or a table.")
    ] = None,
    split: Annotated[
        str | None, typer.Option(metavar="folder|FILE", help="Splits: folder names, or a table.")
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try files again that failed and have not changed.")
    ] = False,
    yes: Annotated[
        bool,
        typer.Option("--yes", help="Agree that media are sent, if the space is a service's."),
    ] = False,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Index pictures, sounds and texts into a collection, or bring it up to date.

    Originals are only read. Stop it at any time: the next run goes on where it stopped.
    """
    from embedcurate.collection import Storage
    from embedcurate.indexing import open_and_index
    from embedcurate.sources import Annotations

    with reporting(progress) as report_progress:
        _, report = open_and_index(
            collection,
            sources,
            space=space,
            storage=None if storage is None else Storage(storage),
            modalities=modalities_of(modality),
            annotations=Annotations(captions, labels, split),
            retry_failed=retry,
            consent=_agree if yes else None,
            progress=report_progress,
        )
    if json:
        print_document(report.as_document())
    else:
        print_report(report)


def _agree(estimate: Any) -> bool:
    say(f"Sending {estimate}.")
    return True


def print_report(report: Any) -> None:
    """Print an `IndexReport` for people."""
    print(
        f"{report.seen} files in {report.seconds:.1f} s: {report.ok} ok "
        f"({report.reused} of them without encoding), {report.skipped} skipped, "
        f"{report.failed} failed, {report.missing} missing"
    )
    for failure in report.failures[:20]:
        say(f"  {failure.path}: {failure.reason}")
    if len(report.failures) > 20:
        say(f"  ... and {len(report.failures) - 20} more; --json lists them all")
