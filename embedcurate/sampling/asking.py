"""What can be asked of a sample, and what contradicts itself."""

from collections.abc import Collection as AbstractCollection
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from embedcurate.clauses import clauses
from embedcurate.errors import QueryError
from embedcurate.filters import All, Filter
from embedcurate.items import Modality
from embedcurate.sampling.strategies import Strategy
from embedcurate.spaces.encoder import SHARED

__all__ = ["DENSITY_FLOOR", "Asked", "asked_for"]

DENSITY_FLOOR = 0.05
"""The share of a modality's items, the sparsest, that `diverse` leaves for the end."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `pick`, which fit together."""

    size: int
    strategies: dict[Strategy, float]
    where: Filter
    by: str | None
    quotas: dict[str, int]
    each: Strategy
    min_distance: float | None
    density_floor: float
    must: list[str]
    must_not: list[str]
    start: list[str]
    modalities: list[str]
    channel: str
    random_state: int

    def as_document(self) -> dict[str, Any]:
        """Return them as a run keeps them."""
        return {
            "size": self.size,
            "strategies": {str(name): weight for name, weight in self.strategies.items()},
            "where": clauses(self.where),
            "by": self.by,
            "quotas": self.quotas,
            "each": str(self.each),
            "min_distance": self.min_distance,
            "density_floor": self.density_floor,
            "must": self.must,
            "must_not": self.must_not,
            "start": self.start,
            "modalities": self.modalities,
            "channel": self.channel,
            "random_state": self.random_state,
        }


def asked_for(
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
    random_state: int = 0,
) -> Asked:
    """Return the options of `pick`; raise `QueryError` where they are at odds."""
    return Asked(
        size=size,
        strategies=_wanted(strategies, by, each, quotas, min_distance, size, density_floor),
        where=where,
        by=by,
        quotas=dict(quotas or {}),
        each=Strategy(each),
        min_distance=min_distance,
        density_floor=density_floor,
        must=list(must),
        must_not=list(must_not),
        start=list(start),
        modalities=sorted(map(str, modalities)),
        channel=channel,
        random_state=random_state,
    )


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
