"""`embedcurate demo`."""

from pathlib import Path
from typing import Annotated

import typer

from embedcurate.cli.index import print_report
from embedcurate.cli.options import Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting
from embedcurate.cli.window import can_open, open_window

__all__ = ["QUERIES", "demo"]

QUERIES = ("a bird", "drums", "ocean at night")
_HITS = 3


def demo(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Where to keep the collection.", show_default=False),
    ] = None,
    window: Annotated[
        bool, typer.Option("--window/--no-window", help="Open the window on it.")
    ] = True,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Index the sample media that ship with embedcurate, and open the window on them.

    Without a window, or a display, some searches are printed instead; they also match captions and
    names, as `search --hybrid` does.
    """
    from embedcurate_resources import FOLDER
    from platformdirs import user_data_path

    from embedcurate.indexing import open_and_index
    from embedcurate.items import Modality
    from embedcurate.search import Searcher
    from embedcurate.sources import Annotations

    path = folder or user_data_path("embedcurate", appauthor=False) / "demo"
    sample = FOLDER / "sample"
    if window and not json and can_open():
        open_window(sample=path)
    with reporting(progress) as report_progress:
        collection, report = open_and_index(
            path,
            [sample / "media"],
            annotations=Annotations(captions=sample / "captions.csv"),
            progress=report_progress,
        )
    searcher = Searcher(collection)
    found = [
        searcher.find(query, k=_HITS, modalities={modality}, hybrid=True)
        for query in QUERIES
        for modality in Modality
    ]
    if json:
        print_document(
            {
                "collection": str(path),
                "index": report.as_document(),
                "searches": [one.as_document() for one in found],
            }
        )
        return
    print_report(report)
    for one, (query, modality) in zip(
        found, [(query, modality) for query in QUERIES for modality in Modality], strict=True
    ):
        if modality is Modality.IMAGE:
            print(f'\n"{query}"')
        for hit in one.hits:
            name = hit.path.relative_to(sample / "media")
            place = f" at {hit.place}" if hit.place else ""
            print(f"  {hit.score:.2f}  {hit.modality:<5}  {name}{place}  {hit.caption or ''}")
    print(f"\nThe collection is in {path}. Search it with:")
    print(f'  embedcurate search "{path}" "a steam train"')
