"""Pick a sample out of a collection, and keep it."""

import time
from collections.abc import Collection as AbstractCollection
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.clauses import clauses
from embedcurate.collection import Collection
from embedcurate.errors import QueryError
from embedcurate.filters import All, Filter
from embedcurate.items import Item, Modality
from embedcurate.progress import Progress, ignore
from embedcurate.sampling.classes import classes_of, quotas_of
from embedcurate.sampling.coverage import Coverage, measure
from embedcurate.sampling.gathering import Gathered, gather
from embedcurate.sampling.mixture import Classes, draw
from embedcurate.sampling.strategies import Strategy
from embedcurate.spaces.encoder import SHARED

__all__ = ["DENSITY_FLOOR", "Sample", "pick"]

DENSITY_FLOOR = 0.05
"""The share of a modality's items, the sparsest, that `diverse` leaves for the end."""

_VERB = "sample"
_MUST = "must"


@dataclass(frozen=True, slots=True)
class Sample:
    """Items in the order of picking.

    strategies : what picked each, `must` for those that had to be in
    distances : (k,) float32, each one's cosine distance to the nearest before it of its modality,
        infinite where there is none
    coverage : how near the eligible items are to those kept
    notes : sentences on what came out otherwise than asked
    """

    items: tuple[Item, ...]
    strategies: tuple[str, ...]
    distances: NDArray[np.float32]
    coverage: Coverage
    notes: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in the order of picking."""
        return tuple(item.id for item in self.items)

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate sample --json` prints."""
        return {
            "items": [
                {
                    "id": item.id,
                    "path": str(item.path),
                    "modality": str(item.modality),
                    "strategy": strategy,
                    "distance": distance if np.isfinite(distance) else None,
                }
                for item, strategy, distance in zip(
                    self.items, self.strategies, self.distances.tolist(), strict=True
                )
            ],
            "coverage": self.coverage.as_document(),
            "notes": list(self.notes),
        }


