"""How a number of picks is shared out, to the item."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["level_fill", "proportional", "shared_out"]

Key = TypeVar("Key")


def proportional(size: int, weights: ArrayLike) -> NDArray[np.int64]:
    """Share `size` in proportion to `weights` by largest remainders (Hamilton, 1792).

    weights : (g,) not negative; where all are 0, so are the shares. Ties go to the earlier one.
    """
    weights = np.asarray(weights, np.float64)
    total = weights.sum()
    if not total:
        return np.zeros(len(weights), np.int64)
    exact = size * weights / total
    shares: NDArray[np.int64] = np.floor(exact + 1e-9).astype(np.int64)
    by_remainder = np.argsort(-(exact - shares).round(9), kind="stable")
    shares[by_remainder[: size - int(shares.sum())]] += 1
    return shares


def shared_out(size: int, weights: Mapping[Key, float]) -> dict[Key, int]:
    """Share `size` among the keys in proportion to their weights, as `proportional` does."""
    shares = proportional(size, list(weights.values()))
    return dict(zip(weights, shares.tolist(), strict=True))


def level_fill(
    size: int,
    present: ArrayLike,
    available: ArrayLike,
    quotas: Sequence[int | None] | None = None,
) -> NDArray[np.int64]:
    """Share `size` so that classes end up as level as can be, like water poured on uneven ground.

    present : (g,) how many of each class are there already
    available : (g,) how many more there are at most
    quotas : how many of a class there shall be in the end, None for as many as the others

    Quotas are served first, in proportion where `size` does not reach; classes without one share
    what is left. Of what does not divide
    evenly the earlier classes get one more. What no class can take is not shared out.
    """
    present, available = np.asarray(present, np.int64), np.asarray(available, np.int64)
    wanted = np.array([-1 if quota is None else quota for quota in quotas or [None] * len(present)])
    fixed = wanted >= 0
    shares = np.where(fixed, np.clip(wanted - present, 0, available), 0)
    if shares.sum() > size:
        return proportional(size, shares)
    size -= int(shares.sum())
    ceiling = np.where(fixed, 0, available)
    low, high = 0, int((present + available).max(initial=0)) + 1
    while high - low > 1:  # the highest level that `size` reaches
        level = (low + high) // 2
        enough = int(np.clip(level - present, 0, ceiling).sum()) <= size
        low, high = (level, high) if enough else (low, level)
    poured = np.clip(low - present, 0, ceiling)
    open_ = np.flatnonzero((poured < ceiling) & (present + poured == low))
    poured[open_[: size - int(poured.sum())]] += 1
    filled: NDArray[np.int64] = shares + poured
    return filled
