"""Compiled loops over vectors and products, shared among threads.

They do what array operations can't without writing large intermediates: find the few cells of a
product that reach a threshold, and cosines of rows that lie anywhere.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.spaces.encoder import Vectors

__all__ = ["Rows", "cells_at_least", "cosines_of", "in_shares", "kernel", "read_only"]

Rows: TypeAlias = NDArray[np.int32]

_CELLS = 64


def cells_at_least(
    products: NDArray[np.float32], least: float, *, above_diagonal: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows and columns of the cells that are `least` or more, row by row.

    products : (m, n) float32, each row contiguous
    above_diagonal : leave out the cells whose column is not greater than their row
    """
    counts = np.empty(len(products), np.int64)
    count, fill = kernel(_count), kernel(_fill)
    upper, limit = above_diagonal, np.float32(least)
    in_shares(
        len(products),
        lambda first, last: count(products, limit, upper, counts, first, last),
    )
    hit = np.flatnonzero(counts)
    rows = np.repeat(hit, counts[hit])
    columns = np.empty(len(rows), np.int64)
    fill(products, limit, upper, hit, columns)
    return rows, columns


def cosines_of(
    vectors: Vectors, left: NDArray[np.integer], right: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return the cosines of the rows `left` with the rows `right`: (m,) float64, summed in float64.

    The same two rows give the same number wherever they stand; equal rows give 1, and a row of
    zeros gives 0 with all.
    """
    found = np.empty(len(left), np.float64)
    loop, plain = kernel(_cosines, reorder=True), read_only(vectors)
    left, right = np.asarray(left, np.int32), np.asarray(right, np.int32)
    in_shares(len(left), lambda first, last: loop(plain, left, right, found, first, last))
    return found


def in_shares(n: int, work: Callable[[int, int], None]) -> None:
    """Call `work(first, last)` for parts of `range(n)`, one on each core, and wait for all."""
    count, pool = _threads()
    cuts = [n * i // count for i in range(count + 1)]
    list(pool.map(work, cuts[:-1], cuts[1:]))


def read_only(vectors: Vectors) -> Vectors:
    """Return a plain view: arrays in memory and in files are then one to compiled loops."""
    view = vectors.view(np.ndarray)
    view.flags.writeable = False
    return view


@cache
def _threads() -> tuple[int, ThreadPoolExecutor]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    count = min(cores or 1, 8)  # memory is the limit well before that
    return count, ThreadPoolExecutor(count, thread_name_prefix="neighbours")


@cache
def kernel(function: Callable[..., None], *, reorder: bool = False) -> Callable[..., None]:
    """Compile a function for what it is first called with.

    reorder : let sums be taken in any order, which is faster
    """
    import numba

    # Threads of our own rather than numba's: its default layer dies when two callers meet.
    order: bool | set[str] = {"reassoc", "contract"} if reorder else False
    try:
        return numba.njit(nogil=True, fastmath=order, cache=True)(function)
    except RuntimeError:  # no folder to keep the machine code in
        return numba.njit(nogil=True, fastmath=order)(function)


def _count(products: Any, least: Any, upper: Any, counts: Any, first: Any, last: Any) -> None:
    width = products.shape[1]
    for row in range(first, last):
        found = np.int32(0)
        for start in range((row + 1) // _CELLS * _CELLS if upper else 0, width, _CELLS):
            stop = min(width, start + _CELLS)
            # Counted without a branch, so that the compiler can take many cells at once.
            reached = np.int32(0)
            for column in range(start, stop):
                reached += np.int32(products[row, column] >= least)
            if reached and upper and start <= row:
                for column in range(start, min(row + 1, stop)):
                    reached -= np.int32(products[row, column] >= least)
            found += reached
        counts[row] = found


def _fill(products: Any, least: Any, upper: Any, hit: Any, columns: Any) -> None:
    at = 0
    for row in hit:
        for column in range(row + 1 if upper else 0, products.shape[1]):
            if products[row, column] >= least:
                columns[at] = column
                at += 1


def _cosines(vectors: Any, left: Any, right: Any, found: Any, first: Any, last: Any) -> None:
    for pair in range(first, last):
        one, other = vectors[left[pair]], vectors[right[pair]]
        product = of_one = of_other = 0.0
        for j in range(vectors.shape[1]):
            a, b = np.float64(one[j]), np.float64(other[j])
            product += a * b
            of_one += a * a
            of_other += b * b
        norms = np.sqrt(of_one * of_other)
        found[pair] = product / norms if norms > 0 else 0.0
