import numpy as np
import pyarrow as pa
from embedcurate_ui.clusters.tree import MIXED, Tree

from tests.ui.clusters.material import LABELS, tree


def labels(*of: int) -> np.ndarray:
    return np.array(of, np.int32)


def test_a_block_is_as_wide_as_it_has_items_and_ends_where_it_parts() -> None:
    found = Tree.of(tree(), labels(*LABELS))
    root, first, second = found.blocks
    assert (root.left, root.right, root.far, root.near) == (0, 10, 1.0, 0.5)
    assert (first.left, first.right, first.far, first.near) == (0, 5, 0.5, 0.125)
    assert (second.left, second.right, second.far, second.near) == (5, 8, 0.5, 0.2)
    assert found.width == 10
    assert found.far == 1.0


def test_a_block_has_the_items_below_it_and_their_label_if_it_is_one() -> None:
    found = Tree.of(tree(), labels(*LABELS))
    root, first, second = found.blocks
    assert found.places(root).tolist() == list(range(10))
    assert found.places(first).tolist() == [0, 1, 2, 3, 9]
    assert found.places(second).tolist() == [4, 5, 6]
    assert [block.label for block in found.blocks] == [MIXED, MIXED, 1]
    whole = Tree.of(tree(), labels(*[0] * 4, *[1] * 3, -1, -1, 0))
    assert [block.label for block in whole.blocks] == [MIXED, 0, 1]


def test_the_innermost_block_is_at_a_place() -> None:
    found = Tree.of(tree(), labels(*LABELS))
    root, first, second = found.blocks
    assert found.at(9.5, 0.9) is root
    assert found.at(2, 0.3) is first
    assert found.at(7.9, 0.3) is second
    assert found.at(7.9, 0.1) is None
    assert found.at(9.5, 0.3) is None


def test_without_clusters_there_is_the_root_alone() -> None:
    points = {"parent": [3, 3, 3], "child": [0, 1, 2], "lambda": [1.0, 1.0, 2.0], "size": [1] * 3}
    found = Tree.of(pa.table(points), labels(-1, -1, -1))
    assert [(block.size, block.label, block.near) for block in found.blocks] == [(3, -1, 0.5)]
    nothing = pa.table({name: pa.array([], pa.int64()) for name in points})
    assert Tree.of(nothing, labels()).blocks == ()