def pick(
    collection: Collection,
    *,
    size: int,
    strategies: Mapping[str, float] | None = None,
    where: Filter = All(),  # noqa: B008 - frozen
    by: str | None = None,
    quotas: Mapping[str, int] | None = None,
    each: str = Strategy.DIVERSE,
    min_distance: float | None = None,
    density_floor: float = DENSITY_FLOOR,
    must: Sequence[str] = (),
    must_not: Sequence[str] = (),
    start: Sequence[str] = (),
    modalities: AbstractCollection[str] = frozenset(Modality),
    channel: str = SHARED,
    compare: bool = True,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Sample:
    """Pick `size` items that `where` matches, measure how they cover the others, and keep the run.

    strategies : strategy -> weight; by default `balanced` if there is a `by`, else `diverse`
    by, quotas, each : what `balanced` balances (see `classes_of`), how many of a class there shall
        be in the end, and the strategy that picks the items of a class
    min_distance : cosine distance; `diverse` stops when no item is as far from the picked ones
    density_floor : the share of items of which `diverse` keeps off at first: those with the least
        mean cosine to their neighbours, mostly oddities
    must : ids that are in, first, whether `where` matches them or not; they count for the size
    must_not : ids that are not eligible
    start : ids that were picked before: never picked again; `diverse` keeps its distance from
        them, `balanced` counts them, and the coverage has them among the kept
    channel : what is compared; only items that have a vector there are eligible
    compare : measure random samples and k-means medoids of the same size as well

    Distances between items of different modalities say little, so each modality is a stratum of
    its own: a strategy's picks are shared among them in proportion to the items eligible. The
    order of `strategies` is the order in which they pick. Where fewer items are eligible than
    asked for, all of them are returned, with a note.

    Raises `QueryError` for arguments that contradict each other, `UnknownItem` for ids that are
    not there, `ResultMissing` if a filter or `by` needs an analysis that has not been run.
    """
    started = time.perf_counter()
    wanted = _wanted(strategies, by, each, quotas, min_distance, size, density_floor)
    names = sorted(map(str, modalities))
    version = collection.contents()
    collection.catalogue.refresh()
    gathered = gather(
        collection,
        channel=channel,
        modalities=names,
        where=where,
        must=must,
        must_not=must_not,
        start=start,
        strategies=frozenset({*wanted, Strategy(each)} if by else wanted),
        density_floor=density_floor,
        random_state=random_state,
        progress=progress,
    )
    classes = None
    notes: list[str] = []
    if by is not None:
        of, held = classes_of(collection, by, gathered.rows)
        classes = Classes(of, quotas_of(held, quotas or {}, size), Strategy(each))
        if without := int((gathered.eligible & (of < 0)).sum()):
            notes.append(f"{without} of the eligible items have no {by} to be balanced by.")
    if len(gathered.must) > size:
        raise QueryError(f"{len(gathered.must)} items must be in, and the sample takes {size}.")
    drawn = draw(
        gathered.strata,
        size,
        wanted,
        eligible=gathered.eligible,
        must=gathered.must,
        start=gathered.start,
        classes=classes,
        min_distance=min_distance,
        random_state=random_state,
        progress=progress,
    )
    if len(drawn.rows) < size:
        notes.insert(0, _shortfall(size, len(drawn.rows), gathered, min_distance))
    coverage, distances = measure(
        gathered.strata,
        drawn.rows,
        start=gathered.start,
        eligible=gathered.eligible,
        compare=compare,
        random_state=random_state,
        progress=progress,
    )
    ids = gathered.ids[drawn.rows].astype(str).tolist()
    sample = Sample(
        items=tuple(collection.items(ids)),
        strategies=tuple(_MUST if one is None else str(one) for one in drawn.strategies),
        distances=distances,
        coverage=coverage,
        notes=tuple(notes),
    )
    collection.results.save(
        _VERB,
        {
            "items": pa.table(
                {
                    "id": pa.array(ids, pa.string()),
                    "place": pa.array(range(len(ids)), pa.int32()),
                    "strategy": pa.array(sample.strategies, pa.string()),
                    "distance": distances,
                }
            )
        },
        version=version,
        parameters={
            "size": size,
            "strategies": {str(name): weight for name, weight in wanted.items()},
            "where": clauses(where),
            "by": by,
            "quotas": dict(quotas or {}),
            "each": str(each),
            "min_distance": min_distance,
            "density_floor": density_floor,
            "must": list(must),
            "must_not": list(must_not),
            "start": list(start),
            "modalities": names,
            "channel": channel,
            "random_state": random_state,
        },
        summary={
            "items": len(ids),
            "coverage": coverage.as_document(),
            "notes": notes,
        },
        seconds=time.perf_counter() - started,
    )
    return sample


def _wanted(
    strategies: Mapping[str, float] | None,
    by: str | None,
    each: str,
    quotas: Mapping[str, int] | None,
    min_distance: float | None,
    size: int,
    density_floor: float,
) -> dict[Strategy, float]:
    """Return the strategies with their weights; raise `QueryError` if the options are at odds."""
    if strategies is None:
        strategies = {Strategy.BALANCED if by else Strategy.DIVERSE: 1.0}
    unknown = sorted({*strategies, each} - set(Strategy))
    if unknown:
        known = ", ".join(Strategy)
        raise QueryError(f"There is no strategy '{unknown[0]}'. Take one or more of: {known}.")
    wanted = {Strategy(name): float(weight) for name, weight in strategies.items()}
    if not wanted or not all(0 < weight < np.inf for weight in wanted.values()):
        raise QueryError("Give each strategy a weight above 0.")
    balanced = Strategy.BALANCED in wanted
    if balanced != (by is not None):
        raise QueryError(
            "Say what to balance by: cluster, label, modality, split or tag:a,b."
            if balanced
            else f"Only the strategy 'balanced' looks at the {by} of items: add it."
        )
    if quotas and not balanced:
        raise QueryError("Quotas need the strategy 'balanced' and what to balance by.")
    if each == Strategy.BALANCED:
        raise QueryError("The items of a class are picked by another strategy than 'balanced'.")
    diverse = Strategy.DIVERSE in wanted or (balanced and each == Strategy.DIVERSE)
    if min_distance is not None and not diverse:
        raise QueryError("Only the strategy 'diverse' keeps a least distance: add it.")
    if min_distance is not None and not 0 <= min_distance <= 2:
        raise QueryError(f"A cosine distance is from 0 to 2, not {min_distance}.")
    if size < 1:
        raise QueryError(f"A sample takes 1 item or more, not {size}.")
    if not 0 <= density_floor < 1:
        raise QueryError(f"The density floor is a share from 0 to below 1, not {density_floor}.")
    return wanted


def _shortfall(size: int, picked: int, gathered: Gathered, min_distance: float | None) -> str:
    """Say why there are fewer items than asked for."""
    eligible = int(gathered.eligible.sum())
    if not eligible:
        return "No item is eligible: the filters match none that can be compared."
    if picked == eligible:
        return f"Only {eligible} items are eligible, fewer than the {size} asked for: all are in."
    if min_distance is not None:
        return (
            f"{picked} of the {size} asked for: no other eligible item is {min_distance:g} or "
            "more away from those."
        )
    return f"{picked} of the {size} asked for: the classes to be balanced have no more items."
