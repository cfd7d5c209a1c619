"""Check the items of a collection by the figures that indexing measured, and keep the result."""

import time
from collections.abc import Collection as Names
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.collection.checked import QUALITY
from embedcurate.items import FIGURES, Modality
from embedcurate.progress import Progress, ignore
from embedcurate.quality.asking import Check, checks_of
from embedcurate.quality.issues import SETTINGS, Issue, thresholds_of
from embedcurate.quality.keeping import CONTENTS, Kept, contents_of, kept_of
from embedcurate.quality.result import Flawed, IssueFound, Quality
from embedcurate.quality.scoring import COLUMNS, score

__all__ = ["check"]

_BINS = 20

Floats: TypeAlias = NDArray[np.float32]


def check(
    collection: Collection,
    *,
    thresholds: Mapping[str, float] | None = None,
    checks: Sequence[str] = (),
    forget: Names[str] = (),
    k: int = 20,
    progress: Progress = ignore,
) -> Quality:
    """Check the `ok` items for the issues of `SETTINGS`, and keep the result as a run.

    Nothing is decoded: the figures are columns of the items, so other thresholds take no longer
    than reading them. Only `checks`, the names of those that plugins bring, decode all media of
    their modality; what others found before is kept for all files that are the same, but for those
    to `forget`. Of each issue, the `k` worst items are named: the highest scores, and among
    equal ones the farthest readings.

    Raises
    ------
    QueryError
        If `thresholds` or `checks` names an issue that there is not, or a threshold is outside of
        (0, 1].
    PluginUnavailable
        If a plugin's check can't be used, or fails.
    """
    began = time.perf_counter()
    given = thresholds or {}
    added: dict[str, Check | Kept] = {
        **kept_of(collection, but={*checks, *forget}),
        **checks_of(checks, given),
    }
    issues = {**SETTINGS, **{name: one.issue for name, one in added.items()}}
    limits = thresholds_of(given, issues)
    version = collection.contents()
    catalogue = collection.catalogue
    catalogue.refresh()
    rows = np.flatnonzero(catalogue.searchable)
    ids = catalogue.ids[rows]
    scores = {name: np.full(len(rows), np.nan, np.float32) for name in issues}
    readings = {name: values.copy() for name, values in scores.items()}
    unmeasured = 0
    for done, modality in enumerate(Modality):
        progress(done, len(Modality), f"checking what is {modality}")
        within = np.flatnonzero(catalogue.of_modalities({modality})[rows])
        columns = {
            name: _numbers(catalogue.column(name), rows[within]) for name in COLUMNS[modality]
        }
        figures = [columns[name] for name in FIGURES[modality] if name in columns]
        unmeasured += int(np.isnan(figures).all(axis=0).sum())
        for name, (scored, reading) in score(columns, modality).items():
            scores[name][within], readings[name][within] = scored, reading
    for name, one in added.items():
        within = np.flatnonzero(catalogue.of_modalities({one.issue.modality})[rows])
        wanted = ids[within].astype(str).tolist()
        scores[name][within] = readings[name][within] = one.scores(collection, wanted, progress)
    flags = {name: scores[name] >= limits[name] for name in issues}
    worst = {
        name: _worst(issues[name], scores[name], readings[name], flags[name])[:k] for name in issues
    }
    flawed = _flawed(collection, issues, ids, scores, readings, worst)
    found = tuple(
        IssueFound(
            issue=name,
            modality=issue.modality,
            threshold=limits[name],
            poor=issue.poor,
            checked=int((~np.isnan(scores[name])).sum()),
            count=int(flags[name].sum()),
            histogram=tuple(_histogram(scores[name])),
            worst=flawed[name],
            check=added[name].checked if name in added else None,
        )
        for name, issue in issues.items()
    )
    poor = np.any([flags[name] for name, issue in issues.items() if issue.poor], axis=0)
    quality = Quality(ids, scores, poor, unmeasured, found)
    progress(len(Modality), len(Modality), "storing the result")
    flagged = {name: pa.array(flags[name], mask=np.isnan(scores[name])) for name in issues}
    parts = {
        "items": pa.table({"id": pa.array(ids.astype(str), pa.string()), "poor": poor, **flagged}),
        # In the order of the part `items`; beside it, so that filters map no more than they read.
        "scores": pa.table({name: pa.array(of, from_pandas=True) for name, of in scores.items()}),
    }
    parameters: dict[str, Any] = {"thresholds": limits}
    if added:
        parts[CONTENTS] = pa.table({"content": contents_of(collection, ids.astype(str).tolist())})
        parameters["checks"] = sorted(added)
    collection.results.save(
        QUALITY,
        parts,
        version=version,
        parameters=parameters,
        summary=quality.summary(),
        seconds=time.perf_counter() - began,
    )
    return quality


def _numbers(column: pa.Array, rows: NDArray[np.int64]) -> Floats:
    """Return a column at some rows as float32, NaN for null; of strings, numbers for the values."""
    values = column.take(pa.array(rows))
    if pa.types.is_string(values.type):
        values = values.dictionary_encode().indices
    numbers: Floats = pc.cast(values, pa.float32(), safe=False).to_numpy(zero_copy_only=False)
    return numbers


def _worst(
    issue: Issue, scores: Floats, readings: Floats, flags: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the rows that have the issue, the worst first, the first id of those alike."""
    rows = np.flatnonzero(flags)
    farther = 1 if issue.certain > issue.clean else -1
    return rows[np.lexsort((rows, -farther * readings[rows], -scores[rows]))]


def _flawed(
    collection: Collection,
    issues: Mapping[str, Issue],
    ids: NDArray[np.bytes_],
    scores: Mapping[str, Floats],
    readings: Mapping[str, Floats],
    worst: Mapping[str, NDArray[np.int64]],
) -> dict[str, tuple[Flawed, ...]]:
    wanted = sorted({ids[row].decode() for rows in worst.values() for row in rows})
    paths = {item.id: item.path for item in collection.items(wanted)}
    return {
        name: tuple(
            Flawed(
                id=(id_ := ids[row].decode()),
                path=paths[id_],
                modality=issues[name].modality,
                score=float(scores[name][row]),
                reading=float(readings[name][row]),
            )
            for row in rows
        )
        for name, rows in worst.items()
    }


def _histogram(scores: Floats) -> list[int]:
    counts: list[int] = np.histogram(scores[~np.isnan(scores)], _BINS, (0, 1))[0].tolist()
    return counts
