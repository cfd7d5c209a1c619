from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from embedcurate_ui.items import Items
from embedcurate_ui.quality.model import Quality, read
from embedcurate_ui.quality.odd import OddModel, Outliers
from embedcurate_ui.quality.odd import read as read_odd
from embedcurate_ui.quality.wording import ISSUE_WORDS, meaning, title
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from embedcurate.collection.results import Results
from embedcurate.items import ISSUES
from tests.ui.models import Proper

IDS = [f"{number:032x}" for number in range(6)]
KINDS = ["image", "image", "image", "audio", "audio", "text"]


@pytest.fixture
def items() -> Items:
    return Items(pa.table({"id": IDS, "modality": KINDS, "path": [f"m/{id_}.x" for id_ in IDS]}))


@pytest.fixture
def quality(tmp_path: Path, items: Items) -> Quality:
    every = [name for names in ISSUES.values() for name in names]
    scores = {name: pa.nulls(5, pa.float32()) for name in every}
    scores["blurred"] = pa.array([0.2, 0.9, 0.5, None, None], pa.float32())
    told = {name: {"checked": 0, "count": 0, "poor": True, "histogram": [0]} for name in every}
    told["blurred"] = {"checked": 3, "count": 2, "poor": True, "histogram": [1, 2]}
    results = Results(tmp_path)
    results.save(
        "quality",
        {"items": pa.table({"id": [*IDS[:4], "f" * 32]}), "scores": pa.table(scores)},
        version="1",
        parameters={"thresholds": dict.fromkeys(every, 0.5)},
        summary={"checked": 5, "poor": 2, "unmeasured": 1, "issues": told},
        seconds=0.1,
    )
    found = read(results, items)
    assert found is not None
    return found


def test_only_issues_that_an_item_can_have_are_told(quality: Quality) -> None:
    (blurred,) = quality.issues
    assert (blurred.name, blurred.modality, blurred.checked, blurred.count) == (
        "blurred", "image", 3, 2,
    )  # fmt: skip
    assert quality.thresholds == {"blurred": 0.5}
    assert (quality.poor, quality.unmeasured) == (2, 1)


@pytest.mark.parametrize(
    ("threshold", "rows"), [(0.0, [1, 2, 0]), (0.5, [1, 2]), (0.51, [1]), (1.0, [])]
)
def test_an_item_has_an_issue_where_its_score_reaches_the_threshold(
    quality: Quality, threshold: float, rows: list[int]
) -> None:
    assert quality.rows_of("blurred", threshold).tolist() == rows
    assert quality.count("blurred", threshold) == len(rows)


def test_without_a_check_there_is_nothing(tmp_path: Path, items: Items) -> None:
    assert read(Results(tmp_path), items) is None
    assert read_odd(Results(tmp_path), items) is None


def test_every_issue_has_its_words(qtbot: QtBot) -> None:
    every = [name for names in ISSUES.values() for name in names]
    assert list(ISSUE_WORDS) == every
    assert len({title(name) for name in every}) == len(every)
    assert all(meaning(name).endswith(".") for name in every)


@pytest.fixture
def outliers(tmp_path: Path, items: Items) -> Outliers:
    results = Results(tmp_path / "odd")
    odd = {
        "id": [IDS[3], IDS[0], "f" * 32, IDS[1], IDS[5]],
        "modality": ["audio", "image", "image", "image", "text"],
        "score": pa.array([0.9, 0.6, 0.5, 0.5, 0.1], pa.float32()),
        "outlier": [True, True, False, False, False],
        "reason": ["its neighbours are far", "", "", "", ""],
    }
    labels = {
        "id": [IDS[1]],
        "modality": ["image"],
        "label": ["cat"],
        "expected": ["dog"],
        "share": pa.array([0.93], pa.float32()),
        "reason": ["labelled cat, but"],
    }
    results.save(
        "outliers",
        {"items": pa.table(odd), "labels": pa.table(labels)},
        version="1",
        parameters={},
        summary={"scored": 5, "outliers": 2, "labels": 1},
        seconds=0.1,
    )
    found = read_odd(results, items)
    assert found is not None
    return found


def test_the_threshold_lets_as_many_through_as_there_are_outliers(outliers: Outliers) -> None:
    assert outliers.threshold == pytest.approx(0.6)
    places = outliers.items.places(threshold=outliers.threshold)
    assert outliers.items.rows[places].tolist() == [3, 0]


def test_items_are_listed_by_score_and_those_that_have_gone_are_not(outliers: Outliers) -> None:
    assert outliers.items.rows[outliers.items.places()].tolist() == [3, 0, 1, 5]
    pictures = outliers.items.places(modality="image")
    assert outliers.items.rows[pictures].tolist() == [0, 1]
    (label,) = outliers.labels.listed(outliers.labels.places())
    assert (label.row, label.label, label.expected) == (1, "cat", "dog")
    assert label.score == pytest.approx(0.93)


@pytest.mark.parametrize("labels", [False, True])
def test_the_lists_are_ones_that_qt_understands(
    outliers: Outliers, items: Items, proper: Proper, labels: bool
) -> None:
    model = OddModel(labels=labels)
    proper(model)
    odd = outliers.labels if labels else outliers.items
    model.show(items, odd.listed(odd.places()))
    assert model.rowCount() == (1 if labels else 4)
    first = [model.data(model.index(0, column)) for column in range(model.columnCount())]
    expected = (
        [f"{IDS[1]}.x", "cat", "dog", "93%", "Labelled cat, but"]
        if labels
        else [f"{IDS[3]}.x", "0.90", "Its neighbours are far"]
    )
    assert first == expected
    assert model.data(model.index(0, 0), Qt.ItemDataRole.UserRole) == model.row(0)
    assert np.issubdtype(type(model.row(0)), np.integer)
    model.show(items, [])
    assert model.rowCount() == 0
