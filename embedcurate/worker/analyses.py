"""The verbs that analyse a collection, each with the arguments of its room."""

from pathlib import Path
from typing import Any

from embedcurate.progress import Progress
from embedcurate.worker.state import Arguments, Document, Worker, modalities

__all__ = [
    "clusters",
    "decide",
    "duplicates",
    "leaks",
    "map_items",
    "outliers",
    "quality",
    "run_recipe",
    "sample",
]


def duplicates(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Find duplicates, and which of them stay."""
    from embedcurate.duplicates import Rule, find

    return find(
        worker.collection(arguments),
        progress=progress,
        **arguments.given(
            "level",
            "threshold",
            "wrong_per_thousand",
            "random_state",
            modalities=modalities,
            where=_filter,
            rules=lambda names: [Rule(name) for name in names],
            folders=lambda folders: [Path(folder) for folder in folders],
        ),
    ).as_document()


def decide(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Note what the user says of pairs of items."""
    pairs = [(first, second) for first, second in arguments["pairs"]]
    with worker.collection(arguments).writer(doing="deciding") as writer:
        return {"decided": writer.decide(pairs, arguments["kind"], keep=arguments.get("keep"))}


def leaks(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Find what stands in several splits."""
    from embedcurate.leaks import find

    return find(
        worker.collection(arguments),
        progress=progress,
        **arguments.given("between", "level", "flagged", "random_state", modalities=modalities),
    ).as_document()


def clusters(worker: Worker, arguments: Arguments, progress: Progress) -> Document:
    """Find and name clusters."""
    from embedcurate.clusters import label

    return label(
        worker.collection(arguments),
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
    ).as_document()


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
        worker.collection(arguments), progress=progress, **arguments.given("thresholds", "k")
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


def _filter(text: str) -> Any:
    from embedcurate.query import parse_filter

    return parse_filter(text)
