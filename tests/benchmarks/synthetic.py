"""Unit vectors like those of a trained encoder, made in blocks so that a million fit anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Clustered"]

_DRAWN_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Clustered:
    """`n` unit vectors of `d`: Zipf-sized clusters on a shared cone, and a share of noise.

    A cluster spreads in eight directions of its own and a little in all; noise lies anywhere on
    the cone, as rows that belong to no group do.
    """

    n: int
    d: int
    n_clusters: int = 200
    noise: float = 0.2
    random_state: int = 0

    def blocks(self, size: int = 50_000) -> Iterator[NDArray[np.float32]]:
        """Yield the rows in order, in blocks of `size` (a multiple of 1000) and a rest."""
        for rows, _ in self.labelled_blocks(size):
            yield rows

    def labelled_blocks(
        self, size: int = 50_000
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
        """Yield the same rows, each block with the clusters (n,) of its rows, -1 for noise."""
        shapes = _Shapes.drawn(self)
        for start in range(0, self.n, size):
            stop = min(start + size, self.n)
            drawn = [
                shapes.rows(np.random.default_rng((self.random_state, 1, at)), _DRAWN_AT_ONCE)
                for at in range(start, stop, _DRAWN_AT_ONCE)
            ]
            rows, clusters = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
            yield rows[: stop - start], clusters[: stop - start]

    def queries(self, count: int) -> NDArray[np.float32]:
        """Return `count` more vectors of the same kind, none of which is a row."""
        return _Shapes.drawn(self).rows(np.random.default_rng((self.random_state, 2)), count)[0]


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Where clusters lie, how they spread, and how many rows each has."""

    axis: NDArray[np.float32]
    centres: NDArray[np.float32]
    directions: NDArray[np.float32]
    shares: NDArray[np.float64]
    noise: float

    @classmethod
    def drawn(cls, data: Clustered) -> "_Shapes":
        rng = np.random.default_rng((data.random_state, 0))
        axis = 0.8 * _unit(rng.standard_normal(data.d, dtype=np.float32))
        centres = _unit(rng.standard_normal((data.n_clusters, data.d), dtype=np.float32)) + axis
        directions = _unit(rng.standard_normal((data.n_clusters, 8, data.d), dtype=np.float32))
        shares = 1 / np.arange(1, data.n_clusters + 1)
        return cls(axis, _unit(centres), directions, shares / shares.sum(), data.noise)

    def rows(
        self, rng: np.random.Generator, count: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        cluster = rng.choice(len(self.centres), count, p=self.shares)
        along = rng.standard_normal((count, 1, self.directions.shape[1]), dtype=np.float32) * 0.25
        rows = self.centres[cluster] + (along @ self.directions[cluster])[:, 0]
        anywhere = rng.standard_normal(rows.shape, dtype=np.float32) / rows.shape[1] ** 0.5
        lost = rng.random((count, 1)) < self.noise
        vectors = _unit(np.where(lost, self.axis + anywhere, rows + 0.4 * anywhere))
        return vectors, np.where(lost[:, 0], -1, cluster)


def _unit(rows: NDArray[np.floating]) -> NDArray[np.float32]:
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / norms, np.float32)
