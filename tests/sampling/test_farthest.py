from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedcurate.errors import Cancelled
from embedcurate.sampling.farthest import coverage, farthest_points
from tests.benchmarks.synthetic import Clustered

ROWS = np.concatenate(list(Clustered(9000, 32, n_clusters=20).blocks()))  # more than a pool


def naive(rows: np.ndarray, size: int, chosen: list[int], allowed: np.ndarray) -> list[int]:
    """Compare all rows with each pick, summing in float64, as the textbook has it."""
    exact = rows.astype(np.float64)
    near = np.full(len(rows), -np.inf, np.float32)
    for row in chosen:
        near = np.maximum(near, (exact @ exact[row]).astype(np.float32))
    picked = []
    for _ in range(size):
        left = np.where(allowed & ~np.isin(np.arange(len(rows)), chosen + picked), near, np.inf)
        picked.append(int(np.argmin(left)))
        near = np.maximum(near, (exact @ exact[picked[-1]]).astype(np.float32))
    return picked


def test_picks_are_those_of_comparing_all_rows_after_each() -> None:
    picked = farthest_points(ROWS, 700)
    rows = picked.rows.tolist()
    assert rows == [rows[0], *naive(ROWS, 699, rows[:1], np.ones(len(ROWS), np.bool_))]
    assert picked.distances[0] == np.inf
    assert (np.diff(picked.distances[1:]) <= 2e-6).all()


def test_rows_that_are_equally_far_are_picked_in_ascending_order() -> None:
    rows = np.repeat(np.eye(6, dtype=np.float32), 1000, axis=0)
    picked = farthest_points(rows, 9, start=np.array([2500]))
    assert picked.rows.tolist() == [0, 1000, 3000, 4000, 5000, 1, 2, 3, 4]
    assert picked.distances.tolist() == [1, 1, 1, 1, 1, 0, 0, 0, 0]
    assert picked.radius == 0


@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 60), size=st.integers(0, 70), d=st.integers(2, 8), seed=st.integers(0, 9))
def test_start_and_allowed_rows_are_heeded(n: int, size: int, d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((n, d)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    start, allowed = rng.permutation(n)[:2], rng.random(n) < 0.7
    picked = farthest_points(rows, size, start=start, allowed=allowed)
    free = allowed.copy()
    free[start] = False
    assert len(picked.rows) == min(size, free.sum())
    assert free[picked.rows].all()
    assert picked.rows.tolist() == naive(rows, len(picked.rows), start.tolist(), allowed)
    chosen = np.concatenate([start, picked.rows])
    np.testing.assert_allclose(picked.nearest, coverage(rows, chosen), rtol=0, atol=3e-6)


def test_the_radius_is_the_distance_of_the_row_that_is_covered_worst() -> None:
    picked = farthest_points(ROWS, 40)
    products = ROWS.astype(np.float64) @ ROWS[picked.rows].astype(np.float64).T
    np.testing.assert_allclose(picked.nearest, 1 - products.max(axis=1), rtol=0, atol=3e-6)
    assert picked.radius == picked.nearest.max()
    assert (picked.nearest[picked.rows] == 0).all()


def test_the_radius_is_at_most_twice_the_smallest_possible() -> None:
    rows = np.repeat(np.eye(4, dtype=np.float32), 5, axis=0)
    rng = np.random.default_rng(0)
    rows += rng.standard_normal(rows.shape).astype(np.float32) * 0.05
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    best = min(
        coverage(rows, np.array(four)).max()
        for four in np.stack(np.meshgrid(*np.arange(20).reshape(4, 5)), -1).reshape(-1, 4)
    )
    euclidean = (2 * farthest_points(rows, 4).radius) ** 0.5
    assert euclidean <= 2 * (2 * best) ** 0.5


def test_picking_stops_before_a_row_that_is_too_near() -> None:
    picked = farthest_points(ROWS, 9000, min_distance=0.5)
    assert 10 < len(picked.rows) < 9000
    assert picked.distances.min() >= 0.5
    assert picked.radius < 0.5


def test_copies_of_chosen_rows_come_last_and_never_with_a_least_distance() -> None:
    rows = np.concatenate([ROWS[:50], ROWS[:50]])
    picked = farthest_points(rows, 100)
    assert sorted(picked.rows[:50] % 50) == list(range(50))
    assert sorted(picked.rows.tolist()) == list(range(100))
    assert (picked.distances[50:] == 0).all()
    assert len(farthest_points(rows, 100, min_distance=1e-3).rows) == 50


@pytest.mark.parametrize("n", [0, 1])
def test_of_no_rows_none_are_picked_and_of_one_that_one(n: int) -> None:
    picked = farthest_points(ROWS[:n], 3)
    assert picked.rows.tolist() == [0] * n
    assert picked.radius == 0


def test_without_anything_chosen_nothing_is_near() -> None:
    assert farthest_points(ROWS[:5], 0).radius == np.inf
    assert (coverage(ROWS[:5], np.zeros(0, np.int64)) == np.inf).all()


def test_vectors_mapped_from_a_file_give_the_same_picks(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", ROWS)
    mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
    one, other = farthest_points(ROWS, 50), farthest_points(mapped, 50)
    assert one.rows.tolist() == other.rows.tolist()


def test_picking_can_be_stopped() -> None:
    def stop(done: int, total: int | None, doing: str) -> None:
        if done == 10:
            raise Cancelled

    with pytest.raises(Cancelled):
        farthest_points(ROWS, 50, progress=stop)
