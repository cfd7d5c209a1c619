"""Measure the background of every route on a collection's own items."""

from functools import cache

from embedcurate.collection import Collection
from embedcurate.filters import Compare
from embedcurate.items import Modality
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.calibration import ENOUGH, measure, neutral_texts
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.pooling import encode_queries
from embedcurate.spaces.sample import centre, computes_here
from embedcurate.spaces.space import Background, Route, Space

__all__ = ["measure_backgrounds"]

_LEAST = 5  # items, where the space ships no background of a route
_MOST_QUERIES = 200
_MOST_ITEMS = 2_000


def measure_backgrounds(
    collection: Collection, space: Space, progress: Progress = ignore
) -> dict[Route, Background]:
    """Return the backgrounds of the routes to modalities of which there are enough items.

    Enough are those from which it is better than the one that the space ships; where that ships
    none, a few are.

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

    @cache
    def asked() -> dict[str, Vectors]:
        assert space.text is not None, "only asked for routes from texts"
        return encode_queries(space.text, neutral_texts()[:_MOST_QUERIES])

    @cache
    def sample(modality: Modality, channel: str) -> Vectors:
        return collection.vectors(samples[modality], channel)

    @cache
    def centres(modality: Modality) -> dict[str, Vectors]:
        encoder = space.encoders[modality]
        return centre(encoder, modality, progress) if computes_here(encoder) else {}

    measured: dict[Route, Background] = {}
    for item, ids in samples.items():
        for query in space.modalities:
            if len(ids) < (ENOUGH if (query, item) in space.backgrounds else _LEAST):
                continue
            channel = space.route(query, item)
            if query is Modality.TEXT and space.text is not None:
                queries = asked()[channel]
            elif samples[query]:
                queries = sample(query, channel)[:_MOST_QUERIES]
            else:
                continue
            shipped = space.backgrounds.get((query, item))
            known = centres(item).get(channel) if shipped is None else shipped.centre
            measured[query, item] = measure(queries, sample(item, channel), known)
    return measured
