"""Scan int8 codes with proven error bounds, so that what is left to check exactly is little.

A row x is kept as int8 codes c with a scale s and the norm of what they miss, e = |x - s c|. A
query q is kept as int16 codes p with a unit u. Then, by the Cauchy-Schwarz inequality,

    |q.x - u s (p.c)|  <=  |u p| e + |q - u p| |x|

so a row whose upper bound is below the k-th best lower bound can't be among the best k. This is
the filter-and-refine of the VA-file (Weber, Schek and Blott 1998) with a norm per row.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHUNK", "Bounds", "CodedQuery", "quantise_query", "quantise_rows", "scan"]

CHUNK = 64
"""Rows that share one pair of extremes."""

Floats: TypeAlias = NDArray[np.float32]

_ROUNDING = 1e-6
# More than the relative error of a handful of float32 operations: widens every bound.


def quantise_rows(vectors: Floats) -> tuple[NDArray[np.int8], Floats, Floats]:
    """Return the codes (n, d), scales (n,) and errors (n,) of rows.

    An error is the norm of what the codes miss, rounded up.
    """
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scales = np.where(largest > 0, largest / np.float32(127), np.float32(1)).astype(np.float32)
    codes = np.rint(vectors / scales[:, None])
    missed = np.linalg.norm(vectors - codes * scales[:, None], axis=1)
    errors = (missed * (1 + 1e-5) + _ROUNDING * largest).astype(np.float32)
    return codes.astype(np.int8), scales, errors


@dataclass(frozen=True, slots=True)
class CodedQuery:
    """A query as int16 codes, and how its bounds grow: by `growth * error + slack` per row."""

    codes: NDArray[np.int16]
    unit: float
    growth: float
    slack: float


def quantise_query(query: NDArray[np.float64], reach: float) -> CodedQuery:
    """Code a finite query (d,) for rows whose norm is at most `reach`."""
    # The codes are as fine as int32 sums of d products with an int8 allow.
    finest = min(32767, (2**31 - 1) // (127 * max(len(query), 1)))
    unit = float(np.abs(query).max(initial=0.0)) / finest or 1.0
    codes = np.rint(query / unit)
    growth = float(np.linalg.norm(codes * unit))
    missed = float(np.linalg.norm(query - codes * unit))
    slack = missed * reach + _ROUNDING * reach * float(np.linalg.norm(query))
    return CodedQuery(codes.astype(np.int16), unit, growth * (1 + _ROUNDING), slack * 1.001)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a scan found of n rows, the first of which is row `start` of all.

    `estimates` (n,) are the products as the codes have them, -inf outside the mask. `low` and
    `high` are the largest lower and upper bound per chunk of `CHUNK` rows; where `high` is -inf
    no row of the chunk is in the mask, and its estimates were not written.
    """

    start: int
    estimates: Floats
    low: Floats
    high: Floats
    errors: Floats
    query: CodedQuery

    def at_least(self, threshold: float) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Return the rows whose upper bound reaches `threshold`, with estimates and margins."""
        chunks = np.flatnonzero((self.high >= threshold) & (self.high > -np.inf))
        rows = (chunks[:, None] * CHUNK + np.arange(CHUNK)).ravel()
        rows = rows[rows < len(self.estimates)]
        estimates = self.estimates[rows]
        margins = self.errors[rows] * np.float32(self.query.growth) + np.float32(self.query.slack)
        kept = (estimates > -np.inf) & (estimates + margins >= threshold)
        return rows[kept] + self.start, estimates[kept], margins[kept]


def scan(
    codes: NDArray[np.int8],
    scales: Floats,
    errors: Floats,
    query: CodedQuery,
    mask: NDArray[np.bool_] | None = None,
    *,
    start: int = 0,
) -> Bounds:
    """Bound the products of `query` with all rows (n, d), or with those that `mask` (n,) keeps.

    The work is shared among threads; several callers may scan at once.
    """
    if mask is None:
        mask = np.ones(len(codes), bool)
    chunks = -(-len(codes) // CHUNK)
    estimates = np.empty(len(codes), np.float32)
    low, high = np.empty(chunks, np.float32), np.empty(chunks, np.float32)
    rows = (codes, scales, errors, mask.view(np.uint8))
    coded = (query.codes, query.unit, query.growth, query.slack)

    def share(first: int, last: int) -> None:
        kernel(*rows, *coded, estimates, low, high, first, last)

    kernel = _kernel()
    count, pool = _threads()
    cuts = [chunks * i // count for i in range(count + 1)]
    list(pool.map(share, cuts[:-1], cuts[1:]))
    return Bounds(start, estimates, low, high, errors, query)


@cache
def _threads() -> tuple[int, ThreadPoolExecutor]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    count = min(cores or 1, 8)  # memory is the limit well before that
    return count, ThreadPoolExecutor(count, thread_name_prefix="scan")


@cache
def _kernel() -> Callable[..., None]:
    import numba
    from numba import types

    def fixed(kind: Any, axes: int) -> Any:
        return types.Array(kind, axes, "C", readonly=True)

    real, out = types.float32, types.float32[::1]
    rows = (fixed(types.int8, 2), fixed(real, 1), fixed(real, 1), fixed(types.uint8, 1))
    query = (fixed(types.int16, 1), real, real, real)
    signature = types.void(*rows, *query, out, out, out, types.intp, types.intp)
    # Threads of our own rather than numba's: its default layer dies when two callers meet.
    try:
        return numba.njit([signature], nogil=True, cache=True)(_bound)
    except (RuntimeError, OSError):  # no folder to keep the machine code in, or no space left
        return numba.njit([signature], nogil=True)(_bound)


def _bound(
    codes: Any, scales: Any, errors: Any, mask: Any,
    query: Any, unit: Any, growth: Any, slack: Any,
    estimates: Any, low: Any, high: Any, first: int, last: int,
) -> None:  # fmt: skip
    """Fill estimates and extremes of the chunks [first, last)."""
    n, d = codes.shape
    for chunk in range(first, last):
        lowest = np.float32(-np.inf)
        highest = np.float32(-np.inf)
        start, stop = chunk * CHUNK, min(n, chunk * CHUNK + CHUNK)
        kept = 0
        for row in range(start, stop):
            kept += mask[row]
        # Where many rows are kept, computing all costs less than guessing wrong which.
        all_of_them = 5 * kept >= stop - start
        for row in range(start, stop if kept else start):
            estimate = np.float32(-np.inf)
            if all_of_them or mask[row]:
                # Every int32 is said because numba widens to 64 bits what numpy does not; said
                # so, the compiler finds the instruction that multiplies and adds 16 pairs.
                total = np.int32(0)
                for j in range(d):
                    product = np.int32(np.int32(codes[row, j]) * np.int32(query[j]))
                    total = np.int32(total + product)
                if mask[row]:
                    estimate = unit * scales[row] * np.float32(total)
                    margin = errors[row] * growth + slack
                    lowest = max(lowest, estimate - margin)
                    highest = max(highest, estimate + margin)
            estimates[row] = estimate
        low[chunk] = lowest
        high[chunk] = highest
