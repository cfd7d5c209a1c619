"""What the map shows, made from what is on disk and what is selected, outside the GUI thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection.results import Results, Run
from embedcurate.filters import Compare, Is

from ..items import Items, Rows, Tags
from .colouring import (
    KINDS,
    Codes,
    Colouring,
    by_column,
    by_modality,
    by_number,
    by_tag,
    categories,
)
from .naming import Anchor, anchors, colours_apart
from .points import Points

__all__ = ["COLOURS", "DIM", "GHOST", "Layers", "Shown", "Wanted", "Words"]

COLOURS = ("modality", "cluster", "tag", "label", "split", "score", "time", "quality")
"""What points can be coloured by."""

DIM, GHOST = 254, 255
"""The shades of points that are not selected while others are, and of those filtered out."""

_DAY_S = 86_400

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Words:
    """What the legend says, in the user's language; `others` has a place for a number."""

    modalities: tuple[str, str, str]
    none: Mapping[str, str]
    lacking: Mapping[str, str]
    others: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown, as it was when it was asked for.

    map, clusters, quality : the runs on disk, as far as there are any
    by : one of `COLOURS`
    rows, selection : as in `Session`; scores : by row
    marks : a number that changes whenever marks do
    """

    items: Items
    results: Results
    map: Run
    clusters: Run | None
    quality: Run | None
    by: str
    rows: Rows
    selection: Rows
    tags: Tags
    scores: Mapping[int, float]
    marks: int
    words: Words


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown.

    items : whose rows the points stand for; run : the map's
    shades : (n,) uint8, the points' codes as in `Colouring`, or `DIM`, or `GHOST`
    strong : (n,) bool, points in full colour; None for all of them
    live : (n,) bool, points that are not filtered out
    anchors : the clusters' names, of those that have live points
    absent : how many `ok` items are not on the map
    counts : of the live points, by the lines of the colouring
    """

    items: Items
    run: Run
    points: Points
    colouring: Colouring
    shades: Codes
    strong: Mask | None
    live: Mask
    anchors: tuple[Anchor, ...]
    absent: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Clusters:
    """Numbers of the clusters (len(items),) int32, -1 for none, and what each is called."""

    numbers: NDArray[np.int32]
    names: list[str]
    labels: list[int]


