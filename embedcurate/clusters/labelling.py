"""The clusters of a collection: found, named, numbered as before, and stored."""

import time
from collections.abc import Collection as AbstractCollection
from dataclasses import dataclass
from math import log10, sqrt
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.clusters.hierarchy import (
    Labelled,
    Selection,
    Tree,
    hdbscan_exact,
    hdbscan_on_graph,
)
from embedcurate.clusters.matching import carry_over
from embedcurate.clusters.naming import Name, name_clusters
from embedcurate.clusters.result import (
    VERB,
    Cluster,
    Clusters,
    clusters_table,
    described,
    items_table,
)
from embedcurate.collection import Collection
from embedcurate.collection.catalogue import Ids
from embedcurate.filters import AnyOf, Compare
from embedcurate.items import Modality
from embedcurate.neighbours import Neighbourhood, neighbourhood
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.space import Space

__all__ = ["label"]

_N_NEIGHBORS = 15


def _min_cluster_size(n: int) -> int:
    """Return the least number of items that make a cluster among `n`: 5, at a million 50."""
    return max(5, round(sqrt(n) / 20))


def _min_samples(n: int) -> int:
    """Return how many neighbours say how dense a place is among `n`: 2 of 300, 5 of 100,000."""
    return min(max(round(log10(max(n, 1))), 2), 5)


def label(
    collection: Collection,
    *,
    modalities: AbstractCollection[Modality] = frozenset(Modality),
    channel: str = SHARED,
    min_cluster_size: int | None = None,
    min_samples: int | None = None,
    cluster_selection_method: Selection = "eom",
    exact: bool = False,
    anew: bool = False,
    random_state: int = 0,
    space: Space | None = None,
    progress: Progress = ignore,
) -> Clusters:
    """Find the clusters of the `ok` items of `modalities`, and store them.

    By default `min_cluster_size` and `min_samples` follow from the number of items. `exact`
    compares all pairs: the same but slow. A cluster that the last run over these modalities in
    this channel knew keeps its label and its name, unless `anew`; others get labels that were
    never given before.
    """
    started = time.perf_counter()
    near = neighbourhood(
        collection,
        modalities=modalities,
        channel=channel,
        n_neighbors=max(_N_NEIGHBORS, min_samples or 0),
        random_state=random_state,
        progress=progress,
    )
    n = len(near.matrix)
    size = _min_cluster_size(n) if min_cluster_size is None else min_cluster_size
    samples = _min_samples(n) if min_samples is None else min_samples
    found = _found(near, size, samples, cluster_selection_method, exact, progress)
    kinds = sorted(map(str, modalities))
    scope = {"modalities": kinds, "channel": channel}
    known = _Known() if anew else _last(collection, scope, near.matrix.ids)
    numbers = carry_over(found.labels, known.labels_of(n), known.fresh)
    names = name_clusters(
        collection,
        near.matrix.ids.astype(str).tolist(),
        found.labels,
        _shared(collection, near, kinds),
        near.modalities,
        space=space,
        progress=progress,
    )
    clusters = _described(near, found, numbers, names, known)
    result = Clusters(
        near.matrix.ids,
        np.append(numbers, np.int32(-1))[found.labels],
        found.probabilities,
        found.outlier_scores,
        clusters,
        size,
        samples,
        1.0 if exact else near.graph.recall,
    )
    parameters = {
        **scope,
        "min_cluster_size": size,
        "min_samples": samples,
        "cluster_selection_method": cluster_selection_method,
        "exact": exact,
        "random_state": random_state,
    }
    fresh = max([known.fresh, *(one.label + 1 for one in clusters)])
    collection.results.save(
        VERB,
        {
            "items": items_table(result),
            "tree": _tree_table(found.tree),
            "clusters": clusters_table(clusters),
        },
        version=near.version,
        parameters=parameters,
        summary={
            "clusters": len(clusters),
            "noise": result.noise,
            "items": n,
            "graph_recall": result.recall,
            "fresh": fresh,
        },
        seconds=time.perf_counter() - started,
    )
    return result


@dataclass(frozen=True, slots=True)
class _Known:
    """What the last run found: the items' labels, the names, and the first label not given."""

    labels: NDArray[np.int32] | None = None
    names: tuple[tuple[int, str, float, bool], ...] = ()
    fresh: int = 0

    def labels_of(self, n: int) -> NDArray[np.int32]:
        return np.full(n, -1, np.int32) if self.labels is None else self.labels


def _found(
    near: Neighbourhood,
    size: int,
    samples: int,
    method: Selection,
    exact: bool,
    progress: Progress,
) -> Labelled:
    if exact:
        progress(0, None, "comparing all pairs; this can't be interrupted")
        return hdbscan_exact(
            near.matrix.vectors,
            min_cluster_size=size,
            min_samples=samples,
            cluster_selection_method=method,
        )
    return hdbscan_on_graph(
        near.graph,
        near.matrix.vectors,
        min_cluster_size=size,
        min_samples=samples,
        cluster_selection_method=method,
        progress=progress,
    )


def _last(collection: Collection, scope: dict[str, Any], ids: Ids) -> _Known:
    run = collection.results.latest(VERB, **scope)
    if run is None:
        return _Known()
    items = collection.results.table(run, "items")
    then = np.array(items["id"].to_pylist(), "S32")
    labels = np.full(len(ids), -1, np.int32)
    place = np.searchsorted(ids, then)
    same = (place < len(ids)) & (ids[np.minimum(place, len(ids) - 1)] == then)
    labels[place[same]] = items["cluster"].to_numpy()[same]
    clusters = collection.results.table(run, "clusters")
    named = zip(
        *(clusters[name].to_pylist() for name in ("label", "name", "score", "given")), strict=True
    )
    return _Known(labels, tuple(named), int(run.summary["fresh"]))


def _shared(collection: Collection, near: Neighbourhood, modalities: list[str]) -> Vectors:
    """Return the items' vectors in the channel in which words can be compared with them."""
    if near.channel == SHARED:
        return near.matrix.vectors
    where = AnyOf(tuple(Compare("modality", "=", name) for name in modalities))
    shared = collection.matrix(SHARED, where)
    return shared.vectors[np.searchsorted(shared.ids, near.matrix.ids)]


def _described(
    near: Neighbourhood,
    found: Labelled,
    numbers: NDArray[np.int32],
    names: list[Name],
    known: _Known,
) -> tuple[Cluster, ...]:
    """Return the clusters with their names: those from before where there are any."""
    said = [one for one in known.names if one[2] > 0 or one[3]]
    before = {number: Name(text, score) for number, text, score, _ in said}
    given = {number for number, _, _, by_user in said if by_user}
    taken = {before[number].text for number in numbers.tolist() if number in before}
    clusters = []
    ids = near.matrix.ids
    order = np.argsort(found.labels, kind="stable")
    cuts = np.searchsorted(found.labels[order], np.arange(len(numbers) + 1))
    for row, number in enumerate(numbers.tolist()):
        name = before.get(number) or names[row]
        if not name.text or (number not in before and name.text in taken):
            name = Name(f"unnamed {number}", 0.0)
        taken.add(name.text)
        members = order[cuts[row] : cuts[row + 1]]
        exemplars, spread = described(ids, near.matrix.vectors, members)
        clusters.append(
            Cluster(number, name.text, name.score, len(members), exemplars, spread, number in given)
        )
    return tuple(clusters)


def _tree_table(tree: Tree) -> pa.Table:
    return pa.table(
        {"parent": tree.parent, "child": tree.child, "lambda": tree.lambda_, "size": tree.size}
    )
