"""What looking for duplicates found."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from embedcurate.duplicates.levels import Level, Threshold
from embedcurate.items import Modality

__all__ = ["Copy", "Duplicates", "Group", "Histogram"]


@dataclass(frozen=True, slots=True)
class Copy:
    """An item of a group. `similarity` is that to the keeper, None where a decision says so.

    `asked` tells whether the user may want to decide: the bytes differ and nothing was said yet.
    """

    id: str
    path: str
    similarity: float | None
    reason: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Items that are the same at a level, and which one stays: the first of `items`."""

    keep: str
    items: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many of the pairs that were looked at have which similarity.

    edges : (b + 1,) float64; counts : (b,) int64
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Groups of duplicates, as columns: a million of them fit into memory.

    items : id, path_bytes, group (from 0), keep, similarity, reason, asked; group after group,
        each group's keeper first, then its members from the most similar
    pairs : left, right (ids), similarity, of all pairs that reach the threshold, decided or not;
        of items with the same bytes, each with the first of them
    recall : the share of the pairs of similar vectors that were found
    unprinted : items without a fingerprint, of which edited copies are not found
    """

    level: Level
    items: pa.Table
    pairs: pa.Table
    thresholds: Mapping[Modality, Threshold]
    recall: Mapping[Modality, float]
    histograms: Mapping[Modality, Histogram]
    unprinted: int

    def __len__(self) -> int:
        return int(pc.max(self.items["group"]).as_py() or 0) + 1 if len(self.items) else 0

    @property
    def groups(self) -> Iterator[Group]:
        """The groups, in the order of their keepers' ids."""
        numbers = self.items["group"].to_numpy()
        starts = np.unique(numbers, return_index=True)[1].tolist()
        for start, stop in pairwise([*starts, len(numbers)]):
            rows = self.items.slice(start, stop - start).to_pylist()
            yield Group(rows[0]["keep"], tuple(_copy(row) for row in rows))

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The pairs of keeper and member to review, the least similar first."""
        open_ = self.items.filter(self.items["asked"])
        open_ = open_.sort_by([("similarity", "ascending"), ("id", "ascending")])
        return list(zip(open_["keep"].to_pylist(), open_["id"].to_pylist(), strict=True))

    def summary(self) -> dict[str, Any]:
        """Return the document without the groups."""
        return {
            "pairs": len(self.pairs),
            "duplicates": len(self.items) - len(self),
            "asked": int(pc.sum(self.items["asked"]).as_py() or 0),
            "level": str(self.level),
            "thresholds": {
                str(modality): {"value": one.value, "how": one.how}
                for modality, one in self.thresholds.items()
            },
            "recall": {str(modality): recall for modality, recall in self.recall.items()},
            "histograms": {
                str(modality): {"edges": one.edges.tolist(), "counts": one.counts.tolist()}
                for modality, one in self.histograms.items()
            },
            "unprinted": self.unprinted,
        }

    def as_document(self) -> dict[str, Any]:
        """Return what `embedcurate duplicates --json` prints."""
        groups = [
            {
                "keep": group.keep,
                "items": [
                    {
                        "id": copy.id,
                        "path": copy.path,
                        "similarity": copy.similarity,
                        "reason": copy.reason,
                        "asked": copy.asked,
                    }
                    for copy in group.items
                ],
            }
            for group in self.groups
        ]
        return {"groups": groups, **self.summary()}


def _copy(row: Mapping[str, Any]) -> Copy:
    return Copy(
        row["id"], os.fsdecode(row["path_bytes"]), row["similarity"], row["reason"], row["asked"]
    )
