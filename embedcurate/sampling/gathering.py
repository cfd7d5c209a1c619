"""What a sample is picked from: the eligible items, their vectors and how dense they lie."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.errors import QueryError, UnknownItem
from embedcurate.filters import Compare, Filter
from embedcurate.items import Modality
from embedcurate.neighbours import Graph, nearest_neighbours, neighbourhood
from embedcurate.progress import Progress, ignore
from embedcurate.sampling.mixture import Stratum
from embedcurate.sampling.strategies import Pool, Strategy

__all__ = ["Gathered", "gather"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The items that a sample is about, in the order of their ids.

    ids : (n,) 'S32'; rows : (n,) their rows in the catalogue; eligible : (n,) bool, who may be
    picked; must, start : places of those that have to be in and of those that were picked before;
    strata : the modalities; drawn_from : how many were eligible before a part of them was drawn
    """

    ids: NDArray[np.bytes_]
    rows: NDArray[np.int64]
    eligible: NDArray[np.bool_]
    must: NDArray[np.int64]
    start: NDArray[np.int64]
    strata: tuple[Stratum, ...]
    drawn_from: int


def gather(
    collection: Collection,
    *,
    channel: str,
    modalities: Sequence[str],
    where: Filter,
    must: Sequence[str],
    must_not: Sequence[str],
    start: Sequence[str],
    strategies: frozenset[Strategy],
    density_floor: float,
    among: Sequence[str] | None = None,
    at_most: int | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Gathered:
    """Gather what `strategies` need to pick from the `ok` items that `where` matches.

    among : ids of the only items that are eligible; by default all
    at_most : of more eligible items so many are drawn at random; the density of a modality with
        more items is then told among those drawn

    Raises `QueryError` for a channel that is not there or ids that contradict each other,
    `UnknownItem` for ids that are not there.
    """
    held = {one.name: one for one in collection.channels}
    if channel not in held:
        raise QueryError(f"There is no channel '{channel}'. There are: {', '.join(held)}.")
    catalogue = collection.catalogue
    required, excluded, before = (_rows(collection, ids) for ids in (must, must_not, start))
    for row in np.intersect1d(required, np.concatenate([excluded, before])):
        raise QueryError(
            f"The item '{catalogue.ids[row].decode()}' must be in the sample, and must not be."
        )
    eligible = np.array(catalogue.mask(where) & catalogue.searchable)
    if among is not None:
        listed = np.zeros(len(eligible), np.bool_)
        listed[_rows(collection, among)] = True
        eligible &= listed
    eligible[excluded] = eligible[before] = False
    eligible[required] = True
    kinds = {
        name: np.array(catalogue.mask(Compare("modality", "=", name)))
        for name in modalities
        if Modality(name) in held[channel].modalities
    }
    comparable = eligible & np.logical_or.reduce([np.zeros(len(eligible), bool), *kinds.values()])
    drawn_from = int(comparable.sum())
    if at_most is not None and drawn_from > at_most:
        rng = np.random.default_rng(random_state)
        eligible[:] = False
        eligible[rng.choice(np.flatnonzero(comparable), at_most, replace=False)] = True
        eligible[required] = True
    concerned = eligible.copy()
    concerned[before] = True
    by_density = Strategy.TYPICAL in strategies or (
        Strategy.DIVERSE in strategies and density_floor > 0
    )
    pools = {}
    for name, kind in kinds.items():
        if not (kind & eligible).any():
            continue
        if by_density and (at_most is None or kind.sum() <= at_most):
            pools[name] = _with_density(
                collection, channel, name, concerned, density_floor, random_state, progress
            )
            continue
        matrix = collection.matrix(channel, among=kind & concerned)
        pool = Pool(matrix.vectors)
        if by_density:
            graph = nearest_neighbours(matrix.vectors, progress=progress)
            density = _density(graph)
            odd = density < np.quantile(density, density_floor)
            pool = Pool(matrix.vectors, density, graph.indices.astype(np.int64), odd)
        pools[name] = matrix.rows, pool
    rows = np.sort(np.concatenate([np.zeros(0, np.int64), *(rows for rows, _ in pools.values())]))
    for row in np.setdiff1d(required, rows):
        raise QueryError(
            f"The item '{catalogue.ids[row].decode()}' must be in the sample, but it has no "
            f"vector in the channel '{channel}' or is of another modality."
        )
    return Gathered(
        ids=catalogue.ids[rows],
        rows=rows,
        eligible=eligible[rows],
        must=np.searchsorted(rows, required),
        start=np.flatnonzero(np.isin(rows, before)),
        strata=tuple(
            Stratum(name, pool, np.searchsorted(rows, some)) for name, (some, pool) in pools.items()
        ),
        drawn_from=drawn_from,
    )


def _rows(collection: Collection, ids: Sequence[str]) -> NDArray[np.int64]:
    ids = list(dict.fromkeys(ids))
    rows = collection.catalogue.rows_of(ids)
    if (rows < 0).any():
        raise UnknownItem(collection.path, ids[int(np.argmin(rows))])
    return rows


def _with_density(
    collection: Collection,
    channel: str,
    modality: str,
    concerned: NDArray[np.bool_],
    density_floor: float,
    random_state: int,
    progress: Progress,
) -> tuple[NDArray[np.int64], Pool]:
    """Return the rows concerned and their pool; density is against all items of the modality."""
    hood = neighbourhood(
        collection,
        modalities=[Modality(modality)],
        channel=channel,
        random_state=random_state,
        progress=progress,
    )
    graph, matrix = hood.graph, hood.matrix
    density = _density(graph)
    mask = concerned[matrix.rows]
    place = np.full(len(matrix) + 1, -1, np.int64)
    place[:-1][mask] = np.arange(int(mask.sum()))
    pool = Pool(
        vectors=matrix.vectors if mask.all() else matrix.vectors[mask],
        density=density[mask],
        neighbours=place[graph.indices[mask]],
        odd=density[mask] < np.quantile(density, density_floor),
    )
    return matrix.rows[mask], pool


def _density(graph: Graph) -> NDArray[np.float32]:
    there = graph.indices >= 0
    sums = np.where(there, graph.cosines, 0).sum(axis=1)
    density: NDArray[np.float32] = (sums / np.maximum(there.sum(axis=1), 1)).astype(np.float32)
    return density
