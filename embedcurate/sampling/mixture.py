"""Several strategies in one sample: who picks how many, of what, and in which order they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress, ignore
from embedcurate.sampling.shares import level_fill, proportional, shared_out
from embedcurate.sampling.strategies import PICKERS, Draw, Pool, Strategy

__all__ = ["Classes", "Drawn", "Stratum", "draw"]

Rows: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stratum:
    """The items of one modality: its name, their pool, and which rows they are, ascending."""

    name: str
    pool: Pool
    rows: Rows


@dataclass(frozen=True, slots=True)
class Classes:
    """What `balanced` balances.

    of : (n,) the number of each row's class, -1 for none
    quotas : how many of each class there shall be, None for as many as the others
    each : what picks the items of a class
    """

    of: NDArray[np.int64]
    quotas: Sequence[int | None]
    each: Strategy = Strategy.DIVERSE


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows in the order of picking, and which strategy picked each; None for those that had to."""

    rows: Rows
    strategies: tuple[Strategy | None, ...]


def draw(
    strata: Sequence[Stratum],
    size: int,
    strategies: Mapping[Strategy, float],
    *,
    eligible: NDArray[np.bool_],
    must: Rows,
    start: Rows,
    classes: Classes | None = None,
    min_distance: float | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> Drawn:
    """Pick `size` rows, those of `must` among them and first.

    eligible : (n,) bool, who may be picked; must : rows that are picked anyway; start : rows that
    were picked before, which are never picked and from which `diverse` keeps its distance

    The weights share out what `must` leaves, by largest remainders; each strategy shares its part
    among the strata in proportion to who is left there. They pick one after the other, none what
    another has, but stand interleaved: any beginning of the list is mixed like the whole.
    """
    free = eligible.copy()
    free[must] = free[start] = False
    kept = np.concatenate([start, must])
    parts: list[tuple[Rows, Strategy]] = []
    left = min(size - len(must), int(free.sum()))
    for strategy, share in shared_out(left, strategies).items():
        for count, among in _cells(strategy, share, free, kept, classes):
            how = classes.each if strategy is Strategy.BALANCED and classes else strategy
            waiting = [int(among[stratum.rows].sum()) for stratum in strata]
            for stratum, part in zip(strata, proportional(count, waiting).tolist(), strict=True):
                if not part:
                    continue
                wanted = Draw(
                    pool=stratum.pool,
                    size=part,
                    allowed=among[stratum.rows],
                    chosen=_within(stratum.rows, kept),
                    min_distance=min_distance,
                    random_state=random_state,
                    progress=progress,
                )
                rows = stratum.rows[PICKERS[how](wanted)]
                parts.append((rows, strategy))
                free[rows] = False
                kept = np.concatenate([kept, rows])
    places = np.concatenate([[], *((np.arange(len(rows)) + 0.5) / len(rows) for rows, _ in parts)])
    order = np.argsort(places, kind="stable").tolist()
    rows = np.concatenate([np.zeros(0, np.int64), *(rows for rows, _ in parts)])
    whose = [strategy for rows, strategy in parts for _ in range(len(rows))]
    return Drawn(
        np.concatenate([must, rows[order]]),
        (*(None for _ in must), *(whose[place] for place in order)),
    )


def _cells(
    strategy: Strategy,
    share: int,
    free: NDArray[np.bool_],
    kept: Rows,
    classes: Classes | None,
) -> list[tuple[int, NDArray[np.bool_]]]:
    """Return how many to pick among which rows."""
    if strategy is not Strategy.BALANCED:
        return [(share, free)]
    if classes is None:
        raise ValueError("balanced between what?")
    count = len(classes.quotas)
    present = np.bincount(classes.of[kept][classes.of[kept] >= 0], minlength=count)
    available = np.bincount(classes.of[free & (classes.of >= 0)], minlength=count)
    shares = level_fill(share, present, available, classes.quotas)
    return [
        (part, free & (classes.of == number)) for number, part in enumerate(shares.tolist()) if part
    ]


def _within(rows: Rows, some: Rows) -> Rows:
    """Return the places in `rows` (ascending) of those of `some` that are in it."""
    places: Rows = np.flatnonzero(np.isin(rows, some))
    return places
