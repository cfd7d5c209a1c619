import numpy as np
import pytest

from embedcurate.errors import Cancelled
from embedcurate.neighbours import nearest_neighbours
from tests.neighbours.near_material import clustered, cosines

ROWS = clustered(2000, 64)


def brute(rows: np.ndarray, k: int) -> np.ndarray:
    near = cosines(rows)
    np.fill_diagonal(near, -np.inf)
    return np.argsort(-near, axis=1, kind="stable")[:, :k]


def test_neighbours_are_those_of_comparing_all_rows() -> None:
    graph = nearest_neighbours(ROWS, 10)
    assert graph.recall == 1
    np.testing.assert_array_equal(graph.indices, brute(ROWS, 10))
    wanted = np.take_along_axis(cosines(ROWS), graph.indices, axis=1)
    np.testing.assert_allclose(graph.cosines, wanted, rtol=0, atol=1e-6)


def test_equally_near_rows_come_in_ascending_order_and_no_row_is_its_own_neighbour() -> None:
    rows = np.tile(np.eye(2, 8, dtype=np.float32), (4, 1))
    graph = nearest_neighbours(rows, 3)
    assert graph.indices.tolist() == [
        [2, 4, 6],
        [3, 5, 7],
        [0, 4, 6],
        [1, 5, 7],
        [0, 2, 6],
        [1, 3, 7],
        [0, 2, 4],
        [1, 3, 5],
    ]
    assert (graph.cosines == 1).all()
    assert (graph.distances == 0).all()


@pytest.mark.parametrize("n", [0, 1, 3])
def test_where_there_are_too_few_rows_the_rest_is_empty(n: int) -> None:
    graph = nearest_neighbours(ROWS[:n], 5)
    assert graph.indices.shape == graph.cosines.shape == (n, 5)
    assert ((graph.indices >= 0).sum(axis=1) == n - 1).all()
    assert (graph.cosines[graph.indices < 0] == -1).all()
    near = nearest_neighbours(ROWS[:n], 5, exact=False)
    np.testing.assert_array_equal(near.indices, graph.indices)


def test_exploring_finds_nearly_all_neighbours_and_says_how_many() -> None:
    graph = nearest_neighbours(ROWS, 10, exact=False)
    true = nearest_neighbours(ROWS, 10)
    share = (graph.cosines >= true.cosines[:, -1:]).mean()
    assert share >= 0.95
    assert graph.recall == pytest.approx(share, abs=0.02)
    assert (graph.indices != np.arange(len(ROWS))[:, None]).all()
    assert all(len(set(row)) == 10 for row in graph.indices.tolist())
    assert (np.diff(graph.cosines, axis=1) <= 0).all()


def test_exploring_can_be_repeated_and_stopped() -> None:
    one, other = (nearest_neighbours(ROWS, 10, exact=False) for _ in range(2))
    np.testing.assert_array_equal(one.indices, other.indices)
    assert one.recall == other.recall

    def stop(done: int, total: int | None, doing: str) -> None:
        if doing == "improving neighbours":
            raise Cancelled

    with pytest.raises(Cancelled):
        nearest_neighbours(ROWS, 10, exact=False, progress=stop)


def test_a_graph_of_copies_is_whole() -> None:
    rows = np.tile(clustered(10, 16), (200, 1))
    graph = nearest_neighbours(rows, 5, exact=False)
    assert (graph.cosines > 0.9999).all()
