"""How well a sample covers the items that it was picked from, beside what chance would give."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum, auto
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress, ignore
from embedcurate.sampling.farthest import coverage
from embedcurate.sampling.medoids import assigned, medoids
from embedcurate.sampling.mixture import Stratum

__all__ = ["Beside", "Cover", "Coverage", "Likened", "measure"]

Rows: TypeAlias = NDArray[np.int64]
Distances: TypeAlias = NDArray[np.float32]

_SEEDS = 5
_PRODUCTS = 2e10  # multiplications in measuring one of the others: a second
_LEAST = 1000


class Beside(Enum):
    """What a sample is compared with: random samples and medoids, random ones alone, or nothing."""

    ALL = auto()
    CHANCE = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Cover:
    """Cosine distances of items to the nearest that is kept: the largest, and what is usual."""

    radius: float
    mean: float
    p50: float
    p95: float

    @classmethod
    def of(cls, distances: Distances) -> "Cover":
        """Sum up (m,) finite distances, at least one."""
        p50, p95 = np.quantile(distances, [0.5, 0.95])
        return cls(float(distances.max()), float(distances.mean()), float(p50), float(p95))


@dataclass(frozen=True, slots=True)
class Likened:
    """A sample beside others of the same size, all measured on the same items.

    items : how many those are; a part, drawn at random, where all would take too long
    random, random_spread : mean and standard deviation over several random samples
    medoids : the items nearest to the centres of k-means, which the mean distance favours; None
        where they were not looked for
    """

    items: int
    sample: Cover
    random: Cover
    random_spread: Cover
    medoids: Cover | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How near each eligible item is to a kept one of its modality, those of `start` included.

    items : how many were eligible
    uncovered : how many of them are of a modality of which nothing is kept; they are left out
    cover : over all the others; None where there are none
    modalities : the same for each modality, whose scales differ
    curve : (picks, radius) as the list grows, from where every modality has a pick
    """

    items: int
    uncovered: int
    cover: Cover | None
    modalities: Mapping[str, Cover]
    curve: tuple[tuple[int, float], ...]
    likened: Likened | None = None

    def as_document(self) -> dict[str, Any]:
        """Return it as it stands in the JSON document of `sample`."""
        return {
            "items": self.items,
            "uncovered": self.uncovered,
            **(asdict(self.cover) if self.cover else {}),
            "modalities": {name: asdict(cover) for name, cover in self.modalities.items()},
            "curve": [{"picks": picks, "radius": radius} for picks, radius in self.curve],
            "beside": asdict(self.likened) if self.likened else None,
        }


def measure(
    strata: Sequence[Stratum],
    listed: Rows,
    *,
    start: Rows,
    eligible: NDArray[np.bool_],
    outside: bool = False,
    beside: Beside = Beside.ALL,
    random_state: int = 0,
    progress: Progress = ignore,
) -> tuple[Coverage, Distances]:
    """Measure how the rows `listed`, after those of `start`, cover the eligible ones.

    outside : leave out those that are kept, whose distance is 0: where a part stands for all, too
        many of them are kept

    Returns the coverage and, for each row of the list, its cosine distance to the nearest before
    it: (k,) float32, infinite where there is none.
    """
    far = np.full(len(eligible), np.inf, np.float32)
    apart = np.full(len(listed), np.inf, np.float32)
    curve = []
    _cover(far, strata, start, progress)
    marks = [0, *_marks(len(listed))]
    for before, upto in pairwise(marks):
        progress(before, len(listed), "measuring the coverage")
        fresh = listed[before:upto]
        apart[before:upto] = np.minimum(far[fresh], _among(strata, fresh))
        _cover(far, strata, fresh, progress)
        if np.isfinite(far[eligible]).all():
            curve.append((upto, float(far[eligible].max(initial=0))))
    covered = eligible & np.isfinite(far)
    counted = covered.copy()
    if outside:
        counted[listed] = False
    likened = None
    if beside is not Beside.NOTHING and len(listed) and counted.any():
        progress(len(listed), len(listed), "comparing with other samples")
        likened = _liken(strata, listed, start, covered, outside, beside, random_state, progress)
    found = Coverage(
        items=int(eligible.sum()),
        uncovered=int((eligible & ~covered).sum()),
        cover=Cover.of(far[counted]) if counted.any() else None,
        modalities={
            stratum.name: Cover.of(far[rows])
            for stratum in strata
            if len(rows := stratum.rows[counted[stratum.rows]])
        },
        curve=tuple(curve),
        likened=likened,
    )
    return found, apart


