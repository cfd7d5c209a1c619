"""A bridge from one space to another, in closed form, learnt from media that both embed.

Two spaces that were trained on the same world differ by little more than a linear map and a shift
(MUSE: Conneau et al. 2018, arXiv 1710.04087; of CLIP and CLAP, by their texts: C-MCR, Wang et al.
2023, arXiv 2305.14381, and Ex-MCR, 2310.08884, which carries CLAP into CLIP and leaves that as it
is). Here each side is centred and the map is the best of ridge regressions of several strengths
and of orthogonal Procrustes, by how many of the anchors that were held out find their own twin. A
second way is the pivot: a vector is described by the anchors that are like it, and lies at the
weighted mean of their twins (ConSE: Norouzi et al. 2014, arXiv 1312.5650); it stays where the
target's vectors are, whatever is carried. Both are blended.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.errors import BridgeError
from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.keeping import keep

__all__ = ["LEAST", "VERSION", "Bridge", "Report", "align"]

VERSION = 2
"""Counts up when the same anchors would give another bridge."""

LEAST = 100
"""Anchors that an alignment needs."""

_HELD_OUT = 0.2
_MOST_HELD_OUT = 2_000
_STRENGTHS = tuple(10.0**power for power in range(-6, 2))  # of the mean variance of a dimension
_TEMPERATURES = (0.02, 0.05, 0.1)
_SHARES = (0.0, 0.25, 0.5)
_AS_GOOD = 0.99  # of the best recall: then the more robust choice is taken
_FITTING = 10.0  # times chance, that the twins held out have to be found by at the least
_AT_ONCE = 1024

Matrix = NDArray[np.float64]
_Map = Callable[[Matrix], Matrix]


@dataclass(frozen=True, slots=True)
class Report:
    """How well a bridge finds the twins of anchors that it was not fitted on.

    `recall_1` and `recall_10` are shares of the `held_out` queries whose own twin is the first, or
    among the first ten, of all that were held out; `raw_1` and `raw_10` those of the cosine as it
    is, where both sides have the same dimension. `map` is "procrustes" or "ridge <strength>",
    `pivot` the share of the pivot in the blend.
    """

    anchors: int
    held_out: int
    map: str
    pivot: float
    recall_1: float
    recall_10: float
    raw_1: float | None
    raw_10: float | None


@dataclass(frozen=True, eq=False, slots=True)
class Bridge:
    """Carries vectors of one space (of dimension s) into another (t).

    source_mean, target_mean : (s,), (t,) float32; the target's of the anchors, the source's of
        what is carried: with its own mean a modality loses the gap that parts it from that of the
        anchors (Liang et al. 2022, arXiv 2203.02053)
    matrix : (s, t) float32, between centred vectors
    source_anchors, target_anchors : (n, s), (n, t) float32 unit rows, centred: the pivot's
    temperature : of the pivot's softmax over cosines
    radius : mean distance of the target's anchors from their mean
    """

    source_mean: Vectors
    target_mean: Vectors
    matrix: Vectors
    source_anchors: Vectors
    target_anchors: Vectors
    temperature: float
    radius: float
    report: Report

    def carry(self, rows: Vectors) -> Vectors:
        """Return (n, t) float32 unit rows for the unit rows (n, s) of the source."""
        centred = _unit(rows.astype(np.float64) - self.source_mean)
        there = _unit(centred @ self.matrix)
        share = self.report.pivot
        if share:
            pivoted = np.empty_like(there)
            for start in range(0, len(rows), _AT_ONCE):
                pivoted[start : start + _AT_ONCE] = _pivoted(
                    centred[start : start + _AT_ONCE],
                    self.source_anchors,
                    self.target_anchors,
                    self.temperature,
                )
            there = _unit((1 - share) * there + share * pivoted)
        return _unit(self.target_mean + self.radius * there).astype(np.float32)

    def save(self, path: Path) -> None:
        """Write the bridge to a safetensors file, all at once or not at all."""
        told = {**asdict(self.report), "temperature": self.temperature, "radius": self.radius}
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        keep(path, arrays, {"version": str(VERSION), "told": json.dumps(told)})

    @classmethod
    def read(cls, path: Path) -> "Bridge | None":
        """Return the bridge that `save` wrote, or None if there is none or it can't be used."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, "numpy") as stored:
                about = stored.metadata() or {}
                if about.get("version") != str(VERSION):
                    return None
                arrays = {name: stored.get_tensor(name) for name in _ARRAYS}
        except (OSError, SafetensorError):
            return None
        told: dict[str, Any] = json.loads(about["told"])
        temperature, radius = told.pop("temperature"), told.pop("radius")
        return cls(**arrays, temperature=temperature, radius=radius, report=Report(**told))


_ARRAYS = ("source_mean", "target_mean", "matrix", "source_anchors", "target_anchors")


