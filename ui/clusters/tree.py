"""The condensed tree as blocks: wide as they have items, high as they hold together."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

__all__ = ["MIXED", "Block", "Tree"]

MIXED = -2
"""What a block's label is if its items have several."""


@dataclass(frozen=True, slots=True)
class Block:
    """A group of the tree, from the distance at which it parts from others to where it ends.

    `left` and `right` count items from 0, `far` and `near` are distances of unit vectors. `label`
    is that of all its items, or `MIXED`. `first` and `last` say which items of `Tree` it has.
    """

    left: int
    right: int
    far: float
    near: float
    label: int
    size: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Tree:
    """The blocks, the root first and each before its parts; places are those of the run's items.

    edges : (b, 4) float64, left, right, far and near of the blocks; labels : (b,) int64
    """

    blocks: tuple[Block, ...] = ()
    edges: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4)))
    labels: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    _places: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def width(self) -> int:
        """How many items there are."""
        return self.blocks[0].size if self.blocks else 0

    @property
    def far(self) -> float:
        """The distance at which all is one, 0 without blocks."""
        return self.blocks[0].far if self.blocks else 0.0

    def places(self, block: Block) -> NDArray[np.int64]:
        """Return which of the run's items a block has, rising."""
        inside = np.zeros(len(self._places), np.bool_)
        inside[self._places[block.first : block.last]] = True
        return np.flatnonzero(inside)

    def at(self, item: float, distance: float) -> Block | None:
        """Return the block at a place of the drawing, the innermost."""
        left, right, far, near = self.edges.T
        around = (left <= item) & (item < right) & (near <= distance) & (distance <= far)
        found = np.flatnonzero(around)
        return self.blocks[found[-1]] if len(found) else None

    @classmethod
    def of(cls, table: pa.Table, labels: NDArray[np.int32]) -> "Tree":
        """Read the part `tree` of a run of `clusters`.

        labels : (n,) of the run's items, -1 for noise
        """
        n = len(labels)
        parent, child, size = (table[name].to_numpy() for name in ("parent", "child", "size"))
        distance = 1 / np.maximum(table["lambda"].to_numpy(), 1e-9)
        is_group = child >= n
        if not n or not len(parent):
            return cls()
        is_point = ~is_group
        groups = np.flatnonzero(is_group)
        parts: dict[int, list[int]] = {}
        for row in groups[np.argsort(-size[groups], kind="stable")].tolist():
            parts.setdefault(int(parent[row]), []).append(row)
        densest = np.full(int(max(parent.max(), child.max())) - n + 1, np.inf)
        np.minimum.at(densest, parent[is_point] - n, distance[is_point])

        order: dict[int, int] = {}  # in which the groups are come to, from the root down
        ends: dict[int, int] = {}
        spans = {n: (0, n, float(distance.max()))}
        stack = [(n, False)]
        while stack:
            node, done = stack.pop()
            if done:
                ends[node] = len(order)
                continue
            order[node] = len(order)
            stack.append((node, True))
            left = spans[node][0]
            for row in parts.get(node, ()):
                spans[int(child[row])] = (left, left + int(size[row]), float(distance[row]))
                left += int(size[row])
            stack += [(int(child[row]), False) for row in reversed(parts.get(node, ()))]

        turn = np.zeros(len(densest), np.int64)
        turn[np.array(list(order)) - n] = np.arange(len(order))
        points = child[is_point]
        turn_of = turn[parent[is_point] - n]
        by_turn = np.argsort(turn_of, kind="stable")
        places, turns = points[by_turn], turn_of[by_turn]
        starts = np.searchsorted(turns, np.arange(len(order) + 1))
        found = labels[places]
        changes = np.cumsum(np.concatenate([[0], found[1:] != found[:-1]]))
        blocks = []
        for node, number in order.items():
            first, last = int(starts[number]), int(starts[ends[node]])
            pure = last > first and changes[last - 1] == changes[first]
            left, right, far = spans[node]
            near = (
                float(distance[parts[node][0]])
                if node in parts
                else float(min(densest[node - n], far))
            )
            label = int(found[first]) if pure else MIXED
            blocks.append(Block(left, right, far, near, label, right - left, first, last))
        edges = np.array([(one.left, one.right, one.far, one.near) for one in blocks])
        return cls(tuple(blocks), edges, np.array([one.label for one in blocks]), places)
