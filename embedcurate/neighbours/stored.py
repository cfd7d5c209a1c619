"""The neighbour graph of a collection: computed once for a state of it, then read."""

import time
from collections.abc import Collection as AbstractCollection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.collection.matrix import Matrix
from embedcurate.filters import AnyOf, Compare
from embedcurate.items import Modality
from embedcurate.neighbours.graph import Graph, nearest_neighbours
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import SHARED

__all__ = ["Neighbourhood", "neighbourhood"]

_VERB = "neighbours"


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The items that an analysis looks at, what it compares them by, and their graph.

    matrix : the items and their (n, d) float32 unit vectors, centred where modalities mix
    modalities : (n,) the modality of each item
    channel : the channel that the vectors are from
    version : `Collection.contents` when they were read
    """

    matrix: Matrix
    graph: Graph
    modalities: NDArray[np.str_]
    channel: str
    version: str


def neighbourhood(
    collection: Collection,
    *,
    modalities: AbstractCollection[Modality] = frozenset(Modality),
    channel: str = SHARED,
    n_neighbors: int = 15,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Neighbourhood:
    """Return the `ok` items of `modalities` with their neighbour graph in `channel`.

    The graph is read if it was stored for these items and parameters, else computed and stored.
    Where several modalities are compared, each one's mean is taken from its vectors first: what
    is left says what an item is about rather than of which kind it is (the modality gap, Liang et
    al. 2022).
    """
    version = collection.contents()
    names = sorted(map(str, modalities))
    where = AnyOf(tuple(Compare("modality", "=", name) for name in names))
    matrix = collection.matrix(channel, where)
    kinds = np.asarray(collection.catalogue.column("modality").cast(pa.string()))[matrix.rows]
    if len(np.unique(kinds)) > 1:
        _centre(matrix, kinds)
    parameters = {
        "modalities": names,
        "channel": channel,
        "n_neighbors": n_neighbors,
        "random_state": random_state,
    }
    run = collection.results.equal(_VERB, parameters, version)
    if run is not None:
        stored = collection.results.table(run, "graph")
        graph = Graph(
            _rows(stored["indices"], n_neighbors).astype(np.int32, copy=False),
            _rows(stored["cosines"], n_neighbors).astype(np.float32, copy=False),
            float(run.summary["recall"]),
        )
    else:
        started = time.perf_counter()
        graph = nearest_neighbours(
            matrix.vectors, n_neighbors, random_state=random_state, progress=progress
        )
        collection.results.save(
            _VERB,
            {"graph": _as_table(graph)},
            version=version,
            parameters=parameters,
            summary={"recall": graph.recall, "items": len(matrix)},
            seconds=time.perf_counter() - started,
        )
    return Neighbourhood(matrix, graph, kinds, channel, version)


def _centre(matrix: Matrix, kinds: NDArray[np.str_]) -> None:
    """Take each modality's mean from its vectors, in place, and make them unit vectors again."""
    for kind in np.unique(kinds):
        rows = np.flatnonzero(kinds == kind)
        if len(rows) < 2:
            continue
        centred = matrix.vectors[rows] - matrix.vectors[rows].mean(axis=0)
        norms = np.linalg.norm(centred, axis=1, keepdims=True)
        matrix.vectors[rows] = np.where(norms > 1e-6, centred / np.maximum(norms, 1e-6), 0)


def _as_table(graph: Graph) -> pa.Table:
    return pa.table({"indices": _lists(graph.indices), "cosines": _lists(graph.cosines)})


def _lists(values: NDArray[np.generic]) -> pa.FixedSizeListArray:
    return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1])


def _rows(column: pa.ChunkedArray, width: int) -> NDArray[Any]:
    values = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return np.asarray(values).reshape(-1, width)
