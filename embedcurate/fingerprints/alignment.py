"""Lay small grids over each other: a scale and a shift an axis, found coarse to fine.

The steps are Gauss and Newton's on the difference of the grids, as Lucas and Kanade (1981) do, with
the mean of both gradients (Benhimane and Malis 2004), for many pairs at once.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "align", "identity", "laid_over", "sampling"]

Floats: TypeAlias = NDArray[np.float32]

_SMALLEST, _LARGEST = 0.74, 1.35  # a tenth cut from each side is 0.8 or 1.25
_FARTHEST = 0.25  # of half a side
_STEP = 0.15
_DAMPING = 0.02


def identity(pairs: int) -> Floats:
    """Return warps (pairs, 4) that change nothing: scale and shift of x, scale and shift of y.

    Coordinates go from -1 to 1 over a grid; (s, t) takes u of the first to s u + t of the second.
    """
    return np.tile(np.array((1, 0, 1, 0), np.float32), (pairs, 1))


def laid_over(grids: Floats, warps: Floats) -> tuple[Floats, Floats]:
    """Sample (m, side, side) grids where the warps say; return them and a mask of what exists."""
    across, down = (sampling(warps[:, axis : axis + 2], grids.shape[1]) for axis in (0, 2))
    moved = np.matmul(down @ grids, across.transpose(0, 2, 1), dtype=np.float32)
    there = [(weights.sum(axis=2) > 0.99).astype(np.float32) for weights in (down, across)]
    return moved, there[0][:, :, None] * there[1][:, None, :]


def sampling(warps: Floats, side: int) -> Floats:
    """Return the linear interpolation along an axis, whose warps are (m, 2), as (m, side, side)."""
    at = (warps[:, :1] * _centres(side) + warps[:, 1:] + 1) * np.float32(side / 2) - np.float32(0.5)
    cells = np.arange(side, dtype=np.float32)
    weights: Floats = np.maximum(0, 1 - np.abs(at[:, :, None] - cells))
    return weights


def _centres(side: int) -> Floats:
    centres: Floats = ((np.arange(side) + 0.5) / side * 2 - 1).astype(np.float32)
    return centres


def _levelled(grids: Floats, mask: Floats, *, noise: float) -> Floats:
    """Return grids of mean 0 and, but for `noise`, deviation 1 where the mask is 1, else 0."""
    count = np.maximum(mask.sum(axis=(1, 2)), 1)
    centred = (grids - ((grids * mask).sum(axis=(1, 2)) / count)[:, None, None]) * mask
    spread = np.sqrt((centred * centred).sum(axis=(1, 2)) / count) + np.float32(noise)
    result: Floats = centred / spread[:, None, None]
    return result


def align(first: Floats, second: Floats, warps: Floats, *, steps: int) -> Floats:
    """Better the warps that lay `second` over `first`, (m, side, side) float32 each."""
    side = first.shape[1]
    x = _centres(side)
    for _ in range(steps):
        moved, mask = laid_over(second, warps)
        one, other = (_levelled(grids, mask, noise=0.5) for grids in (first, moved))
        down, across = np.gradient((one + other) / 2, 2 / side, axis=(1, 2))
        down, across = down * mask, across * mask
        slopes = np.stack([across * x, across, down * x[:, None], down], axis=1)
        slopes = slopes.reshape(len(first), 4, -1)
        normal = slopes @ slopes.transpose(0, 2, 1)
        normal += np.float32(_DAMPING * side * side) * np.eye(4, dtype=np.float32)
        missing = slopes @ (one - other).reshape(len(first), -1, 1)
        step = np.clip(np.linalg.solve(normal, missing)[:, :, 0], -_STEP, _STEP)
        scale, shift = warps[:, 0::2], warps[:, 1::2]
        bettered = np.empty_like(warps)
        bettered[:, 0::2] = np.clip(scale * (1 + step[:, 0::2]), _SMALLEST, _LARGEST)
        bettered[:, 1::2] = np.clip(shift + scale * step[:, 1::2], -_FARTHEST, _FARTHEST)
        warps = bettered
    return warps
