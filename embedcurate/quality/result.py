"""What the quality check returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection.checked import Checked
from embedcurate.items import Modality

__all__ = ["Flawed", "IssueFound", "Quality"]


@dataclass(frozen=True, slots=True)
class Flawed:
    """An item that has an issue: its score, and the reading that the score follows from."""

    id: str
    path: Path
    modality: Modality
    score: float
    reading: float


@dataclass(frozen=True, slots=True)
class IssueFound:
    """An issue as it was found.

    `checked` is how many items it applies to and `count` how many of them have it. `histogram`
    counts the scores of those checked in 20 bins of equal width; `worst` are the first of those
    that have the issue. `check` is the plugin's that found it, None for a built-in one.
    """

    issue: str
    modality: Modality
    threshold: float
    poor: bool
    checked: int
    count: int
    histogram: tuple[int, ...]
    worst: tuple[Flawed, ...]
    check: Checked | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """What is wrong with which items.

    ids : (n,) 'S32', the `ok` items, sorted
    scores : issue -> (n,) float32 in [0, 1], NaN where the issue does not apply
    poor : (n,) bool, items that have an issue that makes them poor
    unmeasured : how many items were indexed before figures were measured
    """

    ids: NDArray[np.bytes_]
    scores: Mapping[str, NDArray[np.float32]]
    poor: NDArray[np.bool_]
    unmeasured: int
    found: tuple[IssueFound, ...]

    def issues_of(self, row: int) -> tuple[str, ...]:
        """Return the issues of the item in a row."""
        return tuple(
            one.issue for one in self.found if self.scores[one.issue][row] >= one.threshold
        )

    def as_document(self, *, only: str | None = None) -> dict[str, Any]:
        """Return what `embedcurate quality --json` prints, of one issue or of all."""
        return {
            "issues": {
                one.issue: {
                    "modality": str(one.modality),
                    "threshold": one.threshold,
                    "poor": one.poor,
                    "checked": one.checked,
                    "count": one.count,
                    "histogram": list(one.histogram),
                    "worst": [
                        {
                            "id": item.id,
                            "path": str(item.path),
                            "modality": str(item.modality),
                            "score": item.score,
                            "reading": item.reading,
                        }
                        for item in one.worst
                    ],
                    **({"check": one.check.as_document()} if one.check else {}),
                }
                for one in self.found
                if only in (None, one.issue)
            },
            "checked": len(self.ids),
            "poor": int(self.poor.sum()),
            "unmeasured": self.unmeasured,
        }

    def summary(self) -> dict[str, Any]:
        """Return what a run keeps of it beside the items: counts and histograms."""
        issues = {
            one.issue: {
                "checked": one.checked,
                "count": one.count,
                "poor": one.poor,
                "histogram": list(one.histogram),
            }
            for one in self.found
        }
        return {
            "checked": len(self.ids),
            "poor": int(self.poor.sum()),
            "unmeasured": self.unmeasured,
            "issues": issues,
            "checks": {one.issue: one.check.as_document() for one in self.found if one.check},
        }
