"""The map of a collection: made once, kept while items come and go, and stored."""

import time
from collections.abc import Collection as AbstractCollection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.collection.catalogue import Ids
from embedcurate.errors import TargetExists
from embedcurate.items import Modality
from embedcurate.neighbours import Graph, comparable, nearest_neighbours, neighbourhood
from embedcurate.progress import Progress, ignore
from embedcurate.projection.components import principal_components
from embedcurate.projection.layout import umap_layout
from embedcurate.projection.placing import place_by_graph, place_near
from embedcurate.projection.trust import trustworthiness
from embedcurate.projection.tsne import tsne_layout
from embedcurate.spaces.encoder import SHARED, Vectors

__all__ = ["VERB", "Map", "Method", "lay_out", "place"]

VERB = "map"

_N_NEIGHBORS = 15
_PAIRS_AT_HAND = 2_000_000_000  # to compare new items with old ones costs less than a graph


class Method(StrEnum):
    """How a map is made."""

    UMAP = "umap"
    PCA = "pca"
    TSNE = "tsne"


_MOST = {Method.UMAP: 200_000, Method.TSNE: 10_000}
"""Items that a method lays out; of more it gets this many, and the others lie near those."""


@dataclass(frozen=True, slots=True)
class Map:
    """Items as points, in the order of their ids.

    ids : (n,) 'S32'; xy : (n, 2) float32
    trustworthiness : at 15 neighbours, in [0, 1]; chance is one half; None of 30 items or fewer
    laid_out : how many items `method` itself has placed; the others lie near their neighbours
    kept : how many items lie where the map before had them
    """

    ids: Ids
    xy: NDArray[np.float32]
    method: Method
    trustworthiness: float | None
    laid_out: int
    kept: int

    def as_document(self) -> dict[str, Any]:
        """Return the JSON document of `embedcurate map`."""
        points = zip(self.ids.astype(str).tolist(), self.xy.tolist(), strict=True)
        return {**self.summary(), "points": [{"id": id_, "x": x, "y": y} for id_, (x, y) in points]}

    def write_csv(self, collection: Collection, path: Path) -> None:
        """Write the points to a CSV file: id, path, x, y; raises `TargetExists`."""
        from pyarrow.csv import write_csv

        rows = pa.array(collection.catalogue.rows_of(self.ids))
        paths = collection.catalogue.column("path").take(rows)
        columns = [self.ids.astype(str).tolist(), paths, self.xy[:, 0].copy(), self.xy[:, 1].copy()]
        try:
            with path.open("xb") as file:
                write_csv(pa.table(columns, ["id", "path", "x", "y"]), file)
        except FileExistsError as error:
            raise TargetExists(path) from error

    def summary(self) -> dict[str, Any]:
        """Return the document without the points."""
        trust = self.trustworthiness
        return {
            "method": str(self.method),
            "items": len(self.ids),
            "trustworthiness@15": None if trust is None else round(trust, 4),
            "laid_out": self.laid_out,
            "kept": self.kept,
        }


