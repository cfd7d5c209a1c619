"""The review of duplicates: groups at a level and a threshold, and what each kind goes by."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from embedcurate.collection.results import Results, Run

from ..items import MODALITIES, Items
from .groups import read_groups
from .model import Reading, Review

if TYPE_CHECKING:
    from ..session import Session

__all__ = ["LEVELS", "RULES", "Copies", "Settings"]

Document: TypeAlias = dict[str, Any]

LEVELS = ("exact", "near", "similar")
RULES = (
    "marks", "folder", "duration", "resolution", "length", "lossless", "detail", "older", "name",
)  # fmt: skip
"""What makes one of two copies the better one, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is asked of `duplicates`; a threshold is for one modality, "" are all of them."""

    level: str = "near"
    modality: str = ""
    threshold: float | None = None
    rules: tuple[str, ...] = RULES
    folders: tuple[str, ...] = ()

    @classmethod
    def of(cls, run: Run) -> "Settings":
        """Return what a run was asked."""
        asked, kinds = run.parameters, run.parameters["modalities"]
        return cls(
            asked["level"],
            kinds[0] if len(kinds) == 1 else "",
            asked["threshold"],
            tuple(asked["rules"]),
            tuple(asked["folders"]),
        )

    def arguments(self) -> Document:
        """Return them as the verb takes them."""
        return {
            "groups": False,
            "level": self.level,
            "rules": list(self.rules),
            "folders": list(self.folders),
            **({} if self.threshold is None else {"threshold": self.threshold}),
            **({"modalities": [self.modality]} if self.modality else {}),
        }


class Copies(Review):
    """The duplicates that were found, and which wait for a word."""

    verb = "duplicates"

    def __init__(self, session: "Session", parent: QObject | None = None) -> None:
        self._wanted = Settings()
        super().__init__(session, parent)

    @property
    def settings(self) -> Settings:
        """What was asked for the groups that are there, or will be for the first ones."""
        return Settings.of(self.run) if self.run else self._wanted

    @property
    def modalities(self) -> tuple[str, ...]:
        """Those that the groups are of, as far as the collection has them."""
        if self.run is None:
            return ()
        looked = self.run.parameters["modalities"]
        return tuple(name for name in self.there if name in looked)

    @property
    def kind(self) -> str:
        """The one modality whose threshold can be chosen now, "" if several are listed."""
        return self.modality or (self.modalities[0] if len(self.modalities) == 1 else "")

    @property
    def threshold(self) -> float | None:
        """From which similarity items of `kind` are in a group, None where bytes must be equal."""
        told = self.run.summary["thresholds"].get(self.kind) if self.run else None
        return None if told is None else told["value"]

    def histogram(self) -> tuple[NDArray[np.float64], NDArray[np.int64]] | None:
        """Return edges (b + 1,) and counts (b,) of the pairs of `kind` that were looked at."""
        told = self.run.summary["histograms"].get(self.kind) if self.run else None
        if told is None:
            return None
        edges, counts = np.array(told["edges"]), np.array(told["counts"], np.int64)
        first = 0
        if self.settings.level == "similar":  # pairs below were never looked for
            first = int(np.searchsorted(edges, self.lowest.get(self.kind, 0.0), "right")) - 1
        first = min(max(first, 0), len(counts) - 1)
        return edges[first:], counts[first:]

    def pairs_above(self, threshold: float) -> int:
        """Return how many pairs of `kind` reach a threshold, to the width of a bar."""
        found = self.histogram()
        if found is None:
            return 0
        edges, counts = found
        return int(counts[np.searchsorted(edges[1:], threshold, "right") :].sum())

    def find(self) -> None:
        """Look for duplicates in a job."""
        self.session.run(self.verb, self.settings.arguments(), self.tr("Find duplicates"))

    def change(self, **changes: Any) -> None:
        """Group anew with other settings."""
        asked = replace(self.settings, **changes)
        if asked.level == "similar" and asked.threshold is not None:
            asked = replace(
                asked, threshold=max(asked.threshold, self.lowest.get(asked.modality, 0.0))
            )
        if self.run is None:
            self._wanted = asked
        else:
            self.regroup(asked.arguments())

    def move_threshold(self, threshold: float) -> None:
        """Group the items of `kind` anew from another similarity on."""
        self.change(modality=self.kind, threshold=round(threshold, 4))

    def choose(self, modality: str) -> None:
        """List the groups of one modality, or of all of them for ""."""
        self.modality = modality
        asked = self.settings.modality
        if asked and asked != modality:
            self.change(modality="", threshold=None)
        else:
            self.list_anew()

    def arguments(self) -> Document | None:
        """Return what the verb was asked for the run that is reviewed, None without one."""
        return self.settings.arguments() if self.run else None

    def look(self, results: Results, items: Items) -> Reading | None:
        """Return what is on disk; called in a thread."""
        run = results.latest(self.verb)
        if run is None:
            return None
        table = results.table(run, "items")
        if "asked" not in table.column_names:  # of an earlier version
            return None
        lowest = {}
        for modality in MODALITIES:
            pairs = results.latest("pairs", modality=modality)
            if pairs is not None:
                lowest[modality] = float(pairs.summary["lowest"])
        counts = np.bincount(items.modality, minlength=len(MODALITIES))
        there = tuple(name for name, count in zip(MODALITIES, counts, strict=True) if count)
        return Reading(run, read_groups(items, table), there, lowest)

    def _take(self, found: Reading | None) -> None:
        if found is not None:  # a run of one modality has no groups of others to list
            self.modality = Settings.of(found.run).modality or self.modality
        super()._take(found)

    def describe(self, group: int) -> str:
        """Tell of a group in a few words."""
        part = self.groups.members(group)
        count = self.tr("{} items").format(part.stop - part.start)
        if self.groups.by_mark[part][1:].all():
            return self.tr("{}, the same bytes").format(count)
        known = self.groups.similarity[part][1:]
        known = known[~np.isnan(known)]
        low, high = f"{known.min():.3f}", f"{known.max():.3f}"
        alike = low if low == high else self.tr("{} to {}").format(low, high)
        return f"{count}, {alike}"
