"""What gestures select, over rows in any order."""

import numpy as np
from embedcurate_ui.grid.choosing import Choosing, joined
from hypothesis import given
from hypothesis import strategies as st

ROWS = np.array([40, 7, 12, 3, 99, 5])


def test_a_click_selects_one_and_ctrl_adds_and_takes_away() -> None:
    choosing = Choosing()
    chosen = choosing.one(ROWS, 1)
    assert chosen.tolist() == [7]
    chosen = choosing.toggled(ROWS, chosen, 3)
    assert chosen.tolist() == [3, 7]
    assert choosing.toggled(ROWS, chosen, 1).tolist() == [3]


def test_shift_selects_what_lies_between_in_the_order_shown() -> None:
    choosing = Choosing()
    chosen = choosing.one(ROWS, 3)
    assert choosing.extended(ROWS, chosen, 1, adding=False).tolist() == [3, 7, 12]
    assert choosing.extended(ROWS, chosen, 5, adding=False).tolist() == [3, 5, 99]
    assert choosing.extended(ROWS, np.array([40]), 4, adding=True).tolist() == [3, 40, 99]


def test_shift_without_a_click_before_selects_one() -> None:
    assert Choosing().extended(ROWS, np.empty(0, np.int64), 2, adding=False).tolist() == [12]
    assert Choosing(anchor=77).extended(ROWS, ROWS[:0], 2, adding=False).tolist() == [12]


def test_rows_are_joined_without_doubles_in_order() -> None:
    none = np.empty(0, np.int64)
    assert joined(none).tolist() == joined().tolist() == []
    assert joined(np.array([9, 2]), none, np.array([2, 4])).tolist() == [2, 4, 9]
    assert joined(np.array([3])).dtype == np.int64


@given(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
def test_a_rectangle_is_a_union_or_a_replacement(before: set[int], touched: set[int]) -> None:
    selection = np.sort(ROWS[np.array(sorted(before), np.int64)])
    positions = np.array(sorted(touched), np.int64)
    alone = Choosing().banded(ROWS, selection, positions, adding=False)
    both = Choosing().banded(ROWS, selection, positions, adding=True)
    assert alone.tolist() == sorted(ROWS[positions].tolist())
    assert both.tolist() == sorted(ROWS[row] for row in before | touched)
