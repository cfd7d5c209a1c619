"""What the quality check found, read from its newest run."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection.checked import QUALITY, Checked, checks_in
from embedcurate.collection.results import Results
from embedcurate.items import ISSUES

from ..items import Items, Rows

__all__ = ["VERB", "Issue", "Quality", "read"]

VERB = QUALITY


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue: `checked` items can have it, and `count` have a score that reaches `threshold`.

    `poor` tells a fault from a trait that many collections want; `histogram` counts scores in
    bins of equal width from 0 to 1. `check` is the plugin's that found it, None for a built-in one.
    """

    name: str
    modality: str
    checked: int
    count: int
    threshold: float
    poor: bool
    histogram: tuple[int, ...]
    check: Checked | None = None


class Quality:
    """What a run found; `issues` are those that any item can have, by modality.

    rows : (n,) of the items that were checked, -1 for one that has gone since
    poor : how many items have a fault
    unmeasured : how many items were indexed before figures were measured
    """

    def __init__(
        self, issues: tuple[Issue, ...], rows: Rows, scores: pa.Table, poor: int, unmeasured: int
    ) -> None:
        self.issues, self.rows, self.poor, self.unmeasured = issues, rows, poor, unmeasured
        self._scores = scores

    @property
    def thresholds(self) -> Mapping[str, float]:
        """The thresholds that filters such as ``is:blurred`` go by."""
        return {issue.name: issue.threshold for issue in self.issues}

    def scores(self, issue: str) -> NDArray[np.float32]:
        """Return the scores, (n,), NaN where the issue does not apply."""
        found: NDArray[np.float32] = self._scores[issue].to_numpy()
        return found

    def count(self, issue: str, threshold: float) -> int:
        """Return how many items have an issue at a threshold."""
        return int(np.count_nonzero(self.scores(issue) >= np.float32(threshold)))

    def rows_of(self, issue: str, threshold: float) -> Rows:
        """Return the rows of the items that have an issue at a threshold, the worst first."""
        scores = self.scores(issue)
        places = np.flatnonzero(scores >= np.float32(threshold))
        places = places[np.argsort(-scores[places], kind="stable")]
        rows = self.rows[places]
        return rows[rows >= 0]


def read(results: Results, items: Items) -> Quality | None:
    """Return what the newest run found, None if there is none; to be called in a thread."""
    run = results.latest(VERB)
    if run is None:
        return None
    told = run.summary["issues"]
    checks = checks_in(run)
    known = [(name, str(modality)) for modality, names in ISSUES.items() for name in names]
    known += [(name, str(one.modality)) for name, one in checks.items()]
    issues = tuple(
        Issue(
            name,
            modality,
            told[name]["checked"],
            told[name]["count"],
            run.parameters["thresholds"][name],
            told[name].get("poor", True),
            tuple(told[name]["histogram"]),
            checks.get(name),
        )
        for name, modality in known
        if told[name]["checked"]
    )
    return Quality(
        issues,
        items.rows_of(results.table(run, "items")["id"]),
        results.table(run, "scores"),
        int(run.summary["poor"]),
        int(run.summary["unmeasured"]),
    )
