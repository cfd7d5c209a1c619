"""Pick a sample out of a collection and keep it, or tell beforehand what would come of it."""

import time
from collections.abc import Collection as AbstractCollection
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.errors import QueryError
from embedcurate.filters import All, Filter
from embedcurate.items import Item, Modality
from embedcurate.progress import Progress, ignore
from embedcurate.sampling.asking import DENSITY_FLOOR, Asked
from embedcurate.sampling.classes import classes_of, quotas_of
from embedcurate.sampling.coverage import Beside, Coverage, measure
from embedcurate.sampling.gathering import Gathered, gather
from embedcurate.sampling.mixture import Classes, draw
from embedcurate.sampling.strategies import Strategy
from embedcurate.spaces.encoder import SHARED

__all__ = ["DENSITY_FLOOR", "Estimate", "Sample", "estimate", "pick"]

_LEAST_DRAWN, _MOST_DRAWN = 5000, 10_000
_DRAWN_A_PICK = 5

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


@dataclass(frozen=True, slots=True)
class Estimate:
    """What would be picked, found on a part of the eligible items where those are many.

    sample : the picks, of that part, and how they cover it
    drawn_from : how many items are eligible
    """

    sample: Sample
    drawn_from: int

    @property
    def is_of_a_part(self) -> bool:
        """Whether more items are eligible than were looked at: other ones would be picked."""
        return self.drawn_from > self.sample.coverage.items

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate sample --dry-run --json` prints."""
        return {
            **self.sample.as_document(),
            "drawn_from": self.drawn_from,
            "is_of_a_part": self.is_of_a_part,
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
    asked = Asked(
        size=size,
        strategies=strategies,
        where=where,
        by=by,
        quotas=quotas,
        each=each,
        min_distance=min_distance,
        density_floor=density_floor,
        must=must,
        must_not=must_not,
        start=start,
        modalities=modalities,
        channel=channel,
        random_state=random_state,
    )
    version = collection.contents()
    beside = Beside.ALL if compare else Beside.NOTHING
    sample, _ = _sampled(collection, asked, beside=beside, progress=progress)
    collection.results.save(
        _VERB,
        {
            "items": pa.table(
                {
                    "id": pa.array(sample.ids, pa.string()),
                    "place": pa.array(range(len(sample.ids)), pa.int32()),
                    "strategy": pa.array(sample.strategies, pa.string()),
                    "distance": sample.distances,
                }
            )
        },
        version=version,
        parameters=asked.as_document(),
        summary={
            "items": len(sample.ids),
            "coverage": sample.coverage.as_document(),
            "notes": list(sample.notes),
        },
        seconds=time.perf_counter() - started,
    )
    return sample


def estimate(
    collection: Collection,
    *,
    size: int,
    among: Sequence[str] | None = None,
    at_most: int | None = None,
    progress: Progress = ignore,
    **options: Any,
) -> Estimate:
    """Tell in a moment what `pick` would choose and how that covers the items; keep nothing.

    among : ids of the only items that may be picked; by default all that `where` matches
    at_most : where more items are eligible, so many drawn at random stand for all of them, and
        distances are those of items that are not picked; by default five a pick, at least 5000
    options : those of `pick`, but for `compare`: only random samples are compared with

    Raises what `pick` raises, and `QueryError` if more than 10,000 would have to be drawn, which
    takes no moment.
    """
    at_most = at_most or max(_LEAST_DRAWN, _DRAWN_A_PICK * size)
    asked = Asked(size=size, **options)
    sample, gathered = _sampled(
        collection, asked, beside=Beside.CHANCE, among=among, at_most=at_most, progress=progress
    )
    return Estimate(sample, gathered.drawn_from)


def _sampled(
    collection: Collection,
    asked: Asked,
    *,
    beside: Beside,
    among: Sequence[str] | None = None,
    at_most: int | None = None,
    progress: Progress,
) -> tuple[Sample, Gathered]:
    size, wanted, by, each = asked.size, asked.wanted, asked.by, Strategy(asked.each)
    collection.catalogue.refresh()
    gathered = gather(
        collection,
        channel=asked.channel,
        modalities=sorted(map(str, asked.modalities)),
        where=asked.where,
        must=asked.must,
        must_not=asked.must_not,
        start=asked.start,
        strategies=frozenset({*wanted, each} if by else wanted),
        density_floor=asked.density_floor,
        among=among,
        at_most=at_most,
        random_state=asked.random_state,
        progress=progress,
    )
    is_part = at_most is not None and gathered.drawn_from > at_most
    if is_part and _DRAWN_A_PICK * size > _MOST_DRAWN:
        raise QueryError(
            f"How {size:,} items cover {gathered.drawn_from:,} is not told in a moment: choose "
            "them to see it."
        )
    classes = None
    notes: list[str] = []
    if by is not None:
        of, held = classes_of(collection, by, gathered.rows)
        classes = Classes(of, quotas_of(held, asked.quotas or {}, size), each)
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
        min_distance=asked.min_distance,
        random_state=asked.random_state,
        progress=progress,
    )
    if len(drawn.rows) < size:
        notes.insert(0, _shortfall(size, len(drawn.rows), gathered, asked.min_distance))
    coverage, distances = measure(
        gathered.strata,
        drawn.rows,
        start=gathered.start,
        eligible=gathered.eligible,
        outside=is_part,
        beside=beside,
        random_state=asked.random_state,
        progress=progress,
    )
    sample = Sample(
        items=tuple(collection.items(gathered.ids[drawn.rows].astype(str).tolist())),
        strategies=tuple(_MUST if one is None else str(one) for one in drawn.strategies),
        distances=distances,
        coverage=coverage,
        notes=tuple(notes),
    )
    return sample, gathered


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
