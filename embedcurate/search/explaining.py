"""Why a hit is one: what each term adds, and which place of a long item matched."""

from collections.abc import Sequence

import numpy as np

from embedcurate.items import Modality, Segment
from embedcurate.search.ranking import Ranked, Routing, View, Views
from embedcurate.search.result import Contribution
from embedcurate.search.terms import Direction
from embedcurate.spaces.encoder import SHARED, Vectors

__all__ = ["contributions", "place"]


def contributions(
    ranked: Ranked,
    modality: Modality,
    directions: Sequence[Direction],
    views: Views,
    routing: Routing,
) -> tuple[Contribution, ...]:
    """Return what each term adds to the value of a hit; the parts sum up to `ranked.z`."""
    matched = Modality.TEXT if ranked.through == "caption" else modality
    norm = float(np.sqrt(sum(one.weight**2 for one in directions)))
    found = []
    for one in directions:
        channel, background = routing(one.modality, matched)
        cosine = float(one.vectors[channel] @ _vector(ranked, channel, views))
        part = one.weight / norm * (cosine - background.mean) / background.spread
        found.append(Contribution(one.term, cosine, part))
    return tuple(found)


def place(
    modality: Modality,
    directions: Sequence[Direction],
    segments: Sequence[tuple[Segment, Vectors]],
    routing: Routing,
) -> Segment | None:
    """Return the segment of an item that fits the query best; None if it has none."""
    usable = [one for one in directions if SHARED in one.vectors]
    if not segments or not usable:
        return None
    spreads = [routing(one.modality, modality)[1].spread for one in usable]
    weighed = zip(usable, spreads, strict=True)
    query = np.sum([one.weight / spread * one.vectors[SHARED] for one, spread in weighed], axis=0)
    return max(segments, key=lambda part: float(part[1] @ query))[0]


def _vector(ranked: Ranked, channel: str, views: Views) -> Vectors:
    """Return the vector (d,) that made the hit, of the item, its segment or its caption."""
    if ranked.through == "item":
        view = views.channel(channel)
        return _row(view, int(view.places.rows_of(np.array([ranked.item]))[0]))
    return _row(views.captions if ranked.through == "caption" else views.segments, ranked.row)


def _row(view: View, row: int) -> Vectors:
    vector: Vectors = view.nearest.resident.vectors(np.array([row], np.int64))[0]
    return vector
