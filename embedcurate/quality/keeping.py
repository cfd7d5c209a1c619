"""What checks of plugins found before: kept from run to run, for the files that are the same."""

from collections.abc import Collection as Names
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.collection.checked import QUALITY, Checked, checks_in
from embedcurate.collection.results import Run
from embedcurate.progress import Progress
from embedcurate.quality.issues import Issue, issue_of_check

__all__ = ["CONTENTS", "Kept", "contents_of", "kept_of"]

CONTENTS = "contents"
"""The part of a run that says which bytes its checks saw, in the order of the part `items`."""

_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Kept:
    """A check that is not done again: whoever wants that asks for it by name."""

    issue: Issue
    checked: Checked
    run: Run

    def scores(
        self, collection: Collection, ids: Sequence[str], progress: Progress
    ) -> NDArray[np.float32]:
        """Return (n,) float32 in [0, 1], NaN for items that were not checked, or not as they are.

        Raises `ResultMissing` if the run was dropped meanwhile.
        """
        part = partial(collection.results.table, self.run)
        found = np.full(len(ids), np.nan, np.float32)
        place = pc.index_in(pa.array(ids, pa.string()), part("items")["id"].combine_chunks())
        there = place.is_valid().to_numpy(zero_copy_only=False)
        before = place.drop_null()
        same = pc.equal(
            part(CONTENTS)["content"].combine_chunks().take(before),
            contents_of(collection, [ids[row] for row in np.flatnonzero(there).tolist()]),
        )
        scores = part("scores")[self.issue.name].combine_chunks().take(before)
        found[there] = pc.if_else(same, scores, None).to_numpy(zero_copy_only=False)
        return found


def contents_of(collection: Collection, ids: Sequence[str]) -> pa.Array:
    """Return what tells the bytes of items from others, (n,) strings; the items must be there."""
    catalogue = collection.catalogue
    hashes = catalogue.column("content").take(pa.array(catalogue.rows_of(ids)))
    return pc.utf8_slice_codeunits(hashes, 0, _DIGITS)


def kept_of(collection: Collection, *, but: Names[str]) -> dict[str, Kept]:
    """Return the checks of the newest run, without those of some names."""
    run = collection.results.latest(QUALITY)
    return {
        name: Kept(
            issue_of_check(
                name,
                checked.modality,
                summary=checked.summary,
                threshold=run.parameters["thresholds"][name],
                poor=run.summary["issues"][name]["poor"],
            ),
            checked,
            run,
        )
        for name, checked in checks_in(run).items()
        if run is not None and name not in but
    }
