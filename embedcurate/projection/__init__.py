"""Maps: items as points in the plane, near to each other where they are alike."""

from embedcurate.projection.components import principal_components
from embedcurate.projection.layout import umap_layout
from embedcurate.projection.mapping import Map, Method, lay_out, place
from embedcurate.projection.trust import trustworthiness

__all__ = [
    "Map",
    "Method",
    "lay_out",
    "place",
    "principal_components",
    "trustworthiness",
    "umap_layout",
]
