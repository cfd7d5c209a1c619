"""The k nearest neighbours of all items: clusters, maps and outliers start from them."""

from embedcurate.neighbours.graph import Graph, nearest_neighbours
from embedcurate.neighbours.stored import Neighbourhood, neighbourhood

__all__ = ["Graph", "Neighbourhood", "nearest_neighbours", "neighbourhood"]
