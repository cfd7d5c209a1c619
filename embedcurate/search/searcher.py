"""Answer queries on one collection; keeps between queries what the next one needs."""

from collections.abc import Collection as AbstractCollection
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embedcurate import query as language
from embedcurate.collection import Collection
from embedcurate.collection.nearest import Nearest
from embedcurate.collection.schema import SEGMENTS, vectors_table
from embedcurate.filters import All, AnyOf, Compare, Filter, Glob, Is, Not
from embedcurate.items import Item, Modality, Outcome, Segment
from embedcurate.query import Phrase, Query, Words
from embedcurate.search.ranking import Mixture, Ranked, View, Views, mixture
from embedcurate.search.result import Contribution, Hit, SearchResult
from embedcurate.search.terms import Direction, direction_of
from embedcurate.spaces.calibration import score
from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Background, Space

__all__ = ["Searcher"]

_RRF = 60  # Cormack, Clarke and Büttcher 2009: 1 / (60 + rank)
_FUSED_DEPTH = 200
_FUNCTION_WORDS = frozenset(
    "a an and are as at be but by for from in is it its of on or that the this to was with".split()  # noqa: SIM905
)
"""English words that occur in most texts, so that finding them there says nothing."""

_STANDARD = Background(mean=0.0, spread=1.0)
_UNKNOWN = Background(mean=0.0, spread=0.1)


@dataclass(frozen=True, slots=True)
class _Found:
    """A hit before its item is read: `text` is the BM25 score of the words that matched."""

    item: int
    ranked: Ranked | None
    text: float | None = None
    passage: Segment | None = None


