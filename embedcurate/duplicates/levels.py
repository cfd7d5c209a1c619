"""How alike two items must be to be reported, and what that is measured by."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from embedcurate.duplicates.budget import threshold_for
from embedcurate.duplicates.grouping import Rows
from embedcurate.duplicates.pairs import Candidates
from embedcurate.duplicates.prints import NEAR

__all__ = ["Level", "Threshold", "classes", "measured", "threshold_of"]


class Level(StrEnum):
    """What a pair has in common: a level has all pairs of those before it."""

    EXACT = "exact"
    """The same bytes."""
    NEAR = "near"
    """The same medium: encoded anew, resized, cropped a little, edited. By fingerprints."""
    SIMILAR = "similar"
    """Alike to the encoder, as two photos of one thing are. By the cosine of the vectors."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which similarity a pair is reported, and why; None where bytes must be the same."""

    value: float | None
    how: str


def measured(found: Candidates, level: Level) -> NDArray[np.float32]:
    """Return the similarities of the pairs that count at a level: (m,) float32.

    Media that are the same, edited, are also similar, whatever their vectors say: their cosine is
    then raised to that of the default threshold.
    """
    if level is not Level.SIMILAR:
        return found.prints
    same = found.prints >= NEAR[found.modality]
    raised = np.where(same, np.float32(found.similar), np.float32(-1))
    return np.maximum(found.cosines, raised)


def classes(found: Candidates, level: Level) -> Rows:
    """Return for each content the first of the many that are equal to it: see `Candidates`."""
    match level:
        case Level.EXACT:
            return np.arange(len(found.items))
        case Level.NEAR:
            return found.same_prints
        case Level.SIMILAR:
            return found.same_vectors


def threshold_of(
    found: Candidates,
    level: Level,
    *,
    threshold: float | None = None,
    wrong_per_thousand: float | None = None,
) -> Threshold:
    """Return the threshold for a level: the one asked for, the budget's, or the default."""
    if level is Level.EXACT:
        return Threshold(None, "the same bytes")
    if threshold is not None:
        return Threshold(threshold, "as asked")
    if level is Level.NEAR:
        default = Threshold(NEAR[found.modality], "the default for fingerprints")
    else:
        default = Threshold(
            round(found.similar, 4),
            "the default: at most halfway between what one in 1,000 random pairs reaches and 1",
        )
    if wrong_per_thousand is None:
        return default
    apart = found.prints < NEAR[found.modality]
    similarities = found.prints if level is Level.NEAR else found.cosines
    budget = threshold_for(
        similarities,
        similarities[apart],
        wrong_per_thousand=wrong_per_thousand,
        below=NEAR[found.modality] if level is Level.NEAR else np.inf,
    )
    if budget.threshold is None:
        return Threshold(default.value, f"{default.how}, because {budget.how}")
    return Threshold(budget.threshold, budget.how)
