"""Two rankings as one, by reciprocal ranks (Cormack, Clarke and Büttcher 2009)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from embedcurate.items import Segment
from embedcurate.search.ranking import Ranked
from embedcurate.spaces.calibration import score
from embedcurate.spaces.space import Background

__all__ = ["Found", "fused"]

_CONSTANT = 60
_STANDARD = Background(mean=0.0, spread=1.0)


@dataclass(frozen=True, slots=True)
class Found:
    """A hit before its item is read.

    `item` is a row of the catalogue; `ranked` its place by meaning; `words` the BM25 score of the
    words that occur in it, `passage` where.
    """

    item: int
    ranked: Ranked | None = None
    words: float | None = None
    passage: Segment | None = None

    @property
    def score(self) -> float:
        """The score in [0, 1]: calibrated meaning, else BM25 squashed, else 1 for a mere filter."""
        if self.ranked is not None:
            return float(score(self.ranked.z, _STANDARD))
        return 1.0 if self.words is None else self.words / (1.0 + self.words)


def fused(by_meaning: Sequence[Found], by_words: Sequence[Found]) -> list[Found]:
    """Return both rankings as one, best first: each item by the sum of 1 / (60 + its rank)."""
    sums: dict[int, float] = {}
    found: dict[int, Found] = {}
    for ranking in (by_meaning, by_words):
        for rank, one in enumerate(ranking, start=1):
            sums[one.item] = sums.get(one.item, 0.0) + 1 / (_CONSTANT + rank)
            before = found.get(one.item, one)
            found[one.item] = replace(
                before,
                ranked=before.ranked or one.ranked,
                words=before.words or one.words,
                passage=before.passage or one.passage,
            )
    return sorted(found.values(), key=lambda one: (-sums[one.item], one.item))