class Searcher:
    """Search a collection by meaning, full text, example and filter.

    The space is loaded when a query first needs it. What other processes store is seen by the next
    query.
    """

    def __init__(self, collection: Collection, space: Space | None = None) -> None:
        self._collection = collection
        self._loaded = space
        self._places: dict[str, tuple[Nearest, NDArray[np.bytes_], NDArray[np.int64]]] = {}

    def find(
        self,
        query: str | Query,
        *,
        k: int = 20,
        modalities: AbstractCollection[Modality] = frozenset(Modality),
        where: str | Filter = "",
        hybrid: bool = False,
    ) -> SearchResult:
        """Return the `k` best items for `query`, in the language of `embedcurate.query`.

        Without terms, what has the phrases is ranked by BM25, and what the filter matches comes in
        the order of ids. `hybrid` also matches the words of the query as full text, and fuses both
        rankings by reciprocal ranks.

        Raises
        ------
        QueryError
            If the query can't be understood.
        SpaceUnavailable, SpaceMismatch
            If the words can't be encoded here by the collection's encoders.
        """
        parsed = language.parse(query) if isinstance(query, str) else query
        extra = language.parse_filter(where) if isinstance(where, str) else where
        mask = self._mask(All((parsed.filter, extra)), parsed.phrases, modalities)
        directions = [direction_of(term, self._collection, self.space) for term in parsed.terms]
        if not directions:
            found = self._by_words(parsed.phrases, mask, k)
            exact = True
        else:
            found, exact = self._by_meaning(parsed, directions, modalities, mask, k, hybrid=hybrid)
        hits = self._hits(found, directions)
        return SearchResult(
            query if isinstance(query, str) else language.format(query), tuple(hits), exact
        )

    @property
    def space(self) -> Space:
        """The space of the collection, with its encoders."""
        if self._loaded is None:
            self._loaded = load(self._collection.settings.space)
            self._collection.check_space(self._loaded)
        return self._loaded

    def _mask(
        self,
        where: All,
        phrases: Sequence[Phrase],
        modalities: AbstractCollection[Modality],
    ) -> NDArray[np.bool_]:
        """Return which rows of the catalogue may be found: (n,) bool."""
        catalogue = self._collection.catalogue
        catalogue.refresh()
        if set(modalities) != set(Modality):
            kinds = AnyOf(tuple(Compare("modality", "=", str(kind)) for kind in sorted(modalities)))
            where = All((where, kinds))
        mask = catalogue.mask(where)
        if not _names_outcomes(where):
            mask = mask & catalogue.searchable
        for phrase in phrases:
            having = np.zeros(len(mask), bool)
            matches = self._collection.match_text(phrase.text, phrase=True, limit=None)
            rows = catalogue.rows_of([match.item for match in matches])
            having[rows[rows >= 0]] = True
            mask = mask & (~having if phrase.excluded else having)
        return mask

    def _by_words(self, phrases: Sequence[Phrase], mask: NDArray[np.bool_], k: int) -> list[_Found]:
        """Return what has the phrases by BM25, or what is left of the mask if there are none."""
        wanted = [phrase.text for phrase in phrases if not phrase.excluded]
        if not wanted:
            return [_Found(int(item), None) for item in np.flatnonzero(mask)[:k]]
        sums: dict[int, _Found] = {}
        for text in wanted:
            for found in self._matching(text, mask, phrase=True):
                before = sums.get(found.item)
                total = (found.text or 0.0) + ((before and before.text) or 0.0)
                passage = (before and before.passage) or found.passage
                sums[found.item] = replace(found, text=total, passage=passage)
        return sorted(sums.values(), key=lambda one: (-(one.text or 0.0), one.item))[:k]

    def _matching(self, text: str, mask: NDArray[np.bool_], *, phrase: bool) -> list[_Found]:
        """Return the items in which words occur, each once with its best text, best first."""
        matches = self._collection.match_text(text, phrase=phrase, limit=None)
        rows = self._collection.catalogue.rows_of([match.item for match in matches])
        found: dict[int, _Found] = {}
        for row, match in zip(rows.tolist(), matches, strict=True):
            if row >= 0 and mask[row] and row not in found:
                found[row] = _Found(row, None, match.score, match.segment)
        return list(found.values())

    def _by_meaning(
        self,
        query: Query,
        directions: Sequence[Direction],
        modalities: AbstractCollection[Modality],
        mask: NDArray[np.bool_],
        k: int,
        *,
        hybrid: bool,
    ) -> tuple[list[_Found], bool]:
        """Return the best by the terms, and whether they are the exact best."""
        mask = mask.copy()
        own = [one.item for one in directions if one.item is not None]
        rows = self._collection.catalogue.rows_of(own)
        mask[rows[rows >= 0]] = False  # what is similar to an item is not the item itself
        mixtures = {
            modality: mixture(directions, modality, self.space, self._background)
            for modality in sorted(self.space.modalities & set(modalities))
        }
        views = self._views({channel for one in mixtures.values() for channel in one.vectors}, mask)
        depth = max(k, _FUSED_DEPTH) if hybrid else k
        ranked = [one for mixed in mixtures.values() for one in mixed.best(views, depth)]
        ranked.sort(key=lambda one: (-one.z, one.item))
        found = [_Found(one.item, one) for one in ranked[:depth]]
        exact = all(view.nearest.exact for view in (*views.channels.values(), views.segments))
        if not hybrid:
            return found, exact
        words = " ".join(
            word
            for term in query.terms
            if isinstance(term.what, Words) and term.weight > 0
            for word in term.what.text.split()
            if word.lower() not in _FUNCTION_WORDS
        )
        matching = self._matching(words, mask, phrase=False)[:depth]
        return _fused(found, self._ranked(matching, mixtures, views))[:k], exact

    def _ranked(
        self, matching: Sequence[_Found], mixtures: Mapping[Modality, Mixture], views: Views
    ) -> list[_Found]:
        """Give items that were found by their words their place in the ranking by meaning."""
        kinds = self._collection.catalogue.column("modality")
        by_kind: dict[Modality, list[int]] = {}
        for one in matching:
            by_kind.setdefault(Modality(kinds[one.item].as_py()), []).append(one.item)
        ranked = {
            one.item: one
            for kind, items in by_kind.items()
            if kind in mixtures
            for one in mixtures[kind].of_items(views, np.array(items, np.int64))
        }
        return [replace(one, ranked=ranked.get(one.item)) for one in matching]

    def _views(self, channels: AbstractCollection[str], mask: NDArray[np.bool_]) -> Views:
        return Views(
            {channel: self._view(vectors_table(channel), mask) for channel in channels},
            self._view(SEGMENTS, mask),
        )

    def _view(self, table: str, mask: NDArray[np.bool_]) -> View:
        nearest = self._collection.nearest(table)
        items = self._items_of(table, nearest)
        if mask.all() and (items >= 0).all():
            return View(nearest, items)
        return View(nearest, items, mask[items] & (items >= 0) if len(mask) else items >= 0)

    def _items_of(self, table: str, nearest: Nearest) -> NDArray[np.int64]:
        """Return the catalogue's row of each row of a table of vectors; remembered."""
        catalogue = self._collection.catalogue
        known = self._places.get(table)
        if known is None or known[0] is not nearest or known[1] is not catalogue.ids:
            known = (nearest, catalogue.ids, nearest.resident.places_in(catalogue.ids))
            self._places[table] = known
        return known[2]

    def _background(self, query: Modality, item: Modality) -> Background:
        """Return a route's calibration: this collection's, else the space's own."""
        measured = self._collection.settings.backgrounds
        return measured.get((query, item)) or self.space.backgrounds.get((query, item), _UNKNOWN)

    def _hits(self, found: Sequence[_Found], directions: Sequence[Direction]) -> Iterator[Hit]:
        """Read the items of what was found."""
        ids = self._collection.catalogue.ids[[one.item for one in found]].astype(str).tolist()
        items = self._collection.items(ids)
        segments = self._collection.segments([item.id for item in items if found])
        for one, item in zip(found, items, strict=True):
            ranked = one.ranked
            terms, segment = self._explained(ranked, item, directions, segments.get(item.id, []))
            yield Hit(
                id=item.id,
                path=item.path,
                modality=item.modality,
                cosine=None if ranked is None else ranked.cosine,
                score=_score(one),
                segment=segment or one.passage,
                row=item.row,
                caption=item.caption,
                terms=terms,
            )

    def _explained(
        self,
        ranked: Ranked | None,
        item: Item,
        directions: Sequence[Direction],
        segments: Sequence[tuple[Segment, Vectors]],
    ) -> tuple[tuple[Contribution, ...], Segment | None]:
        """Say what each term adds to a hit, and at which place of a long item."""
        if ranked is None:
            return (), None
        routes = [self.space.route(one.modality, item.modality) for one in directions]
        vectors = {name: self._collection.vectors([item.id], name)[0] for name in set(routes)}
        segment = None
        if segments and set(routes) == {SHARED}:
            query = np.sum([one.weight * one.vectors[SHARED] for one in directions], axis=0)
            segment, best = max(segments, key=lambda part: float(part[1] @ query))
            if ranked.segment:
                vectors[SHARED] = best
        norm = float(np.sqrt(sum(one.weight**2 for one in directions)))
        terms = []
        for one, route in zip(directions, routes, strict=True):
            back = self._background(one.modality, item.modality)
            cosine = float(one.vectors[route] @ vectors[route])
            part = one.weight / norm * (cosine - back.mean) / back.spread
            terms.append(Contribution(one.term, cosine, part))
        return tuple(terms), segment


