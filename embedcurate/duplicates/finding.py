"""Find the duplicates in a collection, choose which ones stay, and keep the result."""

import time
from collections.abc import Collection as Several
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.clauses import clauses
from embedcurate.collection import Collection
from embedcurate.collection.catalogue import Catalogue
from embedcurate.duplicates.copies import Copies, Links, copies, links
from embedcurate.duplicates.grouping import Rows
from embedcurate.duplicates.keeping import RULES, Rule
from embedcurate.duplicates.levels import Level, Threshold, measured, threshold_of
from embedcurate.duplicates.pairs import candidates
from embedcurate.duplicates.result import Duplicates, Histogram
from embedcurate.filters import All, Filter
from embedcurate.items import Modality
from embedcurate.progress import Progress, ignore

__all__ = ["find", "ids_at"]

_VERB = "duplicates"
_BINS = 100
_NONE: Rows = np.empty(0, np.int64)


def find(
    collection: Collection,
    *,
    level: Level | str = Level.NEAR,
    threshold: float | None = None,
    wrong_per_thousand: float | None = None,
    modalities: Several[Modality] = frozenset(Modality),
    where: Filter = All(),  # noqa: B008 - frozen
    rules: Sequence[Rule] = RULES,
    folders: Sequence[Path] = (),
    random_state: int = 0,
    progress: Progress = ignore,
) -> Duplicates:
    """Group the items that are the same at `level`, and say of each group which one stays.

    The pairs are found once for the collection's contents; another level or threshold only groups
    them anew. What the user decided of pairs holds: pairs that are different or alternates are
    never member and keeper, and the loser of a pair of duplicates goes where its winner goes.

    Parameters
    ----------
    threshold : of the fingerprints' similarity (near) or the vectors' cosine (similar), for all
        modalities
    wrong_per_thousand : choose the threshold for this many wrong pairs in a thousand reported, in
        expectation, where there are enough items to estimate it
    rules, folders : by what the keeper is chosen, the weightiest first; folders that are preferred
    """
    level = Level(level)
    version = collection.contents()
    started = time.perf_counter()
    catalogue = collection.catalogue
    catalogue.refresh()
    scope = catalogue.searchable & catalogue.mask(where)
    lowest = threshold if level is Level.SIMILAR else None
    linked: list[Links] = []
    thresholds: dict[Modality, Threshold] = {}
    recall: dict[Modality, float] = {}
    histograms: dict[Modality, Histogram] = {}
    unprinted = 0
    for modality in sorted(map(Modality, modalities)):
        look = partial(
            candidates, collection, modality, random_state=random_state, progress=progress
        )
        found = look()
        if found is not None and lowest is not None and lowest < found.lowest:
            found = look(lowest=lowest)
        if found is None:
            continue
        thresholds[modality] = threshold_of(
            found, level, threshold=threshold, wrong_per_thousand=wrong_per_thousand
        )
        recall[modality] = found.recall
        counts, edges = np.histogram(measured(found, level), _BINS, (0, 1))
        histograms[modality] = Histogram(edges, counts)
        unprinted += found.unprinted
        rows = np.flatnonzero(scope & catalogue.of_modalities({modality}))
        linked.append(links(catalogue, found, level, thresholds[modality], rows))
    decisions = collection.decisions()
    grouped = [copies(catalogue, one, decisions, rules=rules, folders=folders) for one in linked]
    result = Duplicates(
        level,
        _items(catalogue, grouped),
        _pairs(catalogue, linked),
        thresholds,
        recall,
        histograms,
        unprinted,
    )
    collection.results.save(
        _VERB,
        {"items": _seen(catalogue, scope & catalogue.of_modalities(thresholds), result.items)},
        version=version,
        parameters={
            "level": str(level),
            "threshold": threshold,
            "wrong_per_thousand": wrong_per_thousand,
            "modalities": sorted(map(str, modalities)),
            "where": clauses(where),
            "rules": list(map(str, rules)),
            "folders": list(map(str, folders)),
            "random_state": random_state,
        },
        summary=result.summary(),
        seconds=time.perf_counter() - started,
    )
    return result


def _seen(catalogue: Catalogue, scope: NDArray[np.bool_], items: pa.Table) -> pa.Table:
    """Return the items that were looked at, with the columns of `items` where they are in a group.

    `duplicate` are those of a group that another one stays for.
    """
    rows = np.flatnonzero(scope)
    place = np.full(len(catalogue), -1, np.int64)
    place[catalogue.rows_of(items["id"])] = np.arange(len(items))
    at = pa.array(place[rows], mask=place[rows] < 0)
    columns = {
        name: items[name].combine_chunks().take(at)
        for name in ("group", "keep", "similarity", "reason", "asked")
    }
    ids = ids_at(catalogue, rows)
    lost = pc.fill_null(pc.not_equal(columns["keep"], ids), False)
    return pa.table({"id": ids, "duplicate": lost, **columns})


def _items(catalogue: Catalogue, found: Sequence[Copies]) -> pa.Table:
    """Return the groups of all modalities as `Duplicates.items`."""
    rows, keepers = (
        np.concatenate([_NONE, *(getattr(one, name) for one in found)])
        for name in ("rows", "keepers")
    )
    similarities = np.concatenate([_NONE.astype(np.float32), *(one.similarities for one in found)])
    asked = np.concatenate([_NONE.astype(np.bool_), *(one.asked for one in found)])
    reasons = pa.array([reason for one in found for reason in one.reasons], pa.string())
    order = np.lexsort([rows, -similarities, rows != keepers, keepers])
    rows, keepers = rows[order], keepers[order]
    return pa.table(
        {
            "id": ids_at(catalogue, rows),
            "path_bytes": catalogue.column("path_bytes").take(pa.array(rows)),
            "group": np.unique(keepers, return_inverse=True)[1].astype(np.int32),
            "keep": ids_at(catalogue, keepers),
            "similarity": pa.array(similarities[order], from_pandas=True),
            "reason": reasons.take(pa.array(order)),
            "asked": asked[order],
        }
    )


def _pairs(catalogue: Catalogue, linked: Sequence[Links]) -> pa.Table:
    """Return the pairs of all modalities as `Duplicates.pairs`."""
    parts = [one.pairs() for one in linked]
    left, right = (np.concatenate([_NONE, *(part[side] for part in parts)]) for side in (0, 1))
    rows, places = np.unique(np.concatenate([left, right]), return_inverse=True)
    ids, places = ids_at(catalogue, rows), places.astype(np.int32)
    return pa.table(
        {
            "left": pa.DictionaryArray.from_arrays(pa.array(places[: len(left)]), ids),
            "right": pa.DictionaryArray.from_arrays(pa.array(places[len(left) :]), ids),
            "similarity": np.concatenate([_NONE.astype(np.float32), *(part[2] for part in parts)]),
        }
    )


def ids_at(catalogue: Catalogue, rows: Rows) -> pa.Array:
    """Return the ids of rows of the catalogue as strings."""
    return pa.array(catalogue.ids[rows], pa.binary()).cast(pa.string())
