"""Groups of items that belong together, and what falls outside of all."""

from embedcurate.clusters.editing import Edit, Merge, Rename, Split, edit
from embedcurate.clusters.hierarchy import (
    Labelled,
    Selection,
    Tree,
    hdbscan_exact,
    hdbscan_on_graph,
)
from embedcurate.clusters.labelling import label
from embedcurate.clusters.result import Cluster, Clusters

__all__ = [
    "Cluster",
    "Clusters",
    "Edit",
    "Labelled",
    "Merge",
    "Rename",
    "Selection",
    "Split",
    "Tree",
    "edit",
    "hdbscan_exact",
    "hdbscan_on_graph",
    "label",
]
