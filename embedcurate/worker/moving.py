"""The verbs that move a collection to another space: first what that keeps, then the move."""

from contextlib import nullcontext
from pathlib import Path

from embedcurate.progress import Progress
from embedcurate.worker.state import Arguments, Document, Worker

__all__ = ["move", "plan"]

_ANCHORS = 2_000


def plan(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Encode some items in the new space, and say what a map keeps; `move` can make it then."""
    from embedcurate.bridging import plan_move
    from embedcurate.spaces.registry import load
    from embedcurate.spaces.sending import agreed

    anchors = arguments.get("anchors", _ANCHORS)
    with agreed() if arguments.get("send") else nullcontext():
        space = load(arguments["space"], progress)
        collection = worker.collection(arguments)
        worker.planned = plan_move(collection, space, anchors=anchors, progress=progress)
    return worker.planned.as_document()


def move(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Make the collection that was planned last, in the folder `target`."""
    from embedcurate.errors import QueryError

    if worker.planned is None:
        raise QueryError("No move was planned in this process. Plan it first.")
    made = worker.planned.make(Path(arguments["target"]), progress=progress)
    return {
        **worker.planned.as_document(),
        "target": str(made.path),
        "sources": [origin.as_document() for origin in made.origins.all()],
    }
