"""Why a hit is one: what each term adds, and which place of a long item matched."""

from collections.abc import Mapping, Sequence

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
        part = (
            one.weight
            / norm
            * (cosine - background.expected(one.vectors[channel]))
            / background.spread
        )
        found.append(Contribution(one.term, cosine, part))
    return tuple(found)


def place(
    modality: Modality,
    directions: Sequence[Direction],
    segments: Mapping[str, Sequence[tuple[Segment, Vectors]]],
    routing: Routing,
) -> Segment | None:
    """Return the segment of an item that fits the query best; None if it has none.

    segments : channel -> the item's segments, in one order, each with its (d,) vector
    """
    fits = []
    for one in directions:
        channel, background = routing(one.modality, modality)
        channel = channel if channel in segments else SHARED
        if channel in one.vectors and segments.get(channel):
            rows = np.stack([vector for _, vector in segments[channel]])
            fits.append(one.weight / background.spread * (rows @ one.vectors[channel]))
    return segments[SHARED][int(np.sum(fits, axis=0).argmax())][0] if fits else None


def _vector(ranked: Ranked, channel: str, views: Views) -> Vectors:
    """Return the vector (d,) that made the hit, of the item, its segment or its caption."""
    if ranked.through == "item":
        view = views.channel(channel)
        return _row(view, int(view.places.rows_of(np.array([ranked.item]))[0]))
    parts = views.captions if ranked.through == "caption" else views.segments(channel)
    return _row(parts, ranked.row)


def _row(view: View, row: int) -> Vectors:
    vector: Vectors = view.nearest.resident.vectors(np.array([row], np.int64))[0]
    return vector
