"""The facets of a collection: counts of its columns, marks and results over some rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.browsing.facets import (
    Bins,
    Codes,
    Counted,
    bins_of,
    codes_of,
    folders,
    folders_of,
    with_those_below,
)
from embedcurate.browsing.listing import PICKS
from embedcurate.browsing.marked import Marked
from embedcurate.collection import Collection
from embedcurate.collection.checked import checks_of_results
from embedcurate.errors import ResultMissing
from embedcurate.filters import RESULTS, Is, evaluate
from embedcurate.items import ISSUES

__all__ = ["BINNED", "Counting"]

BINNED = ("size", "duration_s", "width_px", "height_px", "characters")
"""The columns of numbers that are shown as histograms."""

_CODED = ("modality", "format", "label", "split")
_ISSUES = tuple(issue for issues in ISSUES.values() for issue in issues)
_FOUND = tuple(name for name in RESULTS if name not in {"cluster", *_ISSUES})

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Counting:
    """Counts by value; the codes of a column are made when they are first needed."""

    def __init__(self, collection: Collection, *, separator: str) -> None:
        self._collection = collection
        self._separator = separator
        self._codes: dict[str, Codes] = {}
        self._bins: dict[str, Bins] = {}
        self._found: dict[str, Codes | None] = {}
        self._checks: tuple[str, ...] | None = None
        self._folders: Counted | None = None

    def forget_results(self) -> None:
        """Forget what was read of analyses, one of which may have been run again."""
        self._found.clear()
        self._checks = None

    def facets(self, rows: Rows, mask: Mask, marked: Marked, matching: Mask) -> dict[str, Any]:
        """Return name -> counts over `rows`, which are those of `mask`, in any order.

        Of values [[value, count], ...], the most frequent first, without those that no item has;
        of folders in their order, of clusters with the name as well; of numbers {"edges",
        "counts"}. `matching` are those that the filter leaves of items of any outcome.
        """
        some = None if len(rows) == len(mask) else rows
        return {
            **{name: self.codes(name).counts(some) for name in _CODED},
            "outcome": self.codes("outcome").counts(np.flatnonzero(matching)),
            "folder": folders(self.codes("folder"), some, separator=self._separator),
            **self._of_marks(len(rows), mask, marked),
            "cluster": self._clusters(some),
            "issue": self._states((*_ISSUES, *self.checks()), some),
            "found": self._states(_FOUND, some),
            **{name: self.bins(name).counts(some) for name in BINNED},
        }

    def codes(self, name: str) -> Codes:
        """Return the codes of a column of the items, or of ``folder``."""
        if name not in self._codes:
            column = self._collection.catalogue.column
            self._codes[name] = (
                folders_of(column("path"), separator=self._separator)
                if name == "folder"
                else codes_of(column(name))
            )
        return self._codes[name]

    def bins(self, name: str) -> Bins:
        """Return the bins of a column of numbers."""
        if name not in self._bins:
            self._bins[name] = bins_of(self._collection.catalogue.column(name))
        return self._bins[name]

    def folders_with_all(self) -> Counted:
        """Return [folder, count of all that lies in or below it], the fullest first.

        Those that hold every item are left out.
        """
        if self._folders is None:
            codes = self.codes("folder")
            total = len(self._collection.catalogue)
            counts = with_those_below(
                folders(codes, None, separator=self._separator), self._separator
            )
            self._folders = [one for one in counts if one[1] < total]
        return self._folders

    def result(self, name: str) -> Codes | None:
        """Return the codes of one of `RESULTS` or `checks`, of states 0 for true.

        None without the analysis.
        """
        if name not in self._found:
            catalogue = self._collection.catalogue
            try:
                self._found[name] = (
                    codes_of(catalogue.column(name))
                    if name == "cluster"
                    else _flags(evaluate(Is(name), catalogue))
                )
            except ResultMissing:
                self._found[name] = None
        return self._found[name]

    def checks(self) -> tuple[str, ...]:
        """Return the names of the checks of plugins that were done."""
        if self._checks is None:
            self._checks = tuple(checks_of_results(self._collection.results))
        return self._checks

    def cluster_names(self) -> dict[int, str]:
        """Return label -> name of the newest clusters."""
        run = self._collection.results.latest("clusters")
        if run is None:
            return {}
        found = self._collection.results.table(run, "clusters")
        return dict(zip(found["label"].to_pylist(), found["name"].to_pylist(), strict=True))

    def _of_marks(self, count: int, mask: Mask, marked: Marked) -> dict[str, Counted]:
        there = mask[marked.rows]
        stars = np.bincount(marked.stars[there], minlength=6)
        stars[0] += count - there.sum()
        picks = np.bincount(marked.picks[there], minlength=len(PICKS))
        picks[0] += count - there.sum()
        tags = marked.by_tag
        carried = Codes(tags.codes[mask[tags.rows]], tags.names)
        return {
            "tag": carried.counts(),
            "stars": [[number, int(stars[number])] for number in range(6) if stars[number]],
            "pick": [[name, int(picks[code])] for code, name in enumerate(PICKS) if picks[code]],
        }

    def _clusters(self, rows: Rows | None) -> Counted:
        codes = self.result("cluster")
        if codes is None:
            return []
        names = self.cluster_names()
        counted = codes.counts(rows)
        return [[label, count, names.get(label, "noise")] for label, count in counted]

    def _states(self, names: tuple[str, ...], rows: Rows | None) -> Counted:
        found = ((name, self.result(name)) for name in names)
        counted = [[name, int(codes.numbers(rows)[0])] for name, codes in found if codes]
        return sorted((one for one in counted if one[1]), key=lambda one: -int(one[1]))


def _flags(mask: Mask) -> Codes:
    """Return 0 for true and -1 for all else."""
    return Codes(np.where(mask, np.int32(0), np.int32(-1)), [True])
