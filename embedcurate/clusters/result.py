"""The clusters that were found or made, and the tables that keep them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection import Collection
from embedcurate.collection.catalogue import Ids
from embedcurate.collection.results import Run
from embedcurate.spaces.encoder import Vectors

__all__ = ["VERB", "Cluster", "Clusters", "clusters_table", "described", "items_table", "stored"]

VERB = "clusters"

_EXEMPLARS = 5


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of items; `exemplars` are the ids of those nearest to its middle, nearest first.

    `score` says by how many standard deviations the name's first word stands out; 0 where no word
    does and the name says so. `spread` is the mean cosine distance of the items to their middle.
    `given` tells whether the user gave the name.
    """

    label: int
    name: str
    score: float
    size: int
    exemplars: tuple[str, ...]
    spread: float = 0.0
    given: bool = False


@dataclass(frozen=True, slots=True)
class Clusters:
    """The clusters of a collection, the largest first, and the items in the order of their ids.

    ids : (n,) 'S32'; labels : (n,) int32, -1 for noise; probabilities, outlier_scores : (n,)
    float32, as in `Labelled`
    recall : the share of the true neighbours that the graph had
    """

    ids: Ids
    labels: NDArray[np.int32]
    probabilities: NDArray[np.float32]
    outlier_scores: NDArray[np.float32]
    clusters: tuple[Cluster, ...]
    min_cluster_size: int
    min_samples: int
    recall: float

    @property
    def noise(self) -> int:
        """The number of items that belong to no cluster."""
        return int((self.labels < 0).sum())

    def as_document(self, *, labels: bool = True) -> dict[str, Any]:
        """Return the JSON document of `embedcurate clusters`; `labels` are those of the items."""
        document = {
            "clusters": [
                {
                    "label": one.label,
                    "name": one.name,
                    "score": round(one.score, 2),
                    "size": one.size,
                    "exemplars": list(one.exemplars),
                    "spread": round(one.spread, 4),
                    "given": one.given,
                }
                for one in self.clusters
            ],
            "noise": self.noise,
            "min_cluster_size": self.min_cluster_size,
            "min_samples": self.min_samples,
            "graph_recall": round(self.recall, 4),
        }
        if labels:
            ids = self.ids.astype(str).tolist()
            document["labels"] = dict(zip(ids, self.labels.tolist(), strict=True))
        return document


def described(
    ids: Ids, vectors: Vectors, members: NDArray[np.int64]
) -> tuple[tuple[str, ...], float]:
    """Return the exemplars and the spread of a cluster.

    vectors : (n, d) float32, the unit rows of `ids`; members : the cluster's rows
    """
    own = vectors[members]
    middle = own.mean(axis=0)
    nearest = np.lexsort((members, -(own @ middle)))[:_EXEMPLARS]
    # The mean cosine to the middle of unit vectors is the length of their mean.
    spread = max(0.0, 1.0 - float(np.linalg.norm(middle)))
    return tuple(ids[members[nearest]].astype(str).tolist()), spread


def items_table(found: Clusters) -> pa.Table:
    """Return what is kept of the items, in the order of their ids."""
    return pa.table(
        {
            "id": found.ids.astype(str).tolist(),
            "cluster": found.labels,
            "probability": found.probabilities,
            "outlier_score": found.outlier_scores,
        }
    )


def clusters_table(clusters: Iterable[Cluster]) -> pa.Table:
    """Return what is kept of the clusters, in their order."""
    return pa.Table.from_pylist(
        [
            {
                "label": one.label,
                "name": one.name,
                "score": one.score,
                "size": one.size,
                "exemplars": list(one.exemplars),
                "spread": one.spread,
                "given": one.given,
            }
            for one in clusters
        ],
        schema=pa.schema(
            [
                ("label", pa.int32()),
                ("name", pa.string()),
                ("score", pa.float32()),
                ("size", pa.int64()),
                ("exemplars", pa.list_(pa.string())),
                ("spread", pa.float32()),
                ("given", pa.bool_()),
            ]
        ),
    )


def stored(collection: Collection, run: Run) -> Clusters:
    """Return what a run found; raises `ResultMissing` if it was dropped meanwhile."""
    items = collection.results.table(run, "items")
    clusters = collection.results.table(run, "clusters").to_pylist()
    return Clusters(
        np.array(items["id"].to_pylist(), "S32"),
        items["cluster"].to_numpy(),
        items["probability"].to_numpy(),
        items["outlier_score"].to_numpy(),
        tuple(Cluster(**{**one, "exemplars": tuple(one["exemplars"])}) for one in clusters),
        run.parameters["min_cluster_size"],
        run.parameters["min_samples"],
        run.summary["graph_recall"],
    )
