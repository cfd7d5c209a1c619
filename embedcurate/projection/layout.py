"""UMAP over a neighbour graph: near neighbours lie together on the map.

McInnes, Healy and Melville 2018 (arXiv 1802.03426), with what umap-learn does by default. Its
library compiles itself anew in each process, which takes longer than the layout of ten thousand
items; the loop here is compiled once and kept. It moves all points at once from where they were
before the round, so the map is the same whatever the number of threads.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedcurate.neighbours import Graph
from embedcurate.progress import Progress, ignore

__all__ = ["memberships", "umap_layout"]

_A, _B = 1.5769434603113077, 0.8950608779109733  # umap's curve for min_dist 0.1 and spread 1
_FEW = 10_000  # items up to which more rounds are affordable
_WIDTH = 10.0  # of the map at the start
_STEPS = 32  # of the search for a bandwidth


def umap_layout(
    graph: Graph,
    start: NDArray[np.float32],
    *,
    n_epochs: int | None = None,
    random_state: int = 0,
    progress: Progress = ignore,
) -> NDArray[np.float32]:
    """Return positions (n, 2) float32 in which neighbours of the graph lie together.

    start : (n, 2) float32, where to start, such as `principal_components`; its scale is free
    n_epochs : rounds; by default 500 up to 10,000 items, else 200
    """
    n = len(start)
    if n < 3:
        return start.copy()
    rounds = n_epochs or (500 if n <= _FEW else 200)
    links = memberships(graph)
    links.data /= links.data.max(initial=0) or 1
    links.data[links.data < 1 / rounds] = 0
    links.eliminate_zeros()
    starts, ends, chances = (
        links.indptr.astype(np.int64),
        links.indices.astype(np.int32),
        links.data.astype(np.float32),
    )
    widest = float(np.abs(start).max()) or 1.0
    random = np.random.default_rng(random_state)
    # Copies start apart, or nothing would ever part them.
    now = start * np.float32(_WIDTH / widest) + random.normal(0, 1e-3, (n, 2)).astype(np.float32)
    now -= now.mean(axis=0)
    then = np.empty_like(now)
    kernel = _kernel()
    count = _threads()
    cuts = np.searchsorted(starts, np.linspace(0, starts[-1], count + 1)).tolist()
    cuts[0], cuts[-1] = 0, n
    with ThreadPoolExecutor(count, thread_name_prefix="layout") as pool:
        for epoch in range(rounds):
            progress(epoch, rounds, "laying out the map")
            turn = (epoch, 1 - epoch / rounds, np.uint32(random.integers(1, 2**32)))
            move = partial(kernel, starts, ends, chances, now, then, *turn)
            list(pool.map(move, cuts[:-1], cuts[1:]))
            now, then = then, now
    return now


def memberships(graph: Graph) -> Any:
    """Return how much rows belong together, in (0, 1]: a sparse symmetric (n, n) array.

    A row's nearest neighbour counts one; the others fall off so that they add up to log2(k + 1).
    """
    from scipy.sparse import csr_array

    n, k = graph.indices.shape
    known = graph.indices >= 0
    distances = np.where(known, graph.distances, np.inf).astype(np.float32)
    nearest = np.where(distances > 0, distances, np.inf).min(axis=1, initial=np.inf, keepdims=True)
    beyond = np.maximum(distances - np.where(np.isfinite(nearest), nearest, 0), 0)
    low, high = np.zeros((n, 1), np.float32), np.full((n, 1), 4, np.float32)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        wide = np.exp(-beyond / middle).sum(axis=1, keepdims=True) > np.log2(k + 1)
        low, high = np.where(wide, low, middle), np.where(wide, middle, high)
    weights = np.exp(-beyond / high)[known]
    starts = np.concatenate(([0], np.cumsum(known.sum(axis=1)))).astype(np.int32)
    one_way = csr_array((weights, graph.indices[known], starts), shape=(n, n))
    other_way = one_way.T.tocsr()
    return one_way + other_way - one_way * other_way


def _threads() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, 8)


@cache
def _kernel() -> Callable[..., None]:
    import numba
    from numba import types

    def fixed(kind: Any, axes: int) -> Any:
        return types.Array(kind, axes, "C")

    graph = (fixed(types.int64, 1), fixed(types.int32, 1), fixed(types.float32, 1))
    places = (fixed(types.float32, 2), fixed(types.float32, 2))
    turn = (types.int64, types.float32, types.uint32, types.int64, types.int64)
    signature = types.void(*graph, *places, *turn)
    options: dict[str, Any] = {"nogil": True, "fastmath": True, "error_model": "numpy"}
    kernel: Callable[..., None]
    try:
        kernel = numba.njit([signature], cache=True, **options)(_epoch)
    except (RuntimeError, OSError):  # no folder to keep the machine code in, or no space left
        kernel = numba.njit([signature], **options)(_epoch)
    return kernel


def _epoch(
    starts: Any, ends: Any, chances: Any, now: Any, then: Any,
    epoch: int, alpha: float, seed: int, first: int, last: int,
) -> None:  # fmt: skip
    """Move the rows [first, last): to linked rows, and from five others for each."""
    n = np.uint64(len(now))
    a, b, two, most = np.float32(_A), np.float32(_B), np.float32(2), np.float32(4)
    for row in range(first, last):
        x, y = now[row, 0], now[row, 1]
        # A generator of its own for each row and round: xorshift (Marsaglia 2003).
        state = np.uint32(np.uint32(row + 1) * np.uint32(2654435769)) ^ np.uint32(seed)
        state = np.uint32(state if state else np.uint32(1))
        for edge in range(starts[row], starts[row + 1]):
            chance = chances[edge]
            phase = np.float32(np.uint32(np.uint32(edge) * np.uint32(2654435769))) / np.float32(
                4294967296.0
            )
            if np.floor(np.float32(epoch + 1) * chance + phase) == np.floor(
                np.float32(epoch) * chance + phase
            ):
                continue
            other = ends[edge]
            dx, dy = x - now[other, 0], y - now[other, 1]
            square = dx * dx + dy * dy
            if square > 0:
                power = square**b
                # The link moves this end alone: the other one has it too.
                pull = -two * a * b * power / (square * (a * power + np.float32(1)))
                x += alpha * min(max(pull * dx, -most), most)
                y += alpha * min(max(pull * dy, -most), most)
            for _ in range(5):
                state ^= np.uint32(state << np.uint32(13))
                state ^= np.uint32(state >> np.uint32(17))
                state ^= np.uint32(state << np.uint32(5))
                other = np.int64((np.uint64(state) * n) >> np.uint64(32))
                dx, dy = x - now[other, 0], y - now[other, 1]
                square = dx * dx + dy * dy
                if other != row and square > 0:
                    push = two * b / ((np.float32(0.001) + square) * (a * square**b + 1))
                    x += alpha * min(max(push * dx, -most), most)
                    y += alpha * min(max(push * dy, -most), most)
        then[row, 0], then[row, 1] = x, y
