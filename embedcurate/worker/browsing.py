"""The verbs that show a collection: what a window asks for all the time, answered in a moment."""

from pathlib import Path
from typing import Any

from embedcurate.items import Segment
from embedcurate.progress import Progress
from embedcurate.worker.state import Arguments, Document, Worker

__all__ = ["browse", "complete", "describe", "log", "narrow", "preview", "thumbnails"]


def browse(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Read the newest items, and say where their columns lie."""
    browser = _browser(worker, arguments)
    document: Document = browser.browse(_into(arguments), **arguments.given("renew"))
    return document


def narrow(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Filter and sort items, and count their values."""
    from embedcurate.query import parse_filter

    browser = _browser(worker, arguments)
    found = browser.narrow(
        parse_filter(arguments.get("where", "")),
        ids=arguments.ids(),
        **arguments.given("sort", "descending"),
    )
    return {
        "rows": str(browser.write_rows(found.rows, _into(arguments))),
        "count": len(found.rows),
        "facets": found.facets,
        "version": found.version,
    }


def describe(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Tell all that is known of an item."""
    document: Document = _browser(worker, arguments).describe(arguments["id"])
    return document


def preview(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Show an item large."""
    from embedcurate import previews

    return previews.preview(
        worker.collection(arguments),
        arguments["id"],
        _into(arguments),
        progress=progress,
        **arguments.given("size_px", segment=_segment),
    )


def thumbnails(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Show items small."""
    from embedcurate.previews import Thumbnails

    into = _into(arguments) if "into" in arguments else None
    made = Thumbnails(worker.collection(arguments), into).make(
        arguments["items"], size_px=arguments.get("size_px", 256), progress=progress
    )
    return {"made": made}


def complete(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Say what could stand at the cursor of a query."""
    text = arguments["text"]
    found = _browser(worker, arguments).complete(text, arguments.get("cursor", len(text)))
    return {
        "start": found.start,
        "options": [[one.insert, one.shown, one.count] for one in found.options],
    }


def log(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """List what the user changed, the newest first, and what undo and redo would do."""
    from embedcurate.browsing.describing import turns

    collection = worker.collection(arguments)
    operations = collection.operations(arguments.get("limit", 100))
    return {"entries": [one.as_document() for one in operations], "undo": turns(collection)}


def _browser(worker: Worker, arguments: Arguments) -> Any:
    return worker.browser(Path(arguments["collection"]))


def _into(arguments: Arguments) -> Path:
    """Return the folder of the session, made if it is not there."""
    into = Path(arguments["into"])
    into.mkdir(parents=True, exist_ok=True)
    return into


def _segment(given: Any) -> Segment | None:
    if given is None:
        return None
    start, end = (given["start"], given["end"]) if isinstance(given, dict) else given
    return Segment(float(start), float(end))