class Layers:
    """Makes what is shown, and keeps the parts of it that stay the same. For one thread."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[Any, Any]] = {}

    def make(self, wanted: Wanted) -> Shown:
        """Return what is wanted; raises `ResultMissing` if a run was dropped meanwhile."""
        items, results = wanted.items, wanted.results
        placed = (items, wanted.map.id)
        points, absent = self._once("points", placed, lambda: _points(items, results, wanted.map))
        grouped = (items, wanted.clusters and wanted.clusters.id)
        clusters = self._once(
            "clusters", grouped, lambda: _clusters(items, results, wanted.clusters)
        )
        names = self._once("names", (placed, grouped), lambda: _anchors(points, clusters))
        inputs = (
            grouped, placed, wanted.by, wanted.quality and wanted.quality.id,
            wanted.marks if wanted.by == "tag" else None,
            wanted.scores if wanted.by == "score" else None,
        )  # fmt: skip
        colouring = self._once(
            "colouring", inputs, lambda: _coloured(wanted, points.rows, clusters, names)
        )
        live = _among(points.rows, wanted.rows, len(items))
        chosen = _among(points.rows, wanted.selection, len(items)) & live
        shades = colouring.codes[points.rows]
        strong = chosen if np.count_nonzero(chosen) > 1 else live
        shades[~strong] = DIM
        shades[~live] = GHOST
        return Shown(
            items,
            wanted.map,
            points,
            colouring,
            shades,
            None if strong.all() else strong,
            live,
            self._once(
                "alive", (names, wanted.rows), lambda: _alive(names, points, clusters, live)
            ),
            absent,
            colouring.counts(points.rows[live]),
        )

    def _once(self, what: str, key: Any, make: Any) -> Any:
        """Return what was made for the same key before: one of the same objects, or equal words."""
        known = self._kept.get(what)
        if known is None or not _same(known[0], key):
            self._kept[what] = known = key, make()
        return known[1]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    return one is other or (isinstance(one, str | int) and one == other)


def _among(rows: Rows, of: Rows, count: int) -> Mask:
    found = np.zeros(count, np.bool_)
    found[of[of < count]] = True  # items may have gone since the rows were told
    return found[rows]


def _points(items: Items, results: Results, run: Run) -> tuple[Points, int]:
    table = results.table(run, "items")
    rows = items.rows_of(table["id"])
    known = np.flatnonzero(rows >= 0)
    xy = np.stack([table[axis].to_numpy()[known] for axis in ("x", "y")], axis=1)
    there = pc.sum(pc.equal(items.column("outcome"), "ok")).as_py() or 0
    return Points(xy, rows[known]), max(there - len(known), 0)


def _clusters(items: Items, results: Results, run: Run | None) -> _Clusters | None:
    if run is None:
        return None
    table = results.table(run, "items")
    named = results.table(run, "clusters")
    labels = named["label"].to_pylist()
    rows = items.rows_of(table["id"])
    place = np.full(max([*labels, 0]) + 2, -1, np.int32)
    place[labels] = np.arange(len(labels), dtype=np.int32)
    numbers = np.full(len(items), -1, np.int32)
    numbers[rows[rows >= 0]] = place[table["cluster"].to_numpy()[rows >= 0]]
    return _Clusters(numbers, named["name"].to_pylist(), labels)


def _anchors(points: Points, clusters: _Clusters | None) -> tuple[Anchor, ...]:
    if clusters is None:
        return ()
    return tuple(anchors(points, clusters.numbers[points.rows], clusters.names, clusters.labels))


def _alive(
    names: tuple[Anchor, ...], points: Points, clusters: _Clusters | None, live: Mask
) -> tuple[Anchor, ...]:
    if clusters is None or live.all():
        return names
    numbers = clusters.numbers[points.rows[live]]
    counts = np.bincount(numbers[numbers >= 0], minlength=len(clusters.labels))
    there = {label for label, count in zip(clusters.labels, counts.tolist(), strict=True) if count}
    return tuple(name for name in names if name.cluster in there)


def _coloured(
    wanted: Wanted, rows: Rows, clusters: _Clusters | None, names: tuple[Anchor, ...]
) -> Colouring:
    items, by, words = wanted.items, wanted.by, wanted.words
    none = words.none.get(by, "")
    if by == "modality":
        return by_modality(items, rows, words.modalities)
    if by == "cluster" and clusters is not None:
        return _by_cluster(clusters, rows, names, none, words.others)
    if by == "quality" and wanted.quality is not None:
        return _by_issue(items, rows, wanted.results, wanted.quality, none, words.others)
    if by == "tag" and wanted.tags:
        return by_tag(items, rows, wanted.tags, none, words.others)
    if by in ("label", "split") and items.column(by).null_count < len(items):
        return by_column(items, rows, by, none, words.others)
    if by == "time" and len(items):
        return _by_time(items)
    if by == "score" and wanted.scores:
        scores = np.full(len(items), np.nan)
        scores[list(wanted.scores)] = list(wanted.scores.values())
        return by_number(scores, "{:.2f}".format)
    return Colouring(np.zeros(len(items), np.uint8), lacking=words.lacking.get(by, ""))


def _by_cluster(
    clusters: _Clusters, rows: Rows, names: tuple[Anchor, ...], none: str, others: str
) -> Colouring:
    count = len(clusters.labels)
    place = {label: number for number, label in enumerate(clusters.labels)}
    order = [place[name.cluster] for name in names]
    colour_of = np.ones(count, np.uint8)
    where = np.array([(name.x, name.y) for name in names]).reshape(-1, 2)
    colour_of[order] = colours_apart(where, KINDS)
    return categories(
        np.where(clusters.numbers < 0, count, clusters.numbers).astype(np.int64),
        rows,
        clusters.names,
        none,
        others,
        clause=lambda number: Compare("cluster", "=", clusters.labels[number]),
        without=Compare("cluster", "=", -1),
        colour_of=colour_of,
    )


def _by_time(items: Items) -> Colouring:
    when = items.column("mtime_ns").cast(pa.float64(), safe=False).to_numpy() / 1e9
    style = "%Y-%m-%d" if np.nanmax(when) - np.nanmin(when) > _DAY_S else "%d %b %H:%M"
    return by_number(when, lambda at: datetime.fromtimestamp(at).strftime(style))


def _by_issue(
    items: Items, rows: Rows, results: Results, run: Run, none: str, others: str
) -> Colouring:
    """Colour each item by the rarest of its issues, which says most about it."""
    table = results.table(run, "items")
    checked = items.rows_of(table["id"])
    issues = [name for name in table.column_names if name not in ("id", "poor")]
    flagged = {name: np.asarray(table[name].fill_null(False)) for name in issues}
    issues = sorted(issues, key=lambda name: -int(flagged[name].sum()))
    numbers = np.full(len(items), len(issues), np.int64)
    for number, name in enumerate(issues):
        there = checked[flagged[name]]
        numbers[there[there >= 0]] = number
    return categories(numbers, rows, issues, none, others, clause=lambda number: Is(issues[number]))
