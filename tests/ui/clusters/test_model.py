from pathlib import Path

import numpy as np
import pytest
from embedcurate_ui.clusters.model import NOISE, ClustersModel, Found, read
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from embedcurate.collection.results import Results
from tests.ui.clusters.material import IDS, items, save_clusters
from tests.ui.models import Proper


@pytest.fixture
def found(tmp_path: Path) -> Found:
    read_now = read(save_clusters(tmp_path), items())
    assert read_now is not None
    return read_now


def test_the_noise_comes_last_with_its_oddest_items(found: Found) -> None:
    assert [(group.label, group.name, group.size) for group in found.groups] == [
        (0, "cats", 4), (1, "dogs", 3), (NOISE, "", 3),
    ]  # fmt: skip
    assert found.groups[0].exemplars == (2, 3)
    assert found.groups[2].exemplars == (8, 9, 7)
    assert found.noise == 3
    assert found.newcomers == 2
    assert len(found.clusters) == 2


def test_rows_are_those_of_the_items_that_are_there_still(tmp_path: Path) -> None:
    less = read(save_clusters(tmp_path), items(IDS[3:]))
    assert less is not None
    assert less.rows_of(0).tolist() == [0]
    assert less.rows_of(0, 1).tolist() == [0, 1, 2, 3]
    assert less.rows_in(less.tree.blocks[1]).tolist() == [0, 6]
    assert less.groups[0].exemplars == (0,)


def test_without_a_run_there_is_nothing(tmp_path: Path) -> None:
    assert read(Results(tmp_path), items()) is None


def test_the_list_is_one_that_qt_understands(found: Found, proper: Proper) -> None:
    model = ClustersModel()
    proper(model)
    model.show(found.groups)
    assert model.rowCount() == 3
    assert model.data(model.index(2)) == "In no cluster"
    assert model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole) == (
        "cats, 4 items · spread 0.25"
    )
    model.show(())
    assert model.rowCount() == 0
    model.show(found.groups[::-1])
    assert model.rowCount() == 3


def test_a_new_name_is_told_and_noise_has_none(found: Found, qtbot: QtBot) -> None:
    model = ClustersModel()
    model.show(found.groups)
    told: list[tuple[int, str]] = []
    model.renamed.connect(lambda label, name: told.append((label, name)))
    assert model.setData(model.index(1), "  good \n dogs ")
    assert not model.setData(model.index(0), "cats")
    assert not model.setData(model.index(0), " ")
    assert not model.setData(model.index(2), "rest")
    assert told == [(1, "good dogs")]
    editable = [
        bool(model.flags(model.index(place)) & Qt.ItemFlag.ItemIsEditable) for place in range(3)
    ]
    assert editable == [True, True, False]


def test_labels_are_found_by_their_place(found: Found, qtbot: QtBot) -> None:
    model = ClustersModel()
    model.show(found.groups)
    assert [model.place_of(label) for label in (0, 1, NOISE, 7)] == [0, 1, 2, -1]
    assert np.array_equal(found.rows_of(NOISE), [7, 8, 9])
