"""All that is known of one item, and what undo would take back."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from embedcurate.collection import Collection
from embedcurate.collection.checked import checks_in
from embedcurate.collection.journal import Journal
from embedcurate.collection.operations import Operation
from embedcurate.errors import MediaError
from embedcurate.items import ISSUES, Item, Modality
from embedcurate.media.metadata import camera_notes

__all__ = ["describe", "turns"]

_FACTS = (
    "format", "width_px", "height_px", "duration_s", "rate_hz", "channels", "characters",
    "language", "note",
)  # fmt: skip


def describe(collection: Collection, id_: str) -> dict[str, Any]:
    """Return all that is known of an item; raises `UnknownItem`.

    Of analyses what their newest runs found; null or empty where they did not see the item.
    """
    [item] = collection.items([id_])
    marks = collection.marks([id_])[id_]
    return {
        "id": item.id,
        "path": str(item.path),
        "modality": str(item.modality),
        "outcome": str(item.outcome),
        "reason": item.reason,
        "size": item.size,
        "mtime_ns": item.mtime_ns,
        "row": item.row,
        "content": item.content,
        "facts": {name: getattr(item.facts, name) for name in _FACTS},
        "figures": dict(item.facts.figures),
        "caption": item.caption,
        "label": item.label,
        "split": item.split,
        "marks": {
            "pick": marks.pick,
            "stars": marks.stars,
            "tags": sorted(marks.tags),
            "note": marks.note,
        },
        "camera": _camera(item),
        "cluster": _cluster(collection, id_),
        "issues": _issues(collection, item),
        "duplicates": _duplicates(collection, id_),
        "leak": _found(collection, "leaks", id_),
        "outlier": _found(collection, "outliers", id_),
    }


def turns(collection: Collection) -> dict[str, str | None]:
    """Return in words what undo would take back, and what redo would make again; None: nothing."""
    journal = Journal(collection.path)
    last = journal.last()
    if last is None:
        return {"undo": None, "redo": None}
    return {
        name: None if seq is None else _words(journal.get(seq))
        for name, seq in (("undo", last.undo), ("redo", last.redo))
    }


def _words(operation: Operation | None) -> str | None:
    if operation is None:
        return None
    words = operation.words()
    return words.partition(": ")[2] if operation.kind in ("undo", "redo") else words


def _camera(item: Item) -> dict[str, Any]:
    """Return what a camera wrote into a picture; nothing where the file can't be read now."""
    if item.modality is not Modality.IMAGE:
        return {}
    try:
        return camera_notes(item.path)
    except MediaError:
        return {}


def _found(collection: Collection, verb: str, id_: str) -> dict[str, Any] | None:
    """Return the row of an item in what the newest run of a verb found."""
    run = collection.results.latest(verb)
    if run is None:
        return None
    items = collection.results.table(run, "items")
    place = pc.index(items["id"], pa.scalar(id_)).as_py()
    if place < 0:
        return None
    row: dict[str, Any] = items.slice(place, 1).to_pylist()[0]
    return {name: value for name, value in row.items() if name != "id"}


def _cluster(collection: Collection, id_: str) -> dict[str, Any] | None:
    found = _found(collection, "clusters", id_)
    run = collection.results.latest("clusters")
    if found is None or run is None:
        return None
    clusters = collection.results.table(run, "clusters")
    place = pc.index(clusters["label"], pa.scalar(found["cluster"], pa.int32())).as_py()
    name = clusters["name"][place].as_py() if place >= 0 else "noise"
    return {"label": found["cluster"], "name": name, "probability": found["probability"]}


def _issues(collection: Collection, item: Item) -> list[dict[str, Any]]:
    """Return the issues that an item has, with their scores, the worst first."""
    run = collection.results.latest("quality")
    if run is None:
        return []
    items = collection.results.table(run, "items")
    place = pc.index(items["id"], pa.scalar(item.id)).as_py()
    if place < 0:
        return []
    flags = items.slice(place, 1).to_pylist()[0]
    scores = collection.results.table(run, "scores").slice(place, 1).to_pylist()[0]
    names = (*ISSUES[item.modality], *checks_in(run))
    found = [{"issue": issue, "score": scores[issue]} for issue in names if flags[issue]]
    return sorted(found, key=lambda one: -one["score"])


def _duplicates(collection: Collection, id_: str) -> dict[str, Any] | None:
    """Return the group of duplicates that an item is in: which one stays, and all its items."""
    run = collection.results.latest("duplicates")
    found = _found(collection, "duplicates", id_)
    if run is None or found is None or found["group"] is None:
        return None
    items = collection.results.table(run, "items")
    group: list[Mapping[str, Any]] = items.filter(
        pc.equal(items["group"], found["group"])
    ).to_pylist()
    return {
        "keep": found["keep"],
        "items": [
            {"id": one["id"], "similarity": one["similarity"], "reason": one["reason"]}
            for one in group
        ],
    }
