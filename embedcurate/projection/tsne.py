"""t-SNE (van der Maaten and Hinton 2008), for who knows its pictures."""

import numpy as np
from numpy.typing import NDArray

from embedcurate.projection.components import principal_components
from embedcurate.spaces.encoder import Vectors

__all__ = ["tsne_layout"]

_PERPLEXITY = 30.0
_DIMENSIONS = 50
_SPREAD = 1e-4  # of the start, as scikit-learn has it


def tsne_layout(
    vectors: Vectors, start: NDArray[np.float32], *, random_state: int = 0
) -> NDArray[np.float32]:
    """Return positions (n, 2) float32 by Barnes-Hut t-SNE of the first 50 principal components.

    vectors : (n, d) float32; start : (n, 2) float32, where to start; its scale is free

    Can't be interrupted.
    """
    from sklearn.manifold import TSNE

    n = len(vectors)
    spread = float(start.std(axis=0)[0]) if n else 0.0
    if n < 5 or spread == 0:
        return start.copy()
    layout = TSNE(
        perplexity=min(_PERPLEXITY, (n - 1) / 3),
        init=start * np.float32(_SPREAD / spread),
        random_state=random_state,
    )
    xy: NDArray[np.float32] = layout.fit_transform(principal_components(vectors, _DIMENSIONS))
    return xy
