"""The verbs that analyse a collection, each with the arguments of its room."""

from pathlib import Path
from typing import Any, get_args

from embedcurate.progress import Progress
from embedcurate.worker.state import PATIENCE_S, Arguments, Document, Worker, modalities

__all__ = [
    "clusters",
    "decide",
    "duplicates",
    "estimate",
    "leaks",
    "map_items",
    "outliers",
    "quality",
    "run_recipe",
    "sample",
]


def duplicates(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Find duplicates, and which of them stay; without `groups` only count them."""
    from embedcurate.duplicates import Level, Rule, find

    found = find(
        worker.collection(arguments),
        progress=progress,
        **arguments.given(
            "threshold",
            "wrong_per_thousand",
            "random_state",
            level=Level,
            modalities=modalities,
            where=_filter,
            rules=lambda names: [Rule(name) for name in names],
            folders=lambda folders: [Path(folder) for folder in folders],
        ),
    )
    return found.as_document() if arguments.get("groups", True) else found.summary()


def decide(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Note what the user says of pairs of items."""
    pairs = arguments.read("pairs", lambda pairs: [(first, second) for first, second in pairs])
    kind = arguments.read("kind", _decision)
    with worker.collection(arguments).writer(doing="deciding", wait_s=PATIENCE_S) as writer:
        decided = writer.decide(
            pairs, kind, keep=arguments.get("keep"), reject=arguments.get("reject", ())
        )
    return {"decided": decided}


def leaks(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Find what stands in several splits; without `groups` only count it."""
    from embedcurate.duplicates import Level
    from embedcurate.leaks import find

    found = find(
        worker.collection(arguments),
        progress=progress,
        **arguments.given("between", "flagged", "random_state", level=Level, modalities=modalities),
    )
    return found.as_document() if arguments.get("groups", True) else found.summary()


def clusters(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Find and name clusters, or change those that were found; `labels` are those of the items."""
    from embedcurate.clusters import edit, label

    collection, told = worker.collection(arguments), arguments.get("labels", True)
    if "edit" in arguments:
        change = arguments.read("edit", _edit)
        return edit(collection, change, progress=progress).as_document(labels=told)
    return label(
        collection,
        progress=progress,
        **arguments.given(
            "channel",
            "min_cluster_size",
            "min_samples",
            "cluster_selection_method",
            "exact",
            "anew",
            "random_state",
            modalities=modalities,
        ),
    ).as_document(labels=told)


def map_items(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Place items in the plane."""
    from embedcurate.projection import Method, place

    return place(
        worker.collection(arguments),
        progress=progress,
        **arguments.given("channel", "anew", "random_state", method=Method, modalities=modalities),
    ).as_document()


def outliers(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Find odd items and disputed labels."""
    from embedcurate.outliers import score

    return score(
        worker.collection(arguments),
        progress=progress,
        **arguments.given("k", "channel", "n_neighbors", "random_state", modalities=modalities),
    ).as_document()


def quality(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Check the quality of files."""
    from embedcurate.quality import check

    return check(
        worker.collection(arguments),
        progress=progress,
        **arguments.given("thresholds", "checks", "forget", "k"),
    ).as_document()


def sample(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Choose items by a filter, and a sample of them if asked for; keep them under a name."""
    from embedcurate.recipes import choose, saved

    collection = worker.collection(arguments)
    chosen = choose(
        collection,
        progress=progress,
        **arguments.given("sample", "add", "remove", where=_filter),
    )
    if "save" in arguments:
        saved(collection, arguments["save"], chosen)
    document: Document = {"ids": list(chosen.ids), "notes": list(chosen.notes)}
    return document if chosen.sample is None else {**document, **chosen.sample.as_document()}


def estimate(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Tell what a sample would be like; `must` and `must_not` of it may be given as filters."""
    from embedcurate.recipes import estimated

    collection = worker.browser(Path(arguments["collection"])).collection
    sample = dict(arguments["sample"])
    for name in ("must", "must_not"):
        if matching := arguments.get(f"{name}_where"):
            collection.catalogue.refresh()
            sample[name] = collection.catalogue.ids_where(_filter(matching))
    return estimated(
        collection,
        sample=sample,
        progress=progress,
        **arguments.given("among", where=_filter),
    ).as_document()


def run_recipe(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Choose by a recipe, given as its text."""
    from embedcurate.recipes import read_recipe, replay, saved

    collection = worker.collection(arguments)
    chosen = replay(collection, read_recipe(arguments["recipe"]), progress=progress)
    if "save" in arguments:
        saved(collection, arguments["save"], chosen)
    return {
        "ids": list(chosen.ids),
        "as_written": chosen.as_written,
        "notes": list(chosen.notes),
    }


def _edit(document: Document) -> Any:
    from embedcurate.clusters import Merge, Rename, Split

    match document:
        case {"edit": "rename", "label": int(label), "name": str(name)}:
            return Rename(label, name)
        case {"edit": "merge", "labels": [*labels]}:
            return Merge(tuple(map(int, labels)))
        case {"edit": "split", "label": int(label)}:
            return Split(label, document.get("parts"), document.get("min_cluster_size"))
    raise ValueError(document)


def _decision(kind: str | None) -> Any:
    from embedcurate.collection import DecisionKind

    if kind is not None and kind not in get_args(DecisionKind):
        raise ValueError(kind)
    return kind


def _filter(text: str) -> Any:
    from embedcurate.query import parse_filter

    return parse_filter(text)
