"""The resident process behind the window: JSON lines in, JSON lines out.

A request is ``{"id": 1, "verb": "search", "arguments": {...}}``; while it runs come
``{"id": 1, "progress": {"done", "total", "doing"}}``, and at its end either
``{"id": 1, "result": {...}}`` or ``{"id": 1, "error": {"kind", "message"}}``. ``{"cancel": 1}``
stops a request that runs or waits; ``{"pause": 1}`` holds it when it next reports progress, until
``{"resume": 1}``. Requests are answered one after the other. When its input ends,
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
from embedcurate.worker import analyses, browsing, creating, models, moving, selecting, verbs
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
    "estimate": analyses.estimate,
    "recipe": analyses.run_recipe,
    "look": creating.look,
    "news": creating.news,
    "folders": creating.folders,
    "spaces": creating.spaces,
    "space": models.space,
    "models": models.models,
    "pull": models.pull,
    "remove": models.remove,
    "plan": moving.plan,
    "move": moving.move,
    "plugins": creating.plugins,
    "checks": creating.checks,
    "permit": creating.permit,
    "formats": creating.formats,
    "browse": browsing.browse,
    "narrow": browsing.narrow,
    "describe": browsing.describe,
    "preview": browsing.preview,
    "thumbnails": browsing.thumbnails,
    "complete": browsing.complete,
    "log": browsing.log,
    "selections": selecting.selections,
    "selection": selecting.selection,
}


def serve(source: TextIO, sink: TextIO) -> None:
    """Answer the requests in `source`, one JSON document a line, until it ends."""
    worker = Worker()
    requests: SimpleQueue[Document | None] = SimpleQueue()
    signals = _Signals()
    threading.Thread(target=_read, args=(source, requests, signals), daemon=True).start()
    while (request := requests.get()) is not None:
        number = request.get("id")

        def send(number: object = number, **content: object) -> None:
            sink.write(json.dumps({"id": number, **content}) + "\n")
            sink.flush()

        try:
            send(**_answer(worker, request, signals, send))
        except BrokenPipeError:  # whoever asked is gone
            return


class _Signals:
    """What is said of requests while they run or wait: which are to stop, and which to hold."""

    def __init__(self) -> None:
        self._stopped: set[int] = set()
        self._held: set[int] = set()
        self._ended = False
        self._changed = threading.Condition()

    def take(self, message: Document) -> bool:
        """Heed a message if it is a signal; tell whether it is."""
        with self._changed:
            if isinstance(number := message.get("cancel"), int):
                self._stopped.add(number)
            elif isinstance(number := message.get("pause"), int):
                self._held.add(number)
            elif isinstance(number := message.get("resume"), int):
                self._held.discard(number)
            else:
                return False
            self._changed.notify_all()
            return True

    def end(self) -> None:
        """Stop all, as nobody listens any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def stopped(self, number: object) -> bool:
        """Tell whether a request was told to stop."""
        return number in self._stopped

    def heed(self, number: object) -> None:
        """Wait while a request is to hold; raise `Cancelled` if it is to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._stops(number) or number not in self._held)
            if self._stops(number):
                raise Cancelled

    def _stops(self, number: object) -> bool:
        return self._ended or number in self._stopped


def _read(source: TextIO, requests: "SimpleQueue[Document | None]", signals: _Signals) -> None:
    for line in source:
        if not line.strip():
            continue
        try:
            request = json.loads(line)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            requests.put({"id": None, "verb": None})
        elif not signals.take(request):
            requests.put(request)
    signals.end()
    requests.put(None)


def _answer(
    worker: Worker,
    request: Document,
    signals: _Signals,
    send: Callable[..., None],
) -> Document:
    told = throttled(
        lambda done, total, doing: send(progress={"done": done, "total": total, "doing": doing})
    )

    def progress(done: int, total: int | None, doing: str) -> None:
        signals.heed(request.get("id"))
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
        if signals.stopped(request.get("id")):
            raise Cancelled
        return {"result": VERBS[name](worker, Arguments(arguments), progress)}
    except EmbedcurateError as error:
        return {"error": {"kind": type(error).__name__, "message": str(error)}}
    except Exception as error:  # noqa: BLE001 - the worker's edge: a bug is told, not fatal
        traceback.print_exc(file=sys.stderr)
        return {"error": {"kind": "Bug", "message": f"{type(error).__name__}: {error}"}}
