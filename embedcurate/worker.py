"""The resident process behind the window: JSON lines in, JSON lines out.

A request is ``{"id": 1, "verb": "search", "arguments": {...}}``; while it runs come
``{"id": 1, "progress": {"done", "total", "doing"}}``, and at its end either
``{"id": 1, "result": {...}}`` or ``{"id": 1, "error": {"kind", "message"}}``. ``{"cancel": 1}``
stops a request that runs or waits. Requests are answered one after the other; the process ends when
its input does. Results are the JSON documents of the command line.
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
    cancelled: set[int] = set()
    threading.Thread(target=_read, args=(source, requests, cancelled), daemon=True).start()
    while (request := requests.get()) is not None:
        number = request.get("id")

        def send(number: object = number, **content: object) -> None:
            sink.write(json.dumps({"id": number, **content}) + "\n")
            sink.flush()

        send(**_answer(worker, request, cancelled, send))


def _read(source: TextIO, requests: "SimpleQueue[Document | None]", cancelled: set[int]) -> None:
    for line in source:
        if not line.strip():
            continue
        try:
            request = json.loads(line)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            requests.put({"id": None, "verb": None})
        elif "cancel" in request:
            cancelled.add(request["cancel"])
        else:
            requests.put(request)
    requests.put(None)


def _answer(
    worker: Worker,
    request: Document,
    cancelled: set[int],
    send: Callable[..., None],
) -> Document:
    told = throttled(
        lambda done, total, doing: send(progress={"done": done, "total": total, "doing": doing})
    )

    def progress(done: int, total: int | None, doing: str) -> None:
        if request.get("id") in cancelled:
            raise Cancelled
        told(done, total, doing)

    try:
        verb = VERBS.get(request.get("verb") or "")
        if verb is None:
            raise QueryError(
                f"There is no verb {request.get('verb')!r}. Known: {', '.join(VERBS)}."
            )
        if request.get("id") in cancelled:
            raise Cancelled
        return {"result": verb(worker, request.get("arguments", {}), progress)}
    except EmbedcurateError as error:
        return {"error": {"kind": type(error).__name__, "message": str(error)}}
    except Exception as error:  # noqa: BLE001 - the worker's edge: a bug is told, not fatal
        traceback.print_exc(file=sys.stderr)
        return {"error": {"kind": "Bug", "message": f"{type(error).__name__}: {error}"}}
