from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.clusters.icicle import Icicle
from embedcurate_ui.clusters.model import ClustersModel, Found, read
from embedcurate_ui.clusters.tree import MIXED, Block, Tree
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.ui.clusters.material import items, save_clusters

pytestmark = pytest.mark.gui


@pytest.fixture
def found(tmp_path: Path) -> Found:
    read_now = read(save_clusters(tmp_path), items())
    assert read_now is not None
    return read_now


@pytest.fixture
def icicle(found: Found, qtbot: QtBot) -> Icicle:
    model = ClustersModel()
    model.show(found.groups)
    made = Icicle(model)
    qtbot.addWidget(made)
    made.resize(600, 240)
    made.show_found(found)
    made.show()
    return made


def test_a_click_picks_the_block_that_is_drawn_there(
    icicle: Icicle, found: Found, qtbot: QtBot
) -> None:
    picked: list[Block] = []
    icicle.picked.connect(picked.append)
    for block in found.tree.blocks:
        spot = icicle.rect_of(block).center().toPoint()
        qtbot.mouseClick(icicle, Qt.MouseButton.LeftButton, pos=spot)
    assert picked == list(found.tree.blocks)
    assert icicle.block_at(2, 2) is None


def test_arrow_keys_walk_along_the_tree(icicle: Icicle, found: Found, qtbot: QtBot) -> None:
    root, first, second = found.tree.blocks
    key = Qt.Key
    walk = [key.Key_Down, key.Key_Down, key.Key_Right, key.Key_Right, key.Key_Left, key.Key_Up]
    seen = []
    for step in walk:
        qtbot.keyClick(icicle, step)
        seen.append(icicle.current)
    assert seen == [root, first, second, second, first, root]
    assert "10 items" in icicle.accessibleDescription()


def test_only_ctrl_enter_opens_a_block(icicle: Icicle, found: Found, qtbot: QtBot) -> None:
    opened: list[Block] = []
    icicle.opened.connect(opened.append)
    qtbot.keyClick(icicle, Qt.Key.Key_Return)
    assert opened == []
    qtbot.keyClick(icicle, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert opened == [found.tree.blocks[0]]


def test_a_block_says_which_cluster_it_is(icicle: Icicle, found: Found) -> None:
    root, _, second = found.tree.blocks
    assert icicle.words(second) == "dogs\n3 items, together below a distance of 0.50"
    assert icicle.words(root).startswith("Several clusters\n10 items")


def test_without_clusters_nothing_is_drawn_and_nothing_breaks(icicle: Icicle, qtbot: QtBot) -> None:
    icicle.show_found(None)
    icicle.grab()
    qtbot.keyClick(icicle, Qt.Key.Key_Down)
    qtbot.mouseClick(icicle, Qt.MouseButton.LeftButton, pos=icicle.rect().center())
    assert icicle.current is None


def test_levels_closer_than_a_pixel_are_drawn_as_one(
    icicle: Icicle, found: Found, qtbot: QtBot
) -> None:
    levels = 5000
    near = 1 - np.arange(1, levels + 1) / levels
    blocks = tuple(
        Block(0, 10_000 - at, near[at] + 1 / levels, near[at], MIXED, 10_000 - at, 0, 1)
        for at in range(levels)
    )
    edges = np.array([(one.left, one.right, one.far, one.near) for one in blocks])
    tree = Tree(blocks, edges, np.full(levels, MIXED))
    icicle.show_found(replace(found, tree=tree))
    drawn = [at for at, _ in icicle._seen()]
    assert drawn[0] == 0
    assert 200 <= len(drawn) <= icicle.height()
    whole = icicle.grab().toImage()
    row = blocks[levels // 2]
    spot = icicle.rect_of(row).center().toPoint()
    assert whole.pixelColor(spot) != whole.pixelColor(icicle.width() - 2, icicle.height() - 2)
