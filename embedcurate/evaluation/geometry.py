"""How vectors lie in their space: hubs, directions that are used, the gap between modalities."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.neighbours import Graph, nearest_neighbours
from embedcurate.spaces.encoder import Vectors

__all__ = ["Gap", "Hubness", "Isotropy", "hubness", "isotropy", "modality_gap"]


@dataclass(frozen=True, slots=True)
class Hubness:
    """How unevenly items occur among others' k nearest (Radovanovic et al. 2010).

    occurrences : (n,) int64, how often each item is a neighbour; its mean is k
    skewness : of the occurrences; 0 is even, above 1 a few hubs crowd the results
    never : the share of items that are nobody's neighbour
    largest : the most that one item occurs, as a multiple of k
    """

    occurrences: NDArray[np.int64]
    skewness: float
    never: float
    largest: float

    def as_document(self) -> dict[str, Any]:
        """Return it as it stands in the JSON document of `evaluate`."""
        return {"skewness": self.skewness, "never": self.never, "largest": self.largest}


@dataclass(frozen=True, slots=True)
class Isotropy:
    """How much of the space the vectors use.

    mean_cosine : of two different items; 0 if they point everywhere alike
    effective_rank : the exponential of the entropy of the singular values (Roy & Vetterli 2007)
    singular_values : (min(n, d),) float64, of the vectors as they are, descending
    """

    mean_cosine: float
    effective_rank: float
    dimension: int
    singular_values: NDArray[np.float64]

    def as_document(self) -> dict[str, Any]:
        """Return it as it stands in the JSON document of `evaluate`."""
        return {
            "mean_cosine": self.mean_cosine,
            "effective_rank": self.effective_rank,
            "dimension": self.dimension,
        }


@dataclass(frozen=True, slots=True)
class Gap:
    """How far apart two modalities lie in their common channel (Liang et al. 2022).

    distance : between the means; within, across : mean cosine in and between the modalities
    """

    distance: float
    within: float
    across: float

    def as_document(self) -> dict[str, Any]:
        """Return it as it stands in the JSON document of `evaluate`."""
        return {"distance": self.distance, "within": self.within, "across": self.across}


def hubness(vectors: Vectors, k: int = 10) -> Hubness | None:
    """Count how often each of (n, d) float32 unit rows is among the `k` nearest of another.

    Returns None for fewer than `k + 2` rows.
    """
    if len(vectors) < k + 2:
        return None
    return _hubness(nearest_neighbours(vectors, k), k)


def _hubness(graph: Graph, k: int) -> Hubness:
    neighbours = graph.indices[graph.indices >= 0]
    counts = np.bincount(neighbours, minlength=len(graph.indices))
    centred = counts - counts.mean()
    spread = counts.std()
    skewness = float((centred**3).mean() / spread**3) if spread else 0.0
    return Hubness(counts, skewness, float((counts == 0).mean()), float(counts.max() / k))


def isotropy(vectors: Vectors) -> Isotropy | None:
    """Measure how much of their space (n, d) float32 unit rows use; None for fewer than two."""
    n, d = vectors.shape
    if n < 2:
        return None
    total = vectors.sum(axis=0, dtype=np.float64)
    mean = (float(total @ total) - n) / (n * (n - 1))
    gram = vectors.T @ vectors if d <= n else vectors @ vectors.T
    values = np.sqrt(np.maximum(np.linalg.eigvalsh(gram.astype(np.float64))[::-1], 0))
    shares = values[values > 0] / values.sum()
    rank = float(np.exp(-(shares * np.log(shares)).sum()))
    return Isotropy(mean, rank, d, values)


def modality_gap(vectors: Mapping[str, Vectors]) -> dict[str, Gap]:
    """Measure the gap between each two modalities of a channel.

    vectors : modality -> (n, d) float32, unit rows; those of fewer than two rows are left out
    """
    means = {
        name: rows.mean(axis=0, dtype=np.float64)
        for name, rows in sorted(vectors.items())
        if len(rows) > 1
    }
    gaps = {}
    for first in means:
        for second in means:
            if first < second:
                a, b = means[first], means[second]
                within = (_within(a, len(vectors[first])) + _within(b, len(vectors[second]))) / 2
                gaps[f"{first}-{second}"] = Gap(float(np.linalg.norm(a - b)), within, float(a @ b))
    return gaps


def _within(mean: NDArray[np.float64], n: int) -> float:
    """Return the mean cosine of two different ones of `n` unit vectors with this mean."""
    return float((n * (mean @ mean) - 1) / (n - 1))
