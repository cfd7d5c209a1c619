"""The resident process behind the window: JSON lines in, JSON lines out.

A request is ``{"id": 1, "verb": "search", "arguments": {...}}``; while it runs come
``{"id": 1, "progress": {"done", "total", "doing"}}``, and at its end either
``{"id": 1, "result": {...}}`` or ``{"id": 1, "error": {"kind", "message"}}``. ``{"cancel": 1}``
stops a request that runs or waits. Requests are answered one after the other. When its input ends,
the process stops what still reports progress, answers the rest and ends. Results are the JSON
documents of the command line.
"""

import json
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from queue import SimpleQueue
from typing import TextIO

from embedcurate.errors import Cancelled, EmbedcurateError, QueryError
from embedcurate.progress import throttled
from embedcurate.worker import analyses, verbs
from embedcurate.worker.state import Arguments, Document, Verb, Worker

__all__ = ["VERBS", "serve"]

VERBS: Mapping[str, Verb] = {
    "search": verbs.search,
    "index": verbs.index,
    "status": verbs.status,
    "tag": verbs.tag,
    "undo": verbs.turn_back,
    "redo": verbs.turn_on,
    "export": verbs.export_items,
    "evaluate": verbs.evaluate,
    "duplicates": analyses.duplicates,
    "decide": analyses.decide,
    "leaks": analyses.leaks,
    "clusters": analyses.clusters,
    "map": analyses.map_items,
    "outliers": analyses.outliers,
    "quality": analyses.quality,
    "sample": analyses.sample,
    "recipe": analyses.run_recipe,
}


def serve(source: TextIO, sink: TextIO) -> None:
    """Answer the requests in `source`, one JSON document a line, until it ends."""
    worker = Worker()
    requests: SimpleQueue[Document | None] = SimpleQueue()
    stops = _Stops()
    threading.Thread(target=_read, args=(source, requests, stops), daemon=True).start()
    while (request := requests.get()) is not None:
        number = request.get("id")

        def send(number: object = number, **content: object) -> None:
            sink.write(json.dumps({"id": number, **content}) + "\n")
            sink.flush()

        try:
            send(**_answer(worker, request, stops, send))
        except BrokenPipeError:  # whoever asked is gone
            return


class _Stops:
    """The requests that are to stop: those named, and all once nobody listens any more."""

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        self.all = False

    def __contains__(self, number: object) -> bool:
        return self.all or (isinstance(number, int) and number in self.numbers)


def _read(source: TextIO, requests: "SimpleQueue[Document | None]", stops: _Stops) -> None:
    for line in source:
        if not line.strip():
            continue
        try:
            request = json.loads(line)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            requests.put({"id": None, "verb": None})
        elif isinstance(request.get("cancel"), int):
            stops.numbers.add(request["cancel"])
        else:
            requests.put(request)
    stops.all = True
    requests.put(None)


def _answer(
    worker: Worker,
    request: Document,
    stops: _Stops,
    send: Callable[..., None],
) -> Document:
    told = throttled(
        lambda done, total, doing: send(progress={"done": done, "total": total, "doing": doing})
    )

    def progress(done: int, total: int | None, doing: str) -> None:
        if request.get("id") in stops:
            raise Cancelled
        try:
            told(done, total, doing)
        except BrokenPipeError as error:
            raise Cancelled from error

    name, arguments = request.get("verb"), request.get("arguments", {})
    try:
        if not isinstance(name, str) or name not in VERBS:
            raise QueryError(f"There is no verb {name!r}. Known: {', '.join(VERBS)}.")
        if not isinstance(arguments, dict):
            raise QueryError(f"The arguments of '{name}' are no object.")
        if request.get("id") in stops.numbers:
            raise Cancelled
        return {"result": VERBS[name](worker, Arguments(arguments), progress)}
    except EmbedcurateError as error:
        return {"error": {"kind": type(error).__name__, "message": str(error)}}
    except Exception as error:  # noqa: BLE001 - the worker's edge: a bug is told, not fatal
        traceback.print_exc(file=sys.stderr)
        return {"error": {"kind": "Bug", "message": f"{type(error).__name__}: {error}"}}
