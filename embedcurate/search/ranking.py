"""Rank the items of one modality by a sum of calibrated terms, exactly.

A term's calibrated value for an item is ``(cosine - expected) / spread``, by its route's
background. The weighted sum of such values is linear in the item's vector, so that all terms that
go through one channel cost one scan, whatever their number.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection.nearest import Nearest
from embedcurate.collection.schema import CAPTIONS, segments_table, vectors_table
from embedcurate.items import Modality
from embedcurate.search.terms import Direction
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.space import Background

__all__ = [
    "Mixture",
    "Places",
    "Ranked",
    "Routing",
    "Through",
    "View",
    "Views",
    "merged",
    "mixture",
]


Routing: TypeAlias = Callable[[Modality, Modality], tuple[str, Background]]
"""(query modality, item modality) -> the channel of the route, and its background."""

Through: TypeAlias = Literal["item", "segment", "caption"]


@dataclass(frozen=True)
class Places:
    """Where the rows of a table of vectors stand in the catalogue.

    `items` : (n,) int64, the catalogue's row of each vector, -1 if it has none.
    """

    items: NDArray[np.int64]

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        return np.argsort(self.items, kind="stable")

    def rows_of(self, items: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the vector's row of each catalogue row in `items`, -1 where there is none."""
        if not len(self.items):
            return np.full(len(items), -1)
        found = np.searchsorted(self.items, items, sorter=self._order)
        rows = self._order[found.clip(max=len(self.items) - 1)]
        return np.where(self.items[rows] == items, rows, -1)


@dataclass(frozen=True, slots=True)
class View:
    """A table of vectors as one query sees it: `kept` (n,) are those that count; None if all."""

    nearest: Nearest
    places: Places
    kept: NDArray[np.bool_] | None = None

    @property
    def items(self) -> NDArray[np.int64]:
        """The catalogue's row of each vector."""
        return self.places.items


