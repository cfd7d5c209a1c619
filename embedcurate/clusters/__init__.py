"""Groups of items that belong together, and what falls outside of all."""

from embedcurate.clusters.hierarchy import (
    Labelled,
    Selection,
    Tree,
    hdbscan_exact,
    hdbscan_on_graph,
)
from embedcurate.clusters.labelling import Cluster, Clusters, label

__all__ = [
    "Cluster",
    "Clusters",
    "Labelled",
    "Selection",
    "Tree",
    "hdbscan_exact",
    "hdbscan_on_graph",
    "label",
]
