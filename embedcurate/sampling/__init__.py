"""Samples of a collection: diverse, representative, typical, balanced, random, or mixed."""

from embedcurate.sampling.asking import DENSITY_FLOOR
from embedcurate.sampling.coverage import Cover, Coverage, Likened
from embedcurate.sampling.picking import Estimate, Sample, estimate, pick
from embedcurate.sampling.strategies import Strategy

__all__ = [
    "DENSITY_FLOOR",
    "Cover",
    "Coverage",
    "Estimate",
    "Likened",
    "Sample",
    "Strategy",
    "estimate",
    "pick",
]
