"""Values and folders as models for Qt's views."""

import pytest
from embedcurate_ui.facets.model import Stance
from embedcurate_ui.facets.values import COUNT, SHARE, STANCE, VALUE, Node, Values, folder_tree
from PySide6.QtCore import QModelIndex
from pytestqt.qtbot import QtBot

from tests.ui.models import Proper

pytestmark = pytest.mark.gui


def told(nodes: list[Node]) -> list[object]:
    return [
        (node.name, node.count, *([told(node.children)] if node.children else [])) for node in nodes
    ]


def test_folders_are_a_tree_below_what_they_have_in_common() -> None:
    counted = [("/home/me/m/birds", 2), ("/home/me/m/cars/old", 3), ("/home/me/m/cars/new", 1)]
    tree = folder_tree(counted, "/")
    assert told(tree) == [("m", 6, [("birds", 2), ("cars", 4, [("old", 3), ("new", 1)])])]
    assert [node.value for node in tree[0].children] == ["/home/me/m/birds", "/home/me/m/cars"]


def test_a_folder_with_one_folder_only_is_joined_with_it() -> None:
    tree = folder_tree([("/m/a/b/c", 2), ("/m/x", 1)], "/")
    assert told(tree) == [("m", 3, [("a/b/c", 2), ("x", 1)])]
    assert tree[0].children[0].value == "/m/a/b/c"


@pytest.mark.parametrize(
    ("folders", "separator", "names"),
    [
        (["/"], "/", ["/"]),
        (["/tmp/a", "/work/b"], "/", ["tmp/a", "work/b"]),
        (["C:\\m", "D:\\n"], "\\", ["C:\\m", "D:\\n"]),
        ([], "/", []),
    ],
)
def test_roots_and_drives_stand_at_the_top(
    folders: list[str], separator: str, names: list[str]
) -> None:
    assert [node.name for node in folder_tree([(f, 1) for f in folders], separator)] == names


def test_values_are_a_proper_model_through_all_changes(qtbot: QtBot, proper: Proper) -> None:
    model = Values()
    proper(model)
    model.show(folder_tree([("/m/a", 2), ("/m/b/c", 4)], "/"), {})
    index = model.find("/m/b/c")
    assert index.isValid()
    assert index.parent().data(VALUE) == "/m"
    assert index.data(SHARE) == pytest.approx(4 / 6)
    with qtbot.assertNotEmitted(model.modelReset):
        model.show(folder_tree([("/m/a", 1), ("/m/b/c", 9)], "/"), {"/m/a": Stance.OUT})
    assert model.find("/m/b/c").data(COUNT) == 9
    assert model.find("/m/a").data(STANCE) is Stance.OUT
    with qtbot.waitSignal(model.modelReset):
        model.show([Node("image", "Pictures", 0)], {"image": Stance.IN})
    assert model.rowCount() == 1
    assert model.index(0, 0, QModelIndex()).data(SHARE) == 0
    model.show([], {})
    assert model.rowCount() == 0
