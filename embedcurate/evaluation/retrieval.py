"""How well a space finds the items of a collection by their captions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.filters import All, Compare, Is
from embedcurate.items import Modality
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.pooling import encode_all
from embedcurate.spaces.registry import load
from embedcurate.spaces.space import Space

__all__ = ["CUTOFFS", "Retrieval", "by_captions", "retrieval"]

CUTOFFS = (1, 5, 10)
_BLOCK = 1024


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Recall of one route: the share of queries with something relevant among the first k.

    `recall` and `chance` are by k; `chance` is what a random order gives with the same numbers of
    relevant candidates.
    """

    queries: int
    candidates: int
    recall: dict[int, float]
    chance: dict[int, float]

    def as_document(self) -> dict[str, Any]:
        """Return it as it stands in the JSON document of `evaluate`."""
        return {
            **{f"recall@{k}": value for k, value in self.recall.items()},
            **{f"chance@{k}": value for k, value in self.chance.items()},
            "queries": self.queries,
            "candidates": self.candidates,
        }


def by_captions(
    collection: Collection, space: Space | None = None, *, progress: Progress = ignore
) -> dict[str, Retrieval]:
    """Return route (``text->image``) -> how well captions find their items, and the reverse.

    Pictures and sounds that share a caption are all right answers to it, and to each other.
    """
    space = space or load(collection.settings.space)
    collection.check_space(space)
    catalogue = collection.catalogue
    catalogue.refresh()
    captioned: dict[Modality, tuple[list[str], list[str]]] = {}
    for modality in sorted(space.modalities - {Modality.TEXT}):
        where = All((Is("captioned"), Compare("modality", "=", str(modality))))
        ids = catalogue.ids[catalogue.mask(where) & catalogue.searchable].astype(str).tolist()
        if ids:
            captioned[modality] = ids, [item.caption or "" for item in collection.items(ids)]
    found: dict[str, Retrieval] = {}
    for modality, (ids, captions) in captioned.items() if space.text is not None else ():
        progress(0, len(ids), f"captions of {modality}")
        texts = sorted(set(captions))
        vectors = encode_all(space.encoders[Modality.TEXT], texts)
        there, back = (Modality.TEXT, modality), (modality, Modality.TEXT)
        found["->".join(there)] = retrieval(
            vectors[space.route(*there)],
            collection.vectors(ids, space.route(*there)),
            texts,
            captions,
        )
        found["->".join(back)] = retrieval(
            collection.vectors(ids, space.route(*back)),
            vectors[space.route(*back)],
            captions,
            texts,
        )
    for route in permutations(captioned, 2):
        (asked, of_asked), (offered, of_offered) = captioned[route[0]], captioned[route[1]]
        if set(of_asked) & set(of_offered):
            found["->".join(route)] = retrieval(
                collection.vectors(asked, space.route(*route)),
                collection.vectors(offered, space.route(*route)),
                of_asked,
                of_offered,
            )
    return found


def retrieval(
    queries: NDArray[np.float32],
    candidates: NDArray[np.float32],
    query_groups: Sequence[str],
    candidate_groups: Sequence[str],
) -> Retrieval:
    """Rank `candidates` (n, d) for each of `queries` (q, d), both unit rows, by cosine.

    A candidate is relevant to a query if their groups, (q,) and (n,), are equal. Equal cosines are
    ranked against the query: what can't be told apart is not found.
    """
    names, codes = np.unique(np.array([*query_groups, *candidate_groups]), return_inverse=True)
    asked, offered = codes[: len(queries)], codes[len(queries) :]
    counts = np.bincount(offered, minlength=len(names))
    ranks = []
    for start in range(0, len(queries), _BLOCK):
        block = slice(start, start + _BLOCK)
        cosines = queries[block] @ candidates.T
        relevant = asked[block, None] == offered[None, :]
        best = np.where(relevant, cosines, -np.inf).max(axis=1)
        ranks.append(((cosines >= best[:, None]) & ~relevant).sum(axis=1))
    rank = np.concatenate(ranks) if ranks else np.empty(0, int)
    found = counts[asked] > 0
    return Retrieval(
        queries=int(found.sum()),
        candidates=len(candidates),
        recall={k: _mean(rank[found] < k) for k in CUTOFFS},
        chance={k: _mean(_chance(counts[asked[found]], len(candidates), k)) for k in CUTOFFS},
    )


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else 0.0


def _chance(relevant: NDArray[np.int64], n: int, k: int) -> NDArray[np.float64]:
    """Return the probability that k of n drawn at random hold one of the relevant."""
    drawn = np.arange(min(k, n))
    misses = np.clip((n - relevant[:, None] - drawn) / (n - drawn), 0, 1)
    return np.asarray(1 - misses.prod(axis=1))