class Views:
    """The tables of vectors as one query sees them, each opened when ranking first needs it."""

    def __init__(self, opened: Callable[[str], View], segmented: Collection[str]) -> None:
        self._opened = opened
        self.segmented = segmented
        """The channels that keep the parts of long items."""
        self._views: dict[str, View] = {}

    def channel(self, name: str) -> View:
        """Return the vectors of the items in a channel."""
        return self._table(vectors_table(name))

    def segments(self, channel: str) -> View:
        """Return the vectors of the parts of long items in a channel, one of `segmented`."""
        return self._table(segments_table(channel))

    @property
    def captions(self) -> View:
        """The vectors of captions."""
        return self._table(CAPTIONS)

    def used(self) -> Collection[View]:
        """Return what has been opened so far."""
        return self._views.values()

    def _table(self, name: str) -> View:
        if name not in self._views:
            self._views[name] = self._opened(name)
        return self._views[name]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An item's place in the ranking: `z` is calibrated, `row` is that of the vector that matched.

    `item` is a row of the catalogue; `row` is one of the item's channel, of the segments or of the
    captions, as `through` says.
    """

    item: int
    z: float
    cosine: float
    row: int
    through: Through


@dataclass(frozen=True, slots=True)
class Mixture:
    """A query against items of one modality: a vector (d,) a channel, and a constant."""

    modality: Modality
    vectors: dict[str, Vectors]
    constant: float

    def best(self, views: Views, k: int) -> list[Ranked]:
        """Return the `k` best items, each by its own vector or its best segment's, best first."""
        if len(self.vectors) > 1:
            return self._best_of_sums(views, k)
        [(channel, query)] = self.vectors.items()
        whole = self._top(views.channel(channel), query, k, "item")
        if channel not in views.segmented or self.modality is Modality.IMAGE:
            return whole
        return merged([*whole, *self._best_segments(views.segments(channel), query, k)], k)

    def best_captions(self, views: Views, modality: Modality, k: int) -> list[Ranked]:
        """Return the `k` items of a modality with the best captions; for a mixture for texts.

        None where the query does not meet texts in the channel that captions are stored in.
        """
        if set(self.vectors) != {SHARED}:
            return []
        return self._top(views.captions, self.vectors[SHARED], k, "caption", modality)

    def of_items(self, views: Views, items: NDArray[np.int64]) -> list[Ranked]:
        """Return the ranking's values of some rows of the catalogue, by their own vectors.

        Items that lack a vector in a channel are left out.
        """
        sums = np.full(len(items), -self.constant)
        rows = np.zeros(len(items), np.int64)
        for channel, query in self.vectors.items():
            view = views.channel(channel)
            rows = view.places.rows_of(items)
            there = rows >= 0
            sums[there] += view.nearest.products(query, rows[there])
            sums[~there] = -np.inf
        return [
            Ranked(int(item), float(z), self._cosine(float(z)), int(row), "item")
            for item, z, row in zip(items, sums, rows, strict=True)
            if np.isfinite(z)
        ]

    def _best_segments(self, view: View, query: Vectors, k: int) -> list[Ranked]:
        """Return the best segment of each of the `k` items that have the best ones."""
        asked = 2 * k
        while True:
            found = self._top(view, query, asked, "segment")
            if len(found) < asked or len({one.item for one in found}) >= k:
                return found
            asked *= 4

    def _top(
        self,
        view: View,
        query: Vectors,
        k: int,
        through: Through,
        modality: Modality | None = None,
    ) -> list[Ranked]:
        found = view.nearest.top(query, k, modality=modality or self.modality, rows=view.kept)
        z = found.products - self.constant
        return [
            Ranked(int(item), float(value), self._cosine(float(value)), int(row), through)
            for item, value, row in zip(view.items[found.rows], z, found.rows, strict=True)
        ]

    def _best_of_sums(self, views: Views, k: int) -> list[Ranked]:
        """Rank by a sum over several channels, with all products in each."""
        size = 1 + max(int(view.items.max(initial=-1)) for view in map(views.channel, self.vectors))
        sums = np.zeros(size, np.float32)
        for channel, query in self.vectors.items():
            view = views.channel(channel)
            products = view.nearest.all_products(query, self.modality)
            counts = view.items >= 0 if view.kept is None else view.kept & (view.items >= 0)
            here = np.full(size, -np.inf, np.float32)
            here[view.items[counts]] = products[counts]
            sums += here
        best = np.argsort(-sums, kind="stable")[:k]
        return self.of_items(views, best[np.isfinite(sums[best])])

    def _cosine(self, z: float) -> float:
        squares = [float(query @ query) for query in self.vectors.values()]
        length = float(np.sqrt(sum(squares) * len(squares)))
        return (z + self.constant) / length if length else 0.0  # terms may cancel out


def mixture(directions: Sequence[Direction], modality: Modality, routing: Routing) -> Mixture:
    """Combine the terms of a query for items of one modality.

    The sum is divided by the norm of the weights, so that one term's values and a sum's have the
    same spread on unrelated items.
    """
    norm = float(np.sqrt(sum(one.weight**2 for one in directions)))
    vectors: dict[str, Vectors] = {}
    constant = 0.0
    for one in directions:
        channel, background = routing(one.modality, modality)
        share = one.weight / norm / background.spread
        part = np.float32(share) * one.vectors[channel]
        vectors[channel] = vectors[channel] + part if channel in vectors else part
        constant += share * background.expected(one.vectors[channel])
    return Mixture(modality, vectors, constant)


def merged(ranked: Sequence[Ranked], k: int) -> list[Ranked]:
    """Return each item's better appearance, best first."""
    best: dict[int, Ranked] = {}
    for one in ranked:
        if one.item not in best or one.z > best[one.item].z:
            best[one.item] = one
    return sorted(best.values(), key=lambda one: (-one.z, one.item))[:k]
