"""Measure the background of every route on a collection's own items."""

import numpy as np

from embedcurate.collection import Collection
from embedcurate.filters import Compare
from embedcurate.items import Modality
from embedcurate.spaces.calibration import ENOUGH, measure, neutral_texts
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.space import Background, Route, Space

__all__ = ["measure_backgrounds"]

_MOST_QUERIES = 200
_MOST_ITEMS = 2_000


def measure_backgrounds(collection: Collection, space: Space) -> dict[Route, Background]:
    """Return the backgrounds of the routes to modalities of which there are enough items.

    Queries are the neutral texts that ship, or a sample of the collection's own pictures or sounds;
    items are a sample. Samples follow the ids, which are hashes, so that adding items changes them
    little.
    """
    catalogue = collection.catalogue
    catalogue.refresh()
    samples: dict[Modality, list[str]] = {}
    for modality in space.modalities:
        mask = catalogue.searchable & catalogue.mask(Compare("modality", "=", str(modality)))
        samples[modality] = catalogue.ids[mask][:_MOST_ITEMS].astype(str).tolist()
    texts: dict[str, Vectors] = {}
    if space.text is not None:
        texts = dict(space.text.encode(neutral_texts()[:_MOST_QUERIES]))
    measured: dict[Route, Background] = {}
    for item, ids in samples.items():
        for query in space.modalities:
            channel = space.route(query, item)
            if len(ids) < ENOUGH or (query is not Modality.TEXT and not samples[query]):
                continue
            queries = (
                texts[channel]
                if query is Modality.TEXT
                else collection.vectors(samples[query][:_MOST_QUERIES], channel)
            )
            items = collection.vectors(ids, channel)
            measured[query, item] = measure(np.asarray(queries), items)
    return measured
