"""How well labels can be read off the vectors: by the nearest neighbours, and by a linear model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.neighbours import nearest_neighbours
from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["Probe", "knn_probe", "linear_probe", "wilson"]

_NEIGHBOURS = 10
_FOLDS = 5
_Z = 1.959964  # of a two-sided interval of 95 %


@dataclass(frozen=True, slots=True)
class Probe:
    """The share of items whose label was told rightly.

    `low` and `high` bound it with 95 % confidence (Wilson 1927); `chance` is the share of the
    commonest label.
    """

    accuracy: float
    low: float
    high: float
    chance: float
    items: int
    labels: int

    def as_document(self) -> dict[str, Any]:
        """Return it as it stands in the JSON document of `evaluate`."""
        return {
            "accuracy": self.accuracy,
            "interval": [self.low, self.high],
            "chance": self.chance,
            "items": self.items,
            "labels": self.labels,
        }


def knn_probe(
    vectors: Vectors, labels: Sequence[str], *, progress: Progress = ignore
) -> Probe | None:
    """Tell each item's label by the vote of its ten nearest others, weighted by cosine.

    vectors : (n, d) float32, unit rows. Returns None where fewer than two labels have two items.
    """
    names, codes, kept = _usable(labels)
    if len(names) < 2:
        return None
    graph = nearest_neighbours(vectors[kept], min(_NEIGHBOURS, len(kept) - 1), progress=progress)
    there = graph.indices >= 0
    votes = np.zeros((len(kept), len(names)))
    rows = np.broadcast_to(np.arange(len(kept))[:, None], graph.indices.shape)
    # A cosine may be negative; shifted, the nearer neighbour still has the larger vote.
    np.add.at(votes, (rows[there], codes[graph.indices[there]]), 1 + graph.cosines[there])
    return _probe(votes.argmax(axis=1) == codes, codes)


def linear_probe(vectors: Vectors, labels: Sequence[str], *, random_state: int = 0) -> Probe | None:
    """Tell each item's label by a logistic regression fitted on the other four fifths.

    vectors : (n, d) float32, unit rows. Labels of fewer than five items are left out; returns None
    where fewer than two remain.
    """
    names, codes, kept = _usable(labels, least=_FOLDS)
    if len(names) < 2:
        return None
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=random_state)
    told = cross_val_predict(model, vectors[kept], codes, cv=folds)
    return _probe(told == codes, codes)


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of which `right` of `n` were seen (Wilson 1927)."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = right / n, _Z**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _usable(
    labels: Sequence[str], least: int = 2
) -> tuple[NDArray[np.str_], NDArray[np.int64], NDArray[np.int64]]:
    """Return the labels of at least `least` items, the items' codes among them, their rows."""
    names, codes, counts = np.unique(
        np.asarray(labels, str), return_inverse=True, return_counts=True
    )
    usable = (counts >= least) & (names != "")
    kept = np.flatnonzero(usable[codes])
    return names[usable], (np.cumsum(usable) - 1)[codes[kept]], kept


def _probe(right: NDArray[np.bool_], codes: NDArray[np.int64]) -> Probe:
    low, high = wilson(int(right.sum()), len(right))
    counts = np.bincount(codes)
    return Probe(
        float(right.mean()), low, high, float(counts.max() / len(codes)), len(codes), len(counts)
    )
