import numpy as np
import pytest

from embedcurate.neighbours.reduced import margin, reduced
from tests.neighbours.near_material import clustered, cosines


@pytest.mark.parametrize("width", [2, 16, 64])
def test_products_of_reduced_rows_bound_those_of_the_rows(width: int) -> None:
    rows = clustered(800, 64)
    rows[1] = 0
    rows[3] = -rows[2]
    short = reduced(rows, np.arange(800, dtype=np.int32), width, random_state=0)
    assert short.shape == (800, width)
    slack = short.astype(np.float64) @ short.T.astype(np.float64) - cosines(rows)
    assert slack.min() >= -margin(64)
    assert np.diagonal(slack)[[0, 2, 4]] == pytest.approx(0, abs=1e-5)


def test_more_directions_bound_tighter() -> None:
    rows = clustered(800, 64)
    some = np.arange(100, 700, dtype=np.int32)
    slack = [
        float((short @ short.T).mean())
        for short in (reduced(rows, some, width, random_state=0) for width in (4, 16, 64))
    ]
    assert slack[0] > slack[1] > slack[2]
    assert slack[2] == pytest.approx(cosines(rows[some]).mean(), abs=0.01)
