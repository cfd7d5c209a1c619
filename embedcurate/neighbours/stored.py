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

__all__ = ["Neighbourhood", "comparable", "neighbourhood"]

_VERB = "neighbours"
_AT_ONCE = 65_536


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
    """
    version = collection.contents()
    matrix, kinds = comparable(collection, modalities=modalities, channel=channel)
    parameters = {
        "modalities": sorted(map(str, modalities)),
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


def comparable(
    collection: Collection, *, modalities: AbstractCollection[Modality], channel: str
) -> tuple[Matrix, NDArray[np.str_]]:
    """Return the `ok` items of `modalities` with their vectors, and the modality of each: (n,).

    Where several modalities are compared, each one's mean is taken from its vectors first: what
    is left says what an item is about rather than of which kind it is (the modality gap, Liang et
    al. 2022).
    """
    collection.catalogue.refresh()
    where = AnyOf(tuple(Compare("modality", "=", str(name)) for name in sorted(modalities)))
    matrix = collection.matrix(channel, where)
    kinds = np.asarray(collection.catalogue.column("modality").cast(pa.string()))[matrix.rows]
    names, counts = np.unique(kinds, return_counts=True)
    if len(names) > 1:
        for name in names[counts > 1]:
            _centre(matrix, np.flatnonzero(kinds == name))
    return matrix, kinds


def _centre(matrix: Matrix, rows: NDArray[np.int64]) -> None:
    """Take the mean of some rows from them, in place, and make them unit vectors again."""
    parts = np.array_split(rows, -(-len(rows) // _AT_ONCE))
    mean = sum(matrix.vectors[part].sum(axis=0, dtype=np.float64) for part in parts) / len(rows)
    for part in parts:
        centred = matrix.vectors[part] - np.asarray(mean, np.float32)
        norms = np.linalg.norm(centred, axis=1, keepdims=True)
        matrix.vectors[part] = np.where(norms > 1e-6, centred / np.maximum(norms, 1e-6), 0)


def _as_table(graph: Graph) -> pa.Table:
    return pa.table({"indices": _lists(graph.indices), "cosines": _lists(graph.cosines)})


def _lists(values: NDArray[np.generic]) -> pa.FixedSizeListArray:
    return pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), values.shape[1])


def _rows(column: pa.ChunkedArray, width: int) -> NDArray[Any]:
    values = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return np.asarray(values).reshape(-1, width)
