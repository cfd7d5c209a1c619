"""Near rows: the k nearest of each, which clusters, maps and outliers start from, and all pairs."""

from embedcurate.neighbours.graph import Graph, nearest_neighbours
from embedcurate.neighbours.pairs import Pairs, all_pairs
from embedcurate.neighbours.stored import Neighbourhood, comparable, neighbourhood

__all__ = [
    "Graph",
    "Neighbourhood",
    "Pairs",
    "all_pairs",
    "comparable",
    "nearest_neighbours",
    "neighbourhood",
]
