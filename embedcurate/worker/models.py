"""The verbs about spaces that need weights: what one lacks, what lies here, to fetch and delete."""

from contextlib import suppress

from embedcurate.progress import Progress
from embedcurate.worker.state import Arguments, Document, Worker

__all__ = ["models", "pull", "remove", "space"]


def space(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Say what a space is called with its model and options, and what it lacks."""
    from embedcurate.spaces import registry

    return registry.considered(arguments["name"])


def models(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """List the weights of our spaces, and of those `spaces` besides that can be looked at."""
    from embedcurate.errors import SpaceError
    from embedcurate.spaces import registry

    rows = registry.models(progress=progress)
    listed = {row["space"] for row in rows}
    for name in arguments.get("spaces", ()):
        with suppress(SpaceError):  # its plugin or its file has gone
            rows += [] if name in listed else registry.models([name], progress)
    return {"models": rows}


def pull(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Fetch the weights of a space; progress counts bytes."""
    from embedcurate.spaces import fetching, registry

    name = arguments["space"]
    weights = registry.weights(name)
    fetching.pull(weights, progress)
    rows = [one.as_document() for one in weights]
    size = sum(file["size_bytes"] for row in rows for file in row["files"])
    return {"space": name, "models": rows, "size_bytes": size}


def remove(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Delete the weights of a space from this machine."""
    from embedcurate.spaces import registry

    name = arguments["space"]
    return {"space": name, "freed_bytes": sum(one.remove() for one in registry.weights(name))}
