"""The verbs that find, mark and write items."""

from pathlib import Path
from typing import TYPE_CHECKING

from embedcurate.progress import Progress
from embedcurate.worker.state import PATIENCE_S, Arguments, Document, Worker, modalities

if TYPE_CHECKING:
    from embedcurate.collection import Operation

__all__ = ["evaluate", "export_items", "index", "search", "status", "tag", "turn_back", "turn_on"]

_PATIENCE_S = 15.0
"""How long indexing waits for a run whose window was killed, and which stores its last batch."""


def search(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Answer a query."""
    found = worker.searcher(Path(arguments["collection"])).find(
        arguments["query"],
        k=arguments.get("k", 20),
        where=arguments.get("where", ""),
        hybrid=arguments.get("hybrid", False),
        **arguments.given(modalities=modalities),
    )
    document: Document = found.as_document()
    return document


def index(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Bring a collection up to date with its sources."""
    from embedcurate.collection import Storage
    from embedcurate.indexing import open_and_index
    from embedcurate.sources import Annotations

    _, report = open_and_index(
        Path(arguments["collection"]),
        [Path(source) for source in arguments["sources"]],
        space=arguments.get("space"),
        annotations=Annotations(
            arguments.get("captions"), arguments.get("labels"), arguments.get("split")
        ),
        retry_failed=arguments.get("retry", False),
        wait_s=_PATIENCE_S,
        consent=(lambda _: True) if arguments.get("send") else None,
        progress=progress,
        **arguments.given(modalities=modalities, storage=Storage),
    )
    return report.as_document()


def status(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Count what a collection holds."""
    document: Document = worker.collection(arguments).status()
    return document


def tag(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Mark items."""
    from embedcurate.query import parse_filter

    collection = worker.collection(arguments)
    ids = arguments.ids()
    if ids is None:
        ids = collection.catalogue.ids_where(parse_filter(arguments["where"]))
    with collection.writer(doing="tagging", wait_s=PATIENCE_S) as writer:
        marked = writer.mark(
            ids,
            add=arguments.get("add", ()),
            remove=arguments.get("remove", ()),
            pick=arguments.get("pick"),
            stars=arguments.get("stars"),
            note=arguments.get("note"),
        )
    return {"marked": marked}


def export_items(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Write items as a list or a folder."""
    from embedcurate.export import SplitBy, export
    from embedcurate.query import parse_filter

    collection = worker.collection(arguments)
    ids, recipe = arguments.ids(), None
    if "selection" in arguments:
        selection = collection.selections.get(arguments["selection"])
        ids, recipe = selection.ids, selection.story
    return export(
        collection,
        Path(arguments["out"]),
        ids=ids,
        where=parse_filter(arguments.get("where", "")),
        splits=arguments.get("splits"),
        overwrite=arguments.get("overwrite", False),
        dry_run=arguments.get("dry_run", False),
        spreadsheet_safe=arguments.get("spreadsheet_safe", False),
        with_vectors=arguments.get("vectors", ()),
        recipe=recipe,
        random_state=arguments.get("seed", 0),
        progress=progress,
        **arguments.given("format", split_by=SplitBy),
    ).as_document()


def turn_back(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Undo the user's last change."""
    with worker.collection(arguments).writer(doing="undo", wait_s=PATIENCE_S) as writer:
        operation = writer.undo()
    return _turned(operation)


def turn_on(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Redo what was undone last."""
    with worker.collection(arguments).writer(doing="redo", wait_s=PATIENCE_S) as writer:
        operation = writer.redo()
    return _turned(operation)


def _turned(operation: "Operation | None") -> Document:
    """Say what was taken back or made again, and of which verbs that changes the results."""
    if operation is None:
        return {"entry": None, "results": []}
    return {
        "entry": operation.as_document(),
        "results": [change.verb for change in operation.runs],
    }


def evaluate(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Evaluate the collection's space on its items."""
    from embedcurate import evaluation

    words = evaluation.WordFiles(**arguments.given(pairs=Path, analogies=Path, associations=Path))
    found = evaluation.evaluate(
        worker.collection(arguments),
        words=words,
        progress=progress,
        **arguments.given("random_state"),
    )
    return found.as_document()
