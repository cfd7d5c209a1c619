"""Samples of a collection: diverse, representative, typical, balanced, random, or mixed."""

from embedcurate.sampling.coverage import Cover, Coverage, Likened
from embedcurate.sampling.picking import DENSITY_FLOOR, Sample, pick
from embedcurate.sampling.strategies import Strategy

__all__ = [
    "DENSITY_FLOOR",
    "Cover",
    "Coverage",
    "Likened",
    "Sample",
    "Strategy",
    "pick",
]
