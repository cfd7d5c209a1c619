"""What a search found."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from embedcurate.items import Modality, Segment

__all__ = ["Contribution", "Hit", "SearchResult"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one term of the query says of a hit: its cosine, and its part of the ranking."""

    term: str
    cosine: float
    part: float


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that was found.

    `cosine` is that of the query's vector with the item's, or with its best segment's; None where
    only words were compared. `score` in [0, 1] can be compared across modalities. `through` says
    whose vector matched, or that words did. `segment` is the
    place in a long item that matched: characters of a text, seconds of a sound.
    """

    id: str
    path: Path
    modality: Modality
    cosine: float | None
    score: float
    through: Literal["item", "segment", "caption", "words"] = "item"
    segment: Segment | None = None
    row: int | None = None
    caption: str | None = None
    terms: tuple[Contribution, ...] = ()

    @property
    def place(self) -> str | None:
        """Where in the item, for people: mm:ss of a sound, characters of a text, row of a table."""
        if self.segment is not None and self.modality is Modality.AUDIO:
            return f"{_clock(self.segment.start)}-{_clock(self.segment.end)}"
        if self.segment is not None:
            return f"characters {self.segment.start:.0f}-{self.segment.end:.0f}"
        return None if self.row is None else f"row {self.row + 1}"

    def as_document(self) -> dict[str, Any]:
        """Return the hit as it stands in the JSON document."""
        segment = self.segment and {"start": self.segment.start, "end": self.segment.end}
        return {
            "id": self.id,
            "path": str(self.path),
            "modality": str(self.modality),
            "cosine": self.cosine,
            "score": self.score,
            "through": self.through,
            "segment": segment,
            "row": self.row,
            "caption": self.caption,
            "contributions": [
                {"term": one.term, "cosine": one.cosine, "part": one.part} for one in self.terms
            ],
        }


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of a query, best first.

    `exact` is False where an approximate index chose the candidates.
    """

    query: str
    hits: tuple[Hit, ...]
    exact: bool = True

    def as_document(self) -> dict[str, Any]:
        """Return the JSON document of `embedcurate search --json`."""
        return {
            "query": self.query,
            "hits": [hit.as_document() for hit in self.hits],
            "exact": self.exact,
        }


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes:02d}:{rest:02d}"