def place(
    collection: Collection,
    *,
    method: Method = Method.UMAP,
    modalities: AbstractCollection[Modality] = frozenset(Modality),
    channel: str = SHARED,
    anew: bool = False,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Map:
    """Make a map of the `ok` items of `modalities`, and store it.

    Items that the last map of the same parameters had stay where they were, and new ones come to
    lie near their neighbours, as long as the map had half of the items; `anew` begins again. The
    vectors of several modalities are centred first, as `neighbours.comparable` does.
    """
    started = time.perf_counter()
    version = collection.contents()
    matrix, _ = comparable(collection, modalities=modalities, channel=channel)
    parameters = {
        "method": str(method),
        "modalities": sorted(map(str, modalities)),
        "channel": channel,
        "random_state": random_state,
    }
    contents = collection.catalogue.column("content").take(pa.array(matrix.rows))

    def graph() -> Graph:
        return neighbourhood(
            collection,
            modalities=modalities,
            channel=channel,
            n_neighbors=_N_NEIGHBORS,
            random_state=random_state,
            progress=progress,
        ).graph

    xy, kept, laid_out = _last(collection, parameters, matrix.ids, contents)
    new = len(kept) - int(kept.sum())
    if anew or new > kept.sum():
        kept = np.zeros_like(kept)
        if method is Method.PCA:
            xy, laid_out = principal_components(matrix.vectors), len(matrix)
        else:
            xy, laid_out = lay_out(
                matrix.vectors,
                graph(),
                method=method,
                random_state=random_state,
                progress=progress,
            )
    elif new * int(kept.sum()) <= _PAIRS_AT_HAND or method is Method.PCA:
        xy = place_near(matrix.vectors, xy, kept, progress=progress)
    else:
        xy = _filled(matrix.vectors, graph(), xy, kept, progress)
    trust = trustworthiness(matrix.vectors, xy, n_neighbors=_N_NEIGHBORS, progress=progress)
    result = Map(matrix.ids, xy, method, trust, laid_out, int(kept.sum()))
    items = {
        "id": matrix.ids.astype(str).tolist(),
        "x": xy[:, 0].copy(),
        "y": xy[:, 1].copy(),
        "content": contents,
    }
    collection.results.save(
        VERB,
        {"items": pa.table(items)},
        version=version,
        parameters=parameters,
        summary=result.summary(),
        seconds=time.perf_counter() - started,
    )
    return result


def lay_out(
    vectors: Vectors,
    graph: Graph,
    *,
    method: Method = Method.UMAP,
    most: int | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> tuple[NDArray[np.float32], int]:
    """Return positions (n, 2) float32 by UMAP or t-SNE, and how many rows these have placed.

    vectors : (n, d) float32, unit rows; graph : their nearest neighbours

    Of more than `most` rows (by default 200,000 for UMAP and 10,000 for t-SNE), evenly spaced ones
    are laid out and the others placed by the graph.
    """
    n, most = len(vectors), most or _MOST[method]
    rows = np.arange(0, n, -(-n // most)) if n > most else np.arange(n)
    some = vectors if len(rows) == n else np.ascontiguousarray(vectors[rows])
    start = principal_components(some)
    if method is Method.TSNE:
        progress(0, None, "laying out the map by t-SNE; this can't be interrupted")
        there = tsne_layout(some, start, random_state=random_state)
    else:
        if len(rows) < n:
            graph_of_some = nearest_neighbours(
                some, graph.indices.shape[1], random_state=random_state, progress=progress
            )
        else:
            graph_of_some = graph
        there = umap_layout(graph_of_some, start, random_state=random_state, progress=progress)
    if len(rows) == n:
        return there, n
    xy, placed = np.zeros((n, 2), np.float32), np.zeros(n, np.bool_)
    xy[rows], placed[rows] = there, True
    return _filled(vectors, graph, xy, placed, progress), len(rows)


def _filled(
    vectors: Vectors,
    graph: Graph,
    xy: NDArray[np.float32],
    placed: NDArray[np.bool_],
    progress: Progress,
) -> NDArray[np.float32]:
    return place_near(vectors, *place_by_graph(graph, xy, placed), progress=progress)


def _last(
    collection: Collection, parameters: dict[str, Any], ids: Ids, contents: pa.Array
) -> tuple[NDArray[np.float32], NDArray[np.bool_], int]:
    """Return where the last map had the items, which it had, and how many were laid out."""
    xy, kept = np.zeros((len(ids), 2), np.float32), np.zeros(len(ids), np.bool_)
    run = collection.results.latest(VERB, **parameters)
    if run is None or not len(ids):
        return xy, kept, 0
    items = collection.results.table(run, "items")
    then = np.array(items["id"].to_pylist(), "S32")
    place = np.minimum(np.searchsorted(ids, then), len(ids) - 1)
    # An item whose bytes were changed counts as new.
    unchanged = pc.equal(contents.take(pa.array(place)), items["content"].combine_chunks())
    same = (ids[place] == then) & pc.fill_null(unchanged, False).to_numpy(zero_copy_only=False)
    kept[place[same]] = True
    xy[place[same]] = np.stack([items["x"].to_numpy(), items["y"].to_numpy()], axis=1)[same]
    return xy, kept, int(run.summary["laid_out"])
