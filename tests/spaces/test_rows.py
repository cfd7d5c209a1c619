import numpy as np
import pytest

from embedcurate.spaces.rows import unit_rows


def test_rows_get_length_one_and_keep_their_direction():
    rows = unit_rows(np.array([[3, 4], [0, -2e-30], [1e30, 0]], np.float32))
    assert rows.dtype == np.float32
    assert rows == pytest.approx(np.array([[0.6, 0.8], [0, -1], [1, 0]]))


def test_a_row_of_zeros_gets_equal_components():
    assert unit_rows(np.zeros((2, 4))) == pytest.approx(np.full((2, 4), 0.5))
    assert unit_rows(np.zeros((0, 4))).shape == (0, 4)