def _fused(by_meaning: Sequence[_Found], by_words: Sequence[_Found]) -> list[_Found]:
    """Return both rankings as one, by the sum of reciprocal ranks."""
    sums: dict[int, float] = {}
    found: dict[int, _Found] = {}
    for ranking in (by_meaning, by_words):
        for rank, one in enumerate(ranking, start=1):
            sums[one.item] = sums.get(one.item, 0.0) + 1 / (_RRF + rank)
            before = found.get(one.item, one)
            found[one.item] = replace(
                before,
                ranked=before.ranked or one.ranked,
                text=before.text or one.text,
                passage=before.passage or one.passage,
            )
    return sorted(found.values(), key=lambda one: (-sums[one.item], one.item))


def _score(found: _Found) -> float:
    """Return a hit's score in [0, 1]: calibrated meaning, else BM25 squashed, else 1."""
    if found.ranked is not None:
        return float(score(found.ranked.z, _STANDARD))
    return 1.0 if found.text is None else found.text / (1.0 + found.text)


def _names_outcomes(where: Filter) -> bool:
    """Tell whether a filter says itself which outcomes it wants."""
    match where:
        case All(of) | AnyOf(of):
            return any(map(_names_outcomes, of))
        case Not(of):
            return _names_outcomes(of)
        case Is(state):
            return state in set(Outcome)
        case Compare(column) | Glob(column):
            return column == "outcome"
        case _:
            return False
