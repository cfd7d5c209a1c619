"""A threshold from how many wrong pairs the user can bear."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Budget", "Tail", "fit_tail", "threshold_for"]

_TAIL_SHARE = 0.1
_FEWEST = 50
_STEPS = 1000


@dataclass(frozen=True, slots=True)
class Tail:
    """How the similarities of unrelated pairs thin out above `start`.

    `count` of them are expected above it, and fewer by the factor e every `scale`.
    """

    start: float
    count: float
    scale: float

    def expected(self, thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how many unrelated pairs to expect at or above each threshold >= `start`."""
        return self.count * np.exp(-(thresholds - self.start) / self.scale)


@dataclass(frozen=True, slots=True)
class Budget:
    """A threshold and how it was found: `threshold` is None if it could not be estimated."""

    threshold: float | None
    how: str


def fit_tail(unrelated: NDArray[np.float32], *, below: float = np.inf) -> Tail | None:
    """Fit the upper tail of the similarities of unrelated pairs; None if there is too little.

    The excesses over a high quantile follow a generalised Pareto law (Pickands 1975). Its shape is
    taken as 0, the exponential: similarities are bounded, so that the true shape is negative and
    the estimate errs on the side of more wrong pairs.

    unrelated : (m,) float32; none is at or above `below`, because those can't be told from related
        ones: the law is fitted to the window and followed beyond it
    """
    if len(unrelated) * _TAIL_SHARE < _FEWEST:
        return None
    values = np.sort(unrelated.astype(np.float64))
    start = float(values[-int(len(values) * _TAIL_SHARE)])
    excesses = values[values >= start] - start
    mean, width = float(excesses.mean()), below - start
    if mean <= 0:
        return None
    if np.isinf(width):
        return Tail(start, len(excesses), mean)
    if mean >= 0.49 * width:
        return None  # they get no rarer towards `below`: nothing says what is beyond
    low, high = mean, 1e3 * width
    for _ in range(60):
        scale = (low + high) / 2
        shortfall = width / np.expm1(min(width / scale, 700))
        low, high = (scale, high) if scale - shortfall < mean else (low, scale)
    seen = -np.expm1(-width / scale)
    return Tail(start, len(excesses) / seen, scale)


def threshold_for(
    similarities: NDArray[np.float32],
    unrelated: NDArray[np.float32],
    *,
    wrong_per_thousand: float,
    below: float = np.inf,
) -> Budget:
    """Choose the lowest threshold at which the reported pairs keep the budget in expectation.

    The expected number of wrong pairs is that of the tail of `unrelated`, or the number of those
    seen at or above the threshold if that is more; it is divided by the number of all pairs there,
    as a false discovery rate (Benjamini and Hochberg 1995) is.

    similarities : (m,) float32 of all pairs; unrelated : (u,) float32 of those of them that are
        known to be unrelated by other evidence, or that lie `below` a similarity that only
        related ones reach
    """
    tail = fit_tail(unrelated, below=below)
    if tail is None:
        return Budget(
            None,
            f"{len(unrelated)} unrelated pairs are too few, or thin out too little, to estimate "
            "how many pairs would be wrong",
        )
    thresholds = np.linspace(tail.start, 1, _STEPS)
    wrong = np.maximum(tail.expected(thresholds), _at_least(unrelated, thresholds))
    reported = _at_least(similarities, thresholds)
    kept = np.flatnonzero((reported > 0) & (wrong <= reported * wrong_per_thousand / 1000))
    if not len(kept):
        return Budget(
            None, f"no threshold keeps {wrong_per_thousand:g} wrong pairs per thousand here"
        )
    at = kept[0]
    return Budget(
        float(thresholds[at]),
        f"{wrong[at]:.2g} wrong of {reported[at]:.0f} pairs expected, by the tail of "
        f"{len(unrelated)} unrelated pairs above {tail.start:.3f}",
    )


def _at_least(values: NDArray[np.float32], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    return (len(values) - np.searchsorted(np.sort(values), thresholds)).astype(np.float64)
