"""ConSE: what a classifier sees, carried into a text space.

Norouzi et al. 2014, arXiv 1312.5650: an item lies at the mean of the vectors of what it may show,
weighted by how likely each is.
"""

from functools import cache

import numpy as np
from embedcurate_resources import FOLDER
from numpy.typing import NDArray

from embedcurate.spaces.encoder import Vectors

__all__ = ["CONCEPTS", "concepts", "place"]

CONCEPTS = FOLDER / "models" / "starter_concepts.safetensors"
"""What `build` wrote: vectors of the 1000 classes and of the 50 tags, and the tags' averages."""


@cache
def concepts() -> dict[str, NDArray[np.float32]]:
    """Return `classes` (1000, 384) and `tags` (50, 384), unit rows, and `tag_average` (50,)."""
    from safetensors.numpy import load_file

    return load_file(CONCEPTS)


def place(weights: NDArray[np.float32], vectors: Vectors, *, top: int) -> Vectors:
    """Return (n, d) float32 unit rows: the weighted mean of the `top` heaviest concepts of a row.

    weights : (n, c) float32, not negative, no row all zero
    vectors : (c, d) float32, unit rows
    """
    rows, columns = np.arange(len(weights))[:, None], np.argsort(-weights, axis=1)[:, :top]
    # One product a row: in a product of matrices a row's last bits would depend on its neighbours.
    means = np.einsum("nt,ntd->nd", weights[rows, columns], vectors[columns])
    placed: Vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
    return placed
