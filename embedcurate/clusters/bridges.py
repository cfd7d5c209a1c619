"""The shortest ways between parts of a collection that their neighbour graph does not show.

Near neighbours of a row in a dense part all lie in that part, so a graph of the nearest alone knows
how dense a cluster is but not how far it lies from the next.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress, ignore
from embedcurate.spaces.encoder import Vectors

__all__ = ["joins", "ways_out"]

_BLOCK = 512
_MOST_PAIRS = 1_000_000_000
# That one search looks at: all of them up to 31,000 rows. Beyond, evenly spaced rows stand for
# a part.


def joins(
    vectors: Vectors,
    core: NDArray[np.float32],
    part_of: NDArray[np.int32],
    *,
    progress: Progress = ignore,
) -> NDArray[np.float64]:
    """Return the edges (from, to, mutual reachability) that join all parts at the least cost.

    vectors : (n, d) float32, unit rows
    core : (n,) float32, the rows' core distances
    part_of : (n,) int32, the part of each row, 0 to m - 1

    Returns (m - 1, 3) float64. Borůvka's algorithm (1926): in each round every part but the
    largest takes its shortest way out.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    found = [np.empty((0, 3))]
    while (parts := int(part_of.max(initial=0)) + 1) > 1:
        largest = np.bincount(part_of).argmax()
        leaving = np.where(part_of == largest, -1, part_of)
        ways = ways_out(vectors, core, leaving, progress=progress)
        ends = np.sort(part_of[ways[:, :2].astype(np.int64)], axis=1)
        # Two parts may have taken the same way, in either direction.
        pairs, first = np.unique(ends, axis=0, return_index=True)
        joined = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(parts, parts))
        part_of = connected_components(joined, directed=False)[1][part_of]
        found.append(ways[first])
    return np.concatenate(found)


def ways_out(
    vectors: Vectors,
    core: NDArray[np.float32],
    part_of: NDArray[np.int32],
    *,
    progress: Progress = ignore,
) -> NDArray[np.float64]:
    """Return the edge of least mutual reachability from each part to any row outside it.

    part_of : (n,) int32, the part of each row, 0 to m - 1, or -1 for rows whose ways are not asked

    Returns (m, 3) float64: from, to, mutual reachability. Of the others see `joins`.
    """
    rows = _representatives(part_of)
    # In terms of cosines, so that a pair costs little: the reach is the least of three.
    reach = 1 - core * core / 2
    parts = int(part_of.max(initial=-1)) + 1
    best, ends = np.full(parts, -np.inf), np.zeros((parts, 2), np.int64)
    for start in range(0, len(rows), _BLOCK):
        progress(start, len(rows), "measuring the ways between clusters")
        block = rows[start : start + _BLOCK]
        cosines = vectors[block] @ vectors.T
        cuts = np.flatnonzero(np.diff(part_of[block], prepend=-1, append=-1))
        for low, high in pairwise(cuts.tolist()):
            part = part_of[block[low]]
            outside = np.where(part_of == part, np.float32(-2), reach)
            near = np.minimum(cosines[low:high], outside, out=cosines[low:high]).argmax(axis=1)
            values = np.minimum(cosines[np.arange(low, high), near], reach[block[low:high]])
            one = int(values.argmax())
            if values[one] > best[part]:
                best[part], ends[part] = values[one], (block[low + one], near[one])
    taken = best > -2  # a part that is everything has no way out
    ends = ends[taken]
    lengths = np.sqrt(np.maximum(2 - 2 * best[taken], 0))
    return np.column_stack([ends, np.maximum(lengths, core[ends].max(axis=1))])


def _representatives(part_of: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the rows of the parts, part by part; of each as many as time allows, evenly spaced."""
    order = np.argsort(part_of, kind="stable")
    order = order[np.searchsorted(part_of[order], 0) :]
    step = -(-len(order) * len(part_of) // _MOST_PAIRS)
    if step > 1:
        starts = np.flatnonzero(np.diff(part_of[order], prepend=-1))
        place = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
        order = order[place % step == 0]
    return order
