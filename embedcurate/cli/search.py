"""`embedcurate search`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from embedcurate.cli import documents
from embedcurate.cli.options import (
    CollectionPath,
    Json,
    ProgressOption,
    ProgressStyle,
    Where,
    modalities_of,
)
from embedcurate.cli.output import print_document, reporting
from embedcurate.errors import SourceNotFound, UnreadableSource

__all__ = ["print_hits", "search"]


def search(
    collection: CollectionPath,
    query: Annotated[
        str | None,
        typer.Argument(
            help='Words, "full text", @picture.jpg, #item, + - and weights, key:value filters.',
            show_default=False,
        ),
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="How many hits.")] = 20,
    within: Annotated[
        str, typer.Option("--in", metavar="MODALITIES", help="Only hits of these kinds.")
    ] = "image,text,audio",
    where: Where = "",
    hybrid: Annotated[
        bool, typer.Option("--hybrid", help="Match the words as full text as well.")
    ] = False,
    queries: Annotated[
        Path | None,
        typer.Option(help="A file of queries, one a line; prints one JSON document a line."),
    ] = None,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Find items of all kinds by meaning, by full text, by example and by filter."""
    from embedcurate.collection import Collection
    from embedcurate.search import Searcher

    if (query is None) == (queries is None):
        raise typer.BadParameter("give one query, or --queries FILE")
    searcher = Searcher(Collection.open(collection))
    options: dict[str, Any] = {
        "k": k,
        "modalities": modalities_of(within),
        "where": where,
        "hybrid": hybrid,
    }
    with reporting(progress) as report:
        if queries is not None:
            documents.claim()
            for line in _lines(queries):
                if line.strip():
                    found = searcher.find(line, **options, progress=report)
                    print_document(found.as_document())
            return
        found = searcher.find(query or "", **options, progress=report)
    if json:
        print_document(found.as_document())
    else:
        print_hits(found)


def _lines(path: Path) -> list[str]:
    if not path.exists():
        raise SourceNotFound(path)
    try:
        return path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise UnreadableSource(path, f"byte {error.start} is not UTF-8") from error
    except OSError as error:
        raise UnreadableSource(path, error.strerror or str(error)) from error


def print_hits(found: Any) -> None:
    """Print a `SearchResult` for people: score, modality, where in a long item, path."""
    for hit in found.hits:
        place = f"  {hit.place}" if hit.place else ""
        print(f"{hit.score:.3f}  {hit.modality:<5}  {hit.path}{place}")
    if not found.hits:
        print("Nothing found.")
