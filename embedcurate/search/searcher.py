"""Answer queries on one collection; keeps between queries what the next one needs."""

from collections.abc import Collection as AbstractCollection
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate import query as language
from embedcurate.collection import Collection
from embedcurate.collection.nearest import Nearest
from embedcurate.filters import All, AnyOf, Compare, Filter, names_outcomes
from embedcurate.items import Modality
from embedcurate.progress import Progress, ignore
from embedcurate.query import Phrase, Query, Words
from embedcurate.search.explaining import contributions, place
from embedcurate.search.fusing import Found, fused
from embedcurate.search.ranking import Mixture, Places, Ranked, View, Views, merged, mixture
from embedcurate.search.result import Hit, SearchResult
from embedcurate.search.terms import Direction, direction_of
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Background, Route, Space

__all__ = ["Searcher"]

_FUSED_DEPTH = 200  # of each ranking
_FUNCTION_WORDS = frozenset(
    "a an and are as at be but by for from in is it its of on or that the this to was with".split()  # noqa: SIM905
)
"""English words that occur in most texts, so that finding them there says nothing."""

_UNKNOWN = Background(mean=0.0, spread=0.1)

Mask: TypeAlias = NDArray[np.bool_]


class Searcher:
    """Search a collection by meaning, full text, example and filter.

    The space is loaded when a query first needs it. What other processes store is seen by the next
    query.
    """

    def __init__(self, collection: Collection, space: Space | None = None) -> None:
        self._collection = collection
        self._loaded = space
        self._backgrounds: Mapping[Route, Background] = {}
        self._places: dict[str, tuple[Nearest, NDArray[np.bytes_], Places]] = {}

    def find(
        self,
        query: str | Query,
        *,
        k: int = 20,
        modalities: AbstractCollection[Modality] = frozenset(Modality),
        where: str | Filter = "",
        hybrid: bool = False,
        progress: Progress = ignore,
    ) -> SearchResult:
        """Return the `k` best items for `query`, in the language of `embedcurate.query`.

        What has the query's phrases and matches its filter is ranked by the sum of its terms;
        without terms, by BM25; without either, in the order of ids. `hybrid` also compares the
        terms with captions, by meaning, and looks for the words in names, captions and passages,
        and fuses both rankings by reciprocal ranks. `progress` hears of the copies of the vectors
        that the first search after a change has to make.

        Raises
        ------
        QueryError, SourceNotFound, UnknownItem
            If the query can't be understood, or names what is not there or can't be read.
        SpaceUnavailable, SpaceMismatch
            If the terms can't be encoded here by the collection's encoders.
        """
        parsed = language.parse(query) if isinstance(query, str) else query
        asked = query if isinstance(query, str) else language.format(query)
        extra = language.parse_filter(where) if isinstance(where, str) else where
        mask = self._mask(All((parsed.filter, extra)), parsed.phrases, modalities)
        directions = [direction_of(term, self._collection, self.space) for term in parsed.terms]
        if not directions:
            found = self._by_words(parsed.phrases, mask)[:k]
            return SearchResult(asked, tuple(self._hits(found, directions, None)))
        self._backgrounds = self._collection.settings.backgrounds
        mixtures = {
            modality: mixture(directions, modality, self._route)
            for modality in sorted(self.space.modalities & set(modalities))
        }
        mask = self._without(directions, mask)
        views = Views(lambda table: self._view(table, mask, progress), self._collection.segmented)
        depth = max(k, _FUSED_DEPTH) if hybrid else k
        ranked = [one for mixed in mixtures.values() for one in mixed.best(views, depth)]
        if hybrid:
            ranked += self._by_caption(directions, mixtures, views, depth)
        found = [Found(one.item, one) for one in merged(ranked, depth)]
        if hybrid:
            found = fused(found, self._matching(_words(parsed), mask, mixtures, views, depth))[:k]
        exact = all(view.nearest.exact for view in views.used())
        return SearchResult(asked, tuple(self._hits(found, directions, views)), exact)

    @property
    def space(self) -> Space:
        """The space of the collection, with its encoders."""
        if self._loaded is None:
            self._loaded = load(self._collection.settings.space)
            self._collection.check_space(self._loaded)
        return self._loaded

    def _mask(
        self, where: All, phrases: Sequence[Phrase], modalities: AbstractCollection[Modality]
    ) -> Mask:
        """Return which rows of the catalogue may be found: (n,) bool."""
        catalogue = self._collection.catalogue
        catalogue.refresh()
        wanted: Filter = where
        if set(modalities) != set(Modality):
            kinds = AnyOf(tuple(Compare("modality", "=", str(kind)) for kind in sorted(modalities)))
            wanted = All((where, kinds))
        mask = catalogue.mask(wanted)
        if not names_outcomes(where):
            mask = mask & catalogue.searchable
        for phrase in phrases:
            matches = self._collection.match_text(phrase.text, phrase=True, limit=None)
            rows = catalogue.rows_of([match.item for match in matches])
            having = np.zeros(len(mask), bool)
            having[rows[rows >= 0]] = True
            mask = mask & (~having if phrase.excluded else having)
        return mask

    def _without(self, directions: Sequence[Direction], mask: Mask) -> Mask:
        """Leave the query's own items out: what is similar to an item is not the item itself."""
        own = [one.item for one in directions if one.item is not None]
        rows = self._collection.catalogue.rows_of(own)
        mask = mask.copy()
        mask[rows[rows >= 0]] = False
        return mask

    def _by_words(self, phrases: Sequence[Phrase], mask: Mask) -> list[Found]:
        """Return what has the phrases by BM25; what the mask leaves if there are none."""
        wanted = [phrase.text for phrase in phrases if not phrase.excluded]
        if not wanted:
            return [Found(int(item)) for item in np.flatnonzero(mask)]
        sums: dict[int, Found] = {}
        for text in wanted:
            for one in self._occurring(text, mask, phrase=True):
                before = sums.get(one.item, Found(one.item))
                total = (one.words or 0.0) + (before.words or 0.0)
                sums[one.item] = Found(one.item, None, total, before.passage or one.passage)
        return sorted(sums.values(), key=lambda one: (-(one.words or 0.0), one.item))

    def _occurring(self, text: str, mask: Mask, *, phrase: bool) -> list[Found]:
        """Return the items in which words occur, each once with its best text, best first."""
        matches = self._collection.match_text(text, phrase=phrase, limit=None)
        rows = self._collection.catalogue.rows_of([match.item for match in matches])
        found: dict[int, Found] = {}
        for row, match in zip(rows.tolist(), matches, strict=True):
            if row >= 0 and mask[row] and row not in found:
                found[row] = Found(row, None, match.score, match.segment)
        return list(found.values())

    def _matching(
        self, words: str, mask: Mask, mixtures: Mapping[Modality, Mixture], views: Views, k: int
    ) -> list[Found]:
        """Return the `k` best items in which words occur, with their values by meaning."""
        found = self._occurring(words, mask, phrase=False)[:k]
        kinds = self._collection.catalogue.column("modality")
        by_kind: dict[Modality, list[int]] = {}
        for one in found:
            by_kind.setdefault(Modality(kinds[one.item].as_py()), []).append(one.item)
        ranked = {
            one.item: one
            for kind, items in by_kind.items()
            for one in mixtures[kind].of_items(views, np.array(items, np.int64))
        }
        return [replace(one, ranked=ranked.get(one.item)) for one in found]

    def _by_caption(
        self,
        directions: Sequence[Direction],
        mixtures: Mapping[Modality, Mixture],
        views: Views,
        k: int,
    ) -> list[Ranked]:
        """Return the items whose captions, as texts, come nearest to the query."""
        if Modality.TEXT not in self.space.modalities:
            return []
        of_texts = mixture(directions, Modality.TEXT, self._route)
        captioned = [kind for kind in mixtures if kind is not Modality.TEXT]
        return [one for kind in captioned for one in of_texts.best_captions(views, kind, k)]

    def _view(self, table: str, mask: Mask, progress: Progress) -> View:
        nearest = self._collection.nearest(table, progress=progress)
        places = self._places_of(table, nearest)
        if mask.all() and (places.items >= 0).all():
            return View(nearest, places)
        return View(nearest, places, np.append(mask, False)[places.items])  # -1 is the appended

    def _places_of(self, table: str, nearest: Nearest) -> Places:
        """Return where the rows of a table of vectors stand in the catalogue; remembered."""
        ids = self._collection.catalogue.ids
        known = self._places.get(table)
        if known is None or known[0] is not nearest or known[1] is not ids:
            known = (nearest, ids, Places(nearest.resident.places_in(ids)))
            self._places[table] = known
        return known[2]

    def _route(self, query: Modality, item: Modality) -> tuple[str, Background]:
        """Return a route's channel, and its background: the collection's, else the space's own."""
        measured = self._backgrounds.get((query, item))
        background = measured or self.space.backgrounds.get((query, item), _UNKNOWN)
        return self.space.route(query, item), background

    def _hits(
        self, found: Sequence[Found], directions: Sequence[Direction], views: Views | None
    ) -> Iterator[Hit]:
        """Read the items of what was found, and say why each one was."""
        ids = self._collection.catalogue.ids[[one.item for one in found]].astype(str).tolist()
        segments = {
            channel: self._collection.segments(ids, channel)
            for channel in (views.segmented if views is not None else ())
        }
        for one, item in zip(found, self._collection.items(ids), strict=True):
            hit = Hit(
                id=item.id,
                path=item.path,
                modality=item.modality,
                cosine=None if one.ranked is None else one.ranked.cosine,
                score=one.score,
                through="words" if one.ranked is None else one.ranked.through,
                segment=one.passage,
                row=item.row,
                caption=item.caption,
            )
            if one.ranked is not None and views is not None:
                parts = {channel: of.get(item.id, ()) for channel, of in segments.items()}
                hit = replace(
                    hit,
                    segment=place(item.modality, directions, parts, self._route) or one.passage,
                    terms=contributions(one.ranked, item.modality, directions, views, self._route),
                )
            yield hit


def _words(query: Query) -> str:
    """Return the words that are worth finding as they are written."""
    texts = [
        term.what.text for term in query.terms if isinstance(term.what, Words) and term.weight > 0
    ]
    words = [word for text in texts for word in text.split()]
    return " ".join(word for word in words if word.lower() not in _FUNCTION_WORDS)
