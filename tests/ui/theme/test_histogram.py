"""The histogram's threshold obeys mouse and keys, in the numbers' own unit."""

import numpy as np
import pytest
from embedcurate_ui.theme import Histogram
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


@pytest.fixture
def histogram(qtbot: QtBot) -> Histogram:
    made = Histogram("Similarity")
    qtbot.addWidget(made)
    made.resize(212, 100)
    made.set_counts(np.linspace(0, 10, 11), np.arange(10))
    made.show()
    return made


def heard(histogram: Histogram) -> tuple[list[float], list[float]]:
    moved: list[float] = []
    settled: list[float] = []
    histogram.moved.connect(moved.append)
    histogram.settled.connect(settled.append)
    return moved, settled


def test_the_threshold_follows_the_mouse_and_settles_when_it_is_let_go(
    histogram: Histogram, qtbot: QtBot
) -> None:
    histogram.set_threshold(2.0)
    moved, settled = heard(histogram)
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(histogram, left, pos=QPoint(106, 50))
    assert histogram.threshold == pytest.approx(5)
    qtbot.mouseMove(histogram, QPoint(156, 50))
    assert settled == []
    qtbot.mouseRelease(histogram, left, pos=QPoint(156, 50))
    assert moved == pytest.approx([5, 7.5])
    assert settled == pytest.approx([7.5])
    qtbot.mousePress(histogram, left, pos=QPoint(500, 50))
    assert histogram.threshold == 10


def test_keys_move_the_threshold_and_each_move_settles(histogram: Histogram, qtbot: QtBot) -> None:
    histogram.set_threshold(5.0)
    moved, settled = heard(histogram)
    keys = (Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)
    for key in keys:
        qtbot.keyClick(histogram, key)
    assert moved == settled == pytest.approx([5.05, 4.05, 0, 10])


def test_a_number_that_is_set_is_kept_as_it_is_and_tells_nothing(histogram: Histogram) -> None:
    moved, settled = heard(histogram)
    histogram.set_threshold(3.14159)
    assert histogram.threshold == 3.14159
    assert moved == settled == []


def test_bins_of_unequal_width_make_an_axis_that_grows(histogram: Histogram, qtbot: QtBot) -> None:
    histogram.set_counts([1, 10, 100, 1000], [1, 2, 3])
    histogram.set_threshold(10.0)
    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(6 + round(200 * 2 / 3), 50))
    assert histogram.threshold == pytest.approx(100, rel=0.05)


def test_without_a_threshold_it_takes_neither_focus_nor_mouse(
    histogram: Histogram, qtbot: QtBot
) -> None:
    moved, settled = heard(histogram)
    qtbot.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=QPoint(106, 50))
    assert histogram.threshold is None
    assert histogram.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert moved == settled == []


def test_a_screen_reader_finds_a_slider_with_a_name_and_what_it_says(histogram: Histogram) -> None:
    histogram.set_threshold(2.5)
    found = QAccessible.queryAccessibleInterface(histogram)
    assert found.role() is QAccessible.Role.Slider
    assert found.text(QAccessible.Text.Name) == "Similarity"
    assert found.text(QAccessible.Text.Description) == "2.50"


def test_values_that_are_not_finite_are_left_out(histogram: Histogram) -> None:
    histogram.set_values([0.0, 1.0, np.nan, np.inf, 1.0], bins=2)
    assert histogram.counts.tolist() == [1, 2]
    histogram.set_values([], bins=4)
    assert histogram.counts.sum() == 0
    assert not histogram.grab().isNull()


def test_edges_and_counts_have_to_fit(histogram: Histogram) -> None:
    with pytest.raises(ValueError, match="one more edge"):
        histogram.set_counts([0, 1], [1, 2])
