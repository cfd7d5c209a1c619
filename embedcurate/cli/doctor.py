"""`embedcurate doctor`."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from embedcurate import __version__
from embedcurate.cli.options import Json, ProgressOption, ProgressStyle
from embedcurate.cli.output import print_document, reporting, size
from embedcurate.progress import Progress

__all__ = ["doctor"]

_PARTS = ("lancedb", "numpy", "pillow", "pyarrow", "soundfile", "torch")
_EXTRAS = {"heic": "pillow_heif", "raw": "rawpy", "svg": "cairosvg", "documents": "pypdf"}


def doctor(
    collection: Annotated[
        Path | None,
        typer.Argument(metavar="[COLLECTION]", help="Look at this one too.", show_default=False),
    ] = None,
    json: Json = False,
    progress: ProgressOption = ProgressStyle.BAR,
) -> None:
    """Show what this machine has, and how exact the search of a collection is here."""
    document = _machine()
    if collection is not None:
        with reporting(progress) as report:
            document["search"] = _search_of(collection, report)
    if json:
        print_document(document)
        return
    print(f"embedcurate {document['embedcurate']}, Python {document['python']}")
    print(f"{document['cores']} cores, {size(document['memory_bytes'])} of memory")
    print(", ".join(f"{name} {number}" for name, number in document["parts"].items()))
    for name, there in document["extras"].items():
        how = "installed" if there else f"missing: pip install 'embedcurate[{name}]'"
        print(f"extra {name}: {how}")
    for name, problem in document["spaces"].items():
        print(f"space {name}: {problem or 'ready'}")
    for name, table in document.get("search", {}).items():
        way = "exact" if table["exact"] else "approximate"
        memory = size(table["resident_bytes"])
        print(
            f"{name}: {table['vectors']} vectors, {way}, recall@50 {table['recall@50']:.4f} "
            f"measured on {table['queries']} of them, {memory} in memory"
        )


def _machine() -> dict[str, Any]:
    from importlib.util import find_spec

    from embedcurate.collection.upkeep import memory_bytes
    from embedcurate.spaces.registry import survey

    return {
        "embedcurate": __version__,
        "python": platform.python_version(),
        "platform": sys.platform,
        "cores": os.cpu_count(),
        "memory_bytes": memory_bytes(),
        "parts": {name: version(name) for name in _PARTS},
        "extras": {name: find_spec(module) is not None for name, module in _EXTRAS.items()},
        "spaces": {space["name"]: space["problem"] for space in survey()},
    }


def _search_of(path: Path, progress: Progress) -> dict[str, Any]:
    """Measure each table's recall against brute force, with its own vectors as queries."""
    from embedcurate.collection import Collection

    store = Collection.open(path)
    queries = 20
    tables = {}
    for name in store.vector_tables:
        nearest = store.nearest(name, progress=progress)
        tables[name] = {
            "vectors": len(nearest.resident),
            "exact": nearest.exact,
            "recall@50": nearest.measure_recall(n_queries=queries, k=50),
            "queries": min(queries, len(nearest.resident)),
            "resident_bytes": nearest.resident.resident_bytes,
        }
    return tables
