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

__all__ = ["DENSITY_FLOOR", "Asked"]

DENSITY_FLOOR = 0.05
"""The share of a modality's items, the sparsest, that `diverse` leaves for the end."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The options of `pick`; raises `QueryError` where they are at odds."""

    size: int
    strategies: Mapping[str, float] | None = None
    where: Filter = All()  # noqa: RUF009 - frozen
    by: str | None = None
    quotas: Mapping[str, int] | None = None
    each: str = Strategy.DIVERSE
    min_distance: float | None = None
    density_floor: float = DENSITY_FLOOR
    must: Sequence[str] = ()
    must_not: Sequence[str] = ()
    start: Sequence[str] = ()
    modalities: AbstractCollection[str] = frozenset(Modality)
    channel: str = SHARED
    random_state: int = 0

    def __post_init__(self) -> None:
        """Refuse what contradicts itself."""
        unknown = sorted({*(self.strategies or ()), self.each} - set(Strategy))
        if unknown:
            known = ", ".join(Strategy)
            raise QueryError(f"There is no strategy '{unknown[0]}'. Take one or more of: {known}.")
        wanted = self.wanted
        if not wanted or not all(0 < weight < np.inf for weight in wanted.values()):
            raise QueryError("Give each strategy a weight above 0.")
        balanced = Strategy.BALANCED in wanted
        if balanced != (self.by is not None):
            raise QueryError(
                "Say what to balance by: cluster, label, modality, split or tag:a,b."
                if balanced
                else f"Only the strategy 'balanced' looks at the {self.by} of items: add it."
            )
        if self.quotas and not balanced:
            raise QueryError("Quotas need the strategy 'balanced' and what to balance by.")
        if self.each == Strategy.BALANCED:
            raise QueryError("The items of a class are picked by another strategy than 'balanced'.")
        diverse = Strategy.DIVERSE in wanted or (balanced and self.each == Strategy.DIVERSE)
        if self.min_distance is not None and not diverse:
            raise QueryError("Only the strategy 'diverse' keeps a least distance: add it.")
        if self.min_distance is not None and not 0 <= self.min_distance <= 2:
            raise QueryError(f"A cosine distance is from 0 to 2, not {self.min_distance}.")
        if self.size < 1:
            raise QueryError(f"A sample takes 1 item or more, not {self.size}.")
        if not 0 <= self.density_floor < 1:
            raise QueryError(
                f"The density floor is a share from 0 to below 1, not {self.density_floor}."
            )

    @property
    def wanted(self) -> dict[Strategy, float]:
        """The strategies with their weights; by default the one that the other options mean."""
        usual = {Strategy.BALANCED if self.by else Strategy.DIVERSE: 1.0}
        given = usual if self.strategies is None else self.strategies
        return {Strategy(name): float(weight) for name, weight in given.items()}

    def as_document(self) -> dict[str, Any]:
        """Return them as a run keeps them."""
        return {
            "size": self.size,
            "strategies": {str(name): weight for name, weight in self.wanted.items()},
            "where": clauses(self.where),
            "by": self.by,
            "quotas": dict(self.quotas or {}),
            "each": str(self.each),
            "min_distance": self.min_distance,
            "density_floor": self.density_floor,
            "must": list(self.must),
            "must_not": list(self.must_not),
            "start": list(self.start),
            "modalities": sorted(map(str, self.modalities)),
            "channel": self.channel,
            "random_state": self.random_state,
        }
