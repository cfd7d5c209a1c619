"""Scores that can be compared across routes.

The cosine between a caption and a picture that fit lies far below the one between two captions
that have little to do with each other (the modality gap: Liang et al. 2022, arXiv 2203.02053). So
every route has a background, the cosine between queries and items that do not fit, and a hit's
score says how far above that background it stands. The centre of the items' modality is taken away
first: "drums" is nearer to any sound than to any picture, which is no reason to show all sounds
before pictures of drums (GR-CLIP: Li et al. 2025, arXiv 2507.19054). It is the centre of media
about all kinds of things, not of the collection's own: where all the sounds are of drums,
these shall come before pictures of anything else.
"""

import numpy as np
from embedcurate_resources import FOLDER
from numpy.typing import ArrayLike, NDArray

from embedcurate.spaces.encoder import Vectors
from embedcurate.spaces.space import Background

__all__ = ["ENOUGH", "measure", "neutral_texts", "score"]

ENOUGH = 30
"""Items from which a collection's own background is better than the one that ships."""

_EVEN_Z = 2.0  # at which a hit is as likely as not to be a good one: score one half
_LEAST_SPREAD = 0.02  # of the cosines, so that items that are all alike give no endless z
_MOST_ITEMS = 20_000  # of which the cosines are taken: the quantiles of more are the same
_SPREAD_OF_MAD = 1.4826  # standard deviation of a normal distribution whose median deviation is 1


def measure(queries: Vectors, items: Vectors, centre: Vectors | None = None) -> Background:
    """Return the background of a route: robust mean and spread of the cosine.

    queries : (q, d) float32, unit rows; of the query's modality, about anything
    items : (n, d) float32, unit rows; at most 20,000, evenly spaced, are looked at
    centre : (d,) float32, where the items' modality lies in the space; nothing is taken away if it
        is not known

    Median and median deviation stand for mean and spread beyond the centre, so that the few pairs
    that do fit do not count. Raises `ValueError` if there are no queries or no items.
    """
    if not len(queries) or not len(items):
        raise ValueError("A background needs at least one query and one item.")
    step = -(-len(items) // _MOST_ITEMS)
    seen = items[::step]
    cosines = (seen if centre is None else seen - centre) @ queries.T
    mean = float(np.median(cosines))
    spread = _SPREAD_OF_MAD * float(np.median(np.abs(cosines - np.float32(mean))))
    return Background(mean, max(spread, _LEAST_SPREAD), centre)


def score(cosine: ArrayLike, background: Background) -> NDArray[np.float64]:
    """Return scores in [0, 1], of the shape of `cosine`: 1 / (1 + exp(2 - z)).

    `cosine` is that beyond the background's centre, where it has one. `z` is how many spreads it
    lies above the background's mean: what is no better than the
    background scores 0.12, two spreads above it one half, five 0.95. A higher cosine has a higher
    score, and no two are tied up to some 30 spreads.
    """
    z = (np.asarray(cosine, np.float64) - background.mean) / background.spread
    return 1 / (1 + np.exp(np.clip(_EVEN_Z - z, -700, 700)))


def neutral_texts() -> list[str]:
    """Return about two hundred short texts on everyday things, to stand for any query."""
    text: str = (FOLDER / "neutral_texts.txt").read_text("utf-8")
    return text.splitlines()
