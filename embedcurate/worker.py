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
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TextIO, TypeAlias

from embedcurate.errors import Cancelled, EmbedcurateError, QueryError
from embedcurate.items import Modality
from embedcurate.progress import Progress, throttled

__all__ = ["VERBS", "Worker", "serve"]

Document: TypeAlias = dict[str, Any]
Verb: TypeAlias = Callable[["Worker", Mapping[str, Any], Progress], Document]


class _Arguments(dict[str, Any]):
    """A request's arguments; one that is needed and lacks is an error in words."""

    def __missing__(self, name: str) -> Any:
        raise QueryError(f"The argument '{name}' is missing.")


class Worker:
    """The collections and spaces that stay open between requests."""

    def __init__(self) -> None:
        self._searchers: dict[Path, Any] = {}

    def searcher(self, path: Path) -> Any:
        """Return the searcher of the collection at `path`, opened once."""
        from embedcurate.collection import Collection
        from embedcurate.search import Searcher

        if path not in self._searchers:
            self._searchers[path] = Searcher(Collection.open(path))
        return self._searchers[path]


def _search(worker: Worker, arguments: Mapping[str, Any], progress: Progress) -> Document:
    found = worker.searcher(Path(arguments["collection"])).find(
        arguments["query"],
        k=arguments.get("k", 20),
        modalities=frozenset(map(Modality, arguments.get("modalities", list(Modality)))),
        where=arguments.get("where", ""),
        hybrid=arguments.get("hybrid", False),
    )
    document: Document = found.as_document()
    return document


def _index(worker: Worker, arguments: Mapping[str, Any], progress: Progress) -> Document:
    from embedcurate.indexing import open_and_index
    from embedcurate.sources import Annotations

    _, report = open_and_index(
        Path(arguments["collection"]),
        [Path(source) for source in arguments["sources"]],
        space=arguments.get("space"),
        modalities=frozenset(map(Modality, arguments.get("modalities", list(Modality)))),
        annotations=Annotations(
            arguments.get("captions"), arguments.get("labels"), arguments.get("split")
        ),
        retry_failed=arguments.get("retry", False),
        progress=progress,
    )
    return report.as_document()


def _status(worker: Worker, arguments: Mapping[str, Any], progress: Progress) -> Document:
    from embedcurate.collection import Collection

    return Collection.open(Path(arguments["collection"])).status()


def _tag(worker: Worker, arguments: Mapping[str, Any], progress: Progress) -> Document:
    from embedcurate.collection import Collection
    from embedcurate.query import parse_filter

    collection = Collection.open(Path(arguments["collection"]))
    ids = arguments.get("ids")
    if ids is None:
        ids = collection.catalogue.ids_where(parse_filter(arguments["where"]))
    with collection.writer(doing="tagging") as writer:
        marked = writer.mark(
            ids,
            add=arguments.get("add", ()),
            remove=arguments.get("remove", ()),
            pick=arguments.get("pick"),
            stars=arguments.get("stars"),
            note=arguments.get("note"),
        )
    return {"marked": marked}


def _export(worker: Worker, arguments: Mapping[str, Any], progress: Progress) -> Document:
    from embedcurate.collection import Collection
    from embedcurate.export.formats import ListFormat
    from embedcurate.export.lists import export_list
    from embedcurate.query import parse_filter

    kind = arguments.get("format")
    count = export_list(
        Collection.open(Path(arguments["collection"])),
        Path(arguments["out"]),
        format=None if kind is None else ListFormat(kind),
        where=parse_filter(arguments.get("where", "")),
        overwrite=arguments.get("overwrite", False),
    )
    return {"path": arguments["out"], "items": count}


VERBS: Mapping[str, Verb] = {
    "search": _search,
    "index": _index,
    "status": _status,
    "tag": _tag,
    "export": _export,
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
        return {"result": VERBS[name](worker, _Arguments(arguments), progress)}
    except EmbedcurateError as error:
        return {"error": {"kind": type(error).__name__, "message": str(error)}}
    except Exception as error:  # noqa: BLE001 - the worker's edge: a bug is told, not fatal
        traceback.print_exc(file=sys.stderr)
        return {"error": {"kind": "Bug", "message": f"{type(error).__name__}: {error}"}}
