"""Figures -> scores: arrays in, arrays out."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.items import Modality
from embedcurate.quality.issues import SETTINGS, Issue

__all__ = ["COLUMNS", "DERIVED", "score"]

_FEWEST = 10
"""Items of a modality from which on one can be unlike the others."""

_LEAST_SPREAD = 0.35  # octaves: where most are alike to the pixel, some tolerance is left

Floats: TypeAlias = NDArray[np.float32]


def _size_oddity(width_px: Floats, height_px: Floats) -> Floats:
    return np.abs(_deviation(np.log2(width_px * height_px) / 2))


def _aspect_oddity(width_px: Floats, height_px: Floats) -> Floats:
    # Portrait or landscape is no oddity, nor is a square among oblongs.
    return np.maximum(0, _deviation(np.abs(np.log2(width_px / height_px))))


def _imbalance_db(balance_db: Floats) -> Floats:
    return np.abs(balance_db)


def _bandwidth(bandwidth_hz: Floats, rate_hz: Floats) -> Floats:
    share: Floats = np.divide(bandwidth_hz, rate_hz * np.float32(0.5), dtype=np.float32)
    return share


def _language_share(language: Floats) -> Floats:
    """Return how frequent each item's language is, against the most frequent one."""
    known = ~np.isnan(language)
    share = np.full(len(language), np.nan, np.float32)
    if known.sum() >= _FEWEST:
        codes = language[known].astype(np.int64)
        counts = np.bincount(codes)
        share[known] = counts[codes] / counts.max()
    return share


DERIVED: Mapping[str, tuple[Callable[..., Floats], tuple[str, ...]]] = {
    "size_oddity": (_size_oddity, ("width_px", "height_px")),
    "aspect_oddity": (_aspect_oddity, ("width_px", "height_px")),
    "imbalance_db": (_imbalance_db, ("balance_db",)),
    "bandwidth": (_bandwidth, ("bandwidth_hz", "rate_hz")),
    "language_share": (_language_share, ("language",)),
}
"""Readings that are made of other columns, perhaps of those of all items of the modality."""


def _columns(issue: Issue) -> tuple[str, ...]:
    return DERIVED[issue.reading][1] if issue.reading in DERIVED else (issue.reading,)


COLUMNS: Mapping[Modality, tuple[str, ...]] = {
    modality: tuple(
        dict.fromkeys(
            column
            for issue in SETTINGS.values()
            if issue.modality is modality
            for column in _columns(issue)
        )
    )
    for modality in Modality
}
"""The columns of the items that `score` needs."""


def score(columns: Mapping[str, Floats], modality: Modality) -> dict[str, tuple[Floats, Floats]]:
    """Score all items of a modality.

    Parameters
    ----------
    columns : `COLUMNS` of the modality, each (n,) float32, NaN where a value is absent; languages
        as numbers from zero.

    Returns
    -------
    issue -> (score, reading), each (n,) float32: the score in [0, 1], NaN where the issue does not
    apply, and what it follows from. Sizes and aspects are compared with the median of the
    collection in robust standard deviations (1.4826 times the median absolute deviation; Iglewicz
    and Hoaglin 1993); it takes ten items.
    """
    found = {}
    for issue in SETTINGS.values():
        if issue.modality is not modality:
            continue
        reading = (
            columns[issue.reading]
            if issue.reading not in DERIVED
            else _derived(issue.reading, columns)
        )
        found[issue.name] = (_ramp(reading, issue), reading)
    return found


def _derived(reading: str, columns: Mapping[str, Floats]) -> Floats:
    make, names = DERIVED[reading]
    return make(*(columns[name] for name in names)).astype(np.float32, copy=False)


def _ramp(reading: Floats, issue: Issue) -> Floats:
    clean, certain = issue.clean, issue.certain
    if issue.logarithmic:
        reading = np.log(np.maximum(reading, np.float32(1e-9)))
        clean, certain = float(np.log(clean)), float(np.log(certain))
    scores: Floats = np.clip((reading - clean) / (certain - clean), 0, 1).astype(np.float32)
    return scores


def _deviation(values: Floats) -> Floats:
    """Return how many robust standard deviations each value is above the median."""
    known = values[~np.isnan(values)]
    if len(known) < _FEWEST:
        return np.full(len(values), np.nan, np.float32)
    middle = np.median(known)
    spread = max(_LEAST_SPREAD, 1.4826 * float(np.median(np.abs(known - middle))))
    deviations: Floats = (values - middle) / np.float32(spread)
    return deviations