def _marks(size: int) -> list[int]:
    """Return 1, 2, 5, 10, 20, 50 ... and `size`: where a chart needs a point."""
    steps = [first * 10**zeros for zeros in range(len(str(size))) for first in (1, 2, 5)]
    return [*(step for step in steps if step < size), size] if size else []


def _cover(far: Distances, strata: Sequence[Stratum], rows: Rows, progress: Progress) -> None:
    """Bring down the distances to what they are once `rows` are kept as well."""
    for stratum in strata:
        chosen = np.flatnonzero(np.isin(stratum.rows, rows))
        if len(chosen):
            nearest = coverage(stratum.pool.vectors, chosen, progress=progress)
            far[stratum.rows] = np.minimum(far[stratum.rows], nearest)


def _among(strata: Sequence[Stratum], rows: Rows) -> Distances:
    """Return each row's distance to the nearest of those before it in `rows`."""
    apart = np.full(len(rows), np.inf, np.float32)
    for stratum in strata:
        places = np.flatnonzero(np.isin(rows, stratum.rows))
        vectors = stratum.pool.vectors[np.searchsorted(stratum.rows, rows[places])]
        for at in range(0, len(places), 1024):
            products = vectors[at : at + 1024] @ vectors[: at + 1024].T
            earlier = np.tri(len(products), products.shape[1], at - 1, dtype=np.bool_)
            nearest = np.where(earlier, products, -np.inf).max(axis=1, initial=-np.inf)
            apart[places[at : at + 1024]] = np.maximum(1 - nearest, 0)
    return apart


def _liken(
    strata: Sequence[Stratum],
    listed: Rows,
    start: Rows,
    covered: NDArray[np.bool_],
    outside: bool,
    beside: Beside,
    random_state: int,
    progress: Progress,
) -> Likened:
    rng = np.random.default_rng(random_state)
    measured = np.flatnonzero(covered)
    most = max(_LEAST, int(_PRODUCTS / (len(listed) * strata[0].pool.vectors.shape[1])))
    if len(measured) > most:
        measured = np.sort(rng.choice(measured, most, replace=False))
    sizes = [int(np.isin(listed, stratum.rows).sum()) for stratum in strata]

    def cover(chosen: Sequence[Rows]) -> Cover:
        """Sum up the distances to the places `chosen` in each stratum, and to `start`."""
        parts = []
        for stratum, places in zip(strata, chosen, strict=True):
            vectors = stratum.pool.vectors
            kept = vectors[np.union1d(places, np.flatnonzero(np.isin(stratum.rows, start)))]
            there = np.flatnonzero(np.isin(stratum.rows, measured))
            if outside:
                there = np.setdiff1d(there, places)
            if len(kept):
                parts += [cosines for _, _, cosines in assigned(vectors, there, kept)]
        return Cover.of(np.maximum(1 - np.concatenate(parts), 0))

    def centres() -> list[Rows]:
        return [
            medoids(
                stratum.pool.vectors,
                size,
                allowed=covered[stratum.rows],
                start=np.flatnonzero(np.isin(stratum.rows, start)),
                random_state=random_state,
                progress=progress,
            )
            for stratum, size in zip(strata, sizes, strict=True)
        ]

    whom = [np.flatnonzero(covered[stratum.rows]) for stratum in strata]
    chances = []
    for turn in range(_SEEDS):
        progress(turn, _SEEDS, "comparing with random samples")
        chances.append(
            cover(
                [
                    rng.choice(places, min(size, len(places)), replace=False)
                    for size, places in zip(sizes, whom, strict=True)
                ]
            )
        )
    figures = np.array([list(asdict(chance).values()) for chance in chances])
    return Likened(
        items=len(measured),
        sample=cover([np.flatnonzero(np.isin(stratum.rows, listed)) for stratum in strata]),
        random=Cover(*figures.mean(axis=0).tolist()),
        random_spread=Cover(*figures.std(axis=0).tolist()),
        medoids=cover(centres()) if beside is Beside.ALL else None,
    )