def align(
    source: Vectors,
    target: Vectors,
    *,
    pivot: bool = True,
    must_fit: bool = True,
    seed: int = 0,
) -> Bridge:
    """Return the best bridge for anchors: unit rows (n, s) and (n, t), of the same n media.

    A fifth of them, at most 2,000, is held out to choose by, and what the report says comes from
    that; the bridge that is returned is fitted on all. Without `pivot` there is only the map.

    Raises `BridgeError` for anchors that are too few, are not finite, or, if it `must_fit`, do not
    find their twins.
    """
    _check(source, target)
    order = np.random.default_rng(seed).permutation(len(source))
    held = order[: min(_MOST_HELD_OUT, int(_HELD_OUT * len(source)))]
    rest = order[len(held) :]
    x, y = source.astype(np.float64), target.astype(np.float64)
    fitted = _Fit(x[rest], y[rest])
    asked, twins = fitted.source(x[held]), fitted.target(y[held])

    found = {name: _recalls(_unit(asked @ w), twins) for name, w in fitted.maps()}
    best = max(recall for recall, _ in found.values())
    name = next(name for name, (recall, _) in found.items() if recall >= best * _AS_GOOD)
    linear = _unit(asked @ dict(fitted.maps())[name])
    temperature, share, recalls = 0.0, 0.0, found[name]
    if pivot:
        temperature, share, recalls = _blended(linear, asked, twins, fitted)
    if must_fit and recalls[1] < min(0.5, _FITTING * 10 / len(held)):
        raise BridgeError(
            f"The anchors do not fit together: of {len(held)} that were held out, "
            f"{recalls[1]:.0%} find their twin among the first ten. Do both sides have them in "
            "the same order?"
        )
    raw = _recalls(x[held], y[held]) if x.shape[1] == y.shape[1] else (None, None)
    whole = _Fit(x, y)
    report = Report(len(x), len(held), name, share, *recalls, *raw)
    anchors = (whole.unit_source, whole.unit_target) if share else (x[:0], y[:0])
    return Bridge(
        source_mean=whole.source_mean.astype(np.float32),
        target_mean=whole.target_mean.astype(np.float32),
        matrix=dict(whole.maps())[name].astype(np.float32),
        source_anchors=anchors[0].astype(np.float32),
        target_anchors=anchors[1].astype(np.float32),
        temperature=temperature,
        radius=float(np.linalg.norm(y - whole.target_mean, axis=1).mean()),
        report=report,
    )


class _Fit:
    """Maps between centred unit rows, fitted on anchors (n, s) and (n, t)."""

    def __init__(self, x: Matrix, y: Matrix) -> None:
        self.source_mean, self.target_mean = x.mean(axis=0), y.mean(axis=0)
        self.unit_source, self.unit_target = self.source(x), self.target(y)
        self._across = self.unit_source.T @ self.unit_target
        self._values, self._axes = np.linalg.eigh(self.unit_source.T @ self.unit_source)

    def source(self, rows: Matrix) -> Matrix:
        return _unit(rows - self.source_mean)

    def target(self, rows: Matrix) -> Matrix:
        return _unit(rows - self.target_mean)

    def maps(self) -> Iterator[tuple[str, Matrix]]:
        """Yield the maps (s, t) by name, the most constrained first."""
        left, _, right = np.linalg.svd(self._across, full_matrices=False)
        yield "procrustes", left @ right
        turned = self._axes.T @ self._across
        mean = self._values.mean()
        for strength in sorted(_STRENGTHS, reverse=True):
            held = (self._values + strength * mean)[:, None]
            yield f"ridge {strength:g}", self._axes @ (turned / held)


def _blended(
    linear: Matrix, asked: Matrix, twins: Matrix, fitted: _Fit
) -> tuple[float, float, tuple[float, float]]:
    """Return the temperature and the share of the pivot that do best, and their recalls.

    Of those that are as good, the one with the largest share: what is carried later lies further
    from the anchors than they from each other, and the pivot can't leave where the target's are.
    """
    tried = []
    for temperature in _TEMPERATURES:
        parts = [
            _pivoted(part, fitted.unit_source, fitted.unit_target, temperature)
            for part in _parts(asked)
        ]
        pivoted = np.concatenate(parts)
        for share in _SHARES:
            blend = _unit((1 - share) * linear + share * pivoted)
            tried.append((temperature, share, _recalls(blend, twins)))
    best = max(recall for _, _, (recall, _) in tried)
    good = [one for one in tried if one[2][0] >= best * _AS_GOOD]
    return max(good, key=lambda one: (one[1], one[2]))


def _pivoted(rows: Matrix, source: Any, target: Any, temperature: float) -> Matrix:
    """Describe unit rows by the anchors they are like: the weighted means of those' twins."""
    weights = rows @ source.T / temperature
    weights = np.exp(weights - weights.max(axis=1, keepdims=True))
    return _unit((weights / weights.sum(axis=1, keepdims=True)) @ target)


def _recalls(rows: Matrix, twins: Matrix) -> tuple[float, float]:
    """Return how many rows (n, t) have their own twin first, and among the first ten."""
    ranks = np.concatenate(
        [
            (products > np.take_along_axis(products, own[:, None], 1)).sum(axis=1)
            for products, own in (
                (part @ twins.T, start + np.arange(len(part)))
                for start, part in zip(range(0, len(rows), _AT_ONCE), _parts(rows), strict=True)
            )
        ]
    )
    return float((ranks < 1).mean()), float((ranks < 10).mean())


def _parts(rows: Matrix) -> list[Matrix]:
    return [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]


def _unit(rows: Matrix) -> Matrix:
    """Return rows of length 1; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(norms > 0, norms, 1)


def _check(source: Vectors, target: Vectors) -> None:
    if len(source) != len(target):
        raise BridgeError(
            f"Anchors come in pairs: there are {len(source)} on one side and {len(target)} on the "
            "other."
        )
    if len(source) < LEAST:
        raise BridgeError(
            f"{len(source)} anchors are too few to align two spaces by: give {LEAST} or more, "
            "better 2,000."
        )
    for side in (source, target):
        if not np.isfinite(side).all():
            raise BridgeError("An anchor's vector is not finite: its encoder can't be used.")
        if len(np.unique(side.round(5), axis=0)) < LEAST:
            raise BridgeError(
                f"Fewer than {LEAST} of the anchors differ from each other: give distinct ones."
            )
