"""A range of numbers is chosen by mouse and by keys, and told when it is chosen."""

import pytest
from embedcurate_ui.theme import RangeHistogram
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def histogram(qtbot: QtBot) -> RangeHistogram:
    made = RangeHistogram("Width", text_of="{:.0f} px".format)
    qtbot.addWidget(made)
    made.resize(212, 90)
    made.set_counts(range(0, 110, 10), [1] * 10)
    made.show()
    return made


def drag(qtbot: QtBot, histogram: RangeHistogram, start: int, end: int) -> None:
    """Drag from one number of the axis to another: two pixels are one of it."""
    first, last = QPoint(6 + 2 * start, 50), QPoint(6 + 2 * end, 50)
    qtbot.mousePress(histogram, LEFT, pos=first)
    qtbot.mouseMove(histogram, last)
    qtbot.mouseRelease(histogram, LEFT, pos=last)


def test_a_range_is_dragged_its_bounds_are_moved_and_a_double_click_chooses_all(
    histogram: RangeHistogram, qtbot: QtBot
) -> None:
    said: list[tuple[float | None, float | None]] = []
    histogram.changed.connect(lambda low, high: said.append((low, high)))
    drag(qtbot, histogram, 60, 20)
    drag(qtbot, histogram, 60, 80)
    drag(qtbot, histogram, 20, -30)
    qtbot.mouseDClick(histogram, LEFT, pos=QPoint(100, 50))
    assert [tuple(one if one is None else round(one) for one in both) for both in said] == [
        (20, 60), (20, 80), (None, 80), (None, None),
    ]  # fmt: skip
    assert histogram.range == (None, None)


def test_a_click_alone_chooses_nothing(histogram: RangeHistogram, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(histogram.changed):
        qtbot.mouseClick(histogram, LEFT, pos=QPoint(100, 50))
        histogram.set_range(10, 20)
    assert histogram.range == (10, 20)


def test_keys_move_both_bounds_and_never_past_each_other(
    histogram: RangeHistogram, qtbot: QtBot
) -> None:
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    assert histogram.range == (pytest.approx(1), None)
    qtbot.keyClick(histogram, Qt.Key.Key_Left, SHIFT | CONTROL)
    assert histogram.range == (pytest.approx(1), pytest.approx(90))
    for _ in range(12):
        qtbot.keyClick(histogram, Qt.Key.Key_Right, CONTROL)
    assert histogram.range == (pytest.approx(90), pytest.approx(90))
    assert histogram.accessibleDescription() == "from 90 px to 90 px"
    qtbot.keyClick(histogram, Qt.Key.Key_Delete)
    assert histogram.range == (None, None)
    assert histogram.accessibleDescription() == "all"
