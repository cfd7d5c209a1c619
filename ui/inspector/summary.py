"""What several items have in common."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..items import MODALITIES, PICKS, Items, Rows, tag_counts

__all__ = ["Summary", "summed_up"]


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over `count` items.

    Attributes
    ----------
    modalities, picks : those that occur, with how many have them
    stars : what all have, None if they differ
    tags : with how many have them, those of most items first
    note : what all have, None if they differ
    size : bytes of all files
    duration_s, characters : of the sounds, of the texts
    """

    count: int
    modalities: dict[str, int]
    picks: dict[str, int]
    stars: int | None
    tags: tuple[tuple[str, int], ...]
    note: str | None
    size: int
    duration_s: float
    characters: int

    def pick_of_all(self) -> str | None:
        """Return the pick that all items have, None if they differ."""
        return next(iter(self.picks)) if len(self.picks) == 1 else None


def summed_up(items: Items, rows: Rows) -> Summary:
    """Sum up the items at `rows`, (n,) int64."""
    kinds = np.bincount(items.modality[rows], minlength=len(MODALITIES))
    picks = np.bincount(items.pick[rows], minlength=len(PICKS))
    stars = np.flatnonzero(np.bincount(items.stars[rows]))
    tags, notes = tag_counts(items.tags, rows), [*items.notes.counts(rows)]
    return Summary(
        count=len(rows),
        modalities={name: int(n) for name, n in zip(MODALITIES, kinds, strict=True) if n},
        picks={name: int(n) for name, n in zip(PICKS, picks, strict=True) if n},
        stars=int(stars[0]) if len(stars) == 1 else None,
        tags=tuple(sorted(tags.items(), key=lambda one: (-one[1], one[0]))),
        note=notes[0] if len(notes) == 1 else None,
        size=int(_total(items, "size", rows)),
        duration_s=float(_total(items, "duration_s", rows)),
        characters=int(_total(items, "characters", rows)),
    )


def _total(items: Items, column: str, rows: Rows) -> float:
    values = items.column(column)
    if len(rows) < len(items):  # of all there is nothing to take, which a million would feel
        values = values.take(pa.array(rows))
    return float(pc.sum(values).as_py() or 0)
