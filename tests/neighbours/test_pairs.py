from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedcurate.errors import Cancelled
from embedcurate.neighbours import Pairs, all_pairs
from tests.neighbours.near_material import clustered, cosines

ROWS = clustered(5000, 260)  # enough rows and directions for products of reduced vectors
NEAR = cosines(ROWS)


def as_set(pairs: Pairs) -> set[tuple[int, int]]:
    found = list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))
    assert found == sorted(set(found))
    return set(found)


def brute(rows: np.ndarray, threshold: float) -> set[tuple[int, int]]:
    near = NEAR if rows is ROWS else cosines(rows)
    left, right = np.nonzero(np.triu(near >= threshold, 1))
    return set(zip(left.tolist(), right.tolist(), strict=True))


@pytest.mark.parametrize("threshold", [0.8, 0.97, 0.999])
def test_pairs_are_those_of_comparing_all_rows(threshold: float) -> None:
    found = all_pairs(ROWS, threshold)
    assert found.exact
    assert found.recall == 1
    assert found.lowest == threshold
    assert as_set(found) == brute(ROWS, threshold)
    np.testing.assert_allclose(found.cosines, NEAR[found.left, found.right], rtol=0, atol=1e-7)


def test_there_are_copies_to_be_found() -> None:
    assert len(brute(ROWS, 0.97)) >= 400


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(0, 40),
    d=st.integers(1, 9),
    threshold=st.floats(-0.5, 1),
    random_state=st.integers(0, 5),
)
def test_few_rows_of_few_numbers_are_compared_as_well(
    n: int, d: int, threshold: float, random_state: int
) -> None:
    rows = np.random.default_rng(random_state).standard_normal((n, d)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    if d == 1:
        rows = rows[:2]  # there are but two unit rows of one number, and equal ones are stars
    wanted = brute(rows, threshold + 1e-9), brute(rows, threshold - 1e-9)
    assert wanted[0] <= as_set(all_pairs(rows, threshold)) <= wanted[1]


def test_a_crowd_just_below_the_threshold_is_compared_by_whole_vectors() -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((5000, 260)).astype(np.float32) + 2  # cosines of 0.8, all of them
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    threshold = float(np.quantile(cosines(rows[:500])[np.triu_indices(500, 1)], 0.999))
    assert as_set(all_pairs(rows, threshold)) == brute(rows, threshold)


def test_equal_rows_make_a_star_around_the_first_of_them() -> None:
    rows = clustered(300, 32)
    rows[[5, 70, 71, 200]] = rows[5]
    rows[250] = rows[5] + np.float32(0.0003)
    rows[250] /= np.linalg.norm(rows[250])
    found = as_set(all_pairs(rows, 0.99999))
    assert {pair for pair in found if set(pair) & {5, 70, 71, 200, 250}} == {
        (5, 70),
        (5, 71),
        (5, 200),
        (5, 250),
    }


def test_a_collection_of_one_picture_makes_as_many_pairs_as_it_has_copies() -> None:
    rows = np.tile(np.eye(1, 16, dtype=np.float32), (20_000, 1))
    found = all_pairs(rows, 1.0)
    assert found.left.tolist() == [0] * 19_999
    assert found.right.tolist() == list(range(1, 20_000))
    assert set(found.cosines.tolist()) == {1.0}


def test_rows_of_zeros_are_near_nothing() -> None:
    rows = np.zeros((4, 8), np.float32)
    rows[3, 0] = 1
    assert len(all_pairs(rows, 0.5)) == 0


@pytest.mark.parametrize("exact", [True, False])
def test_of_too_many_pairs_those_with_the_highest_cosines_are_kept(exact: bool) -> None:
    whole = all_pairs(ROWS, 0.8, exact=exact)
    few = all_pairs(ROWS, 0.8, exact=exact, max_pairs=100)
    assert len(whole) > 400
    assert len(few) == 100
    best = np.argsort(-whole.cosines, kind="stable")[:100]
    assert sorted(few.cosines.tolist()) == sorted(whole.cosines[best].tolist())
    assert np.float32(few.lowest) == few.cosines.min()
    assert as_set(few) <= as_set(whole)


def test_lists_find_nearly_all_pairs_and_say_how_many() -> None:
    wanted = brute(ROWS, 0.97)
    found = all_pairs(ROWS, 0.97, exact=False)
    assert not found.exact
    assert as_set(found) <= wanted
    share = len(found) / len(wanted)
    assert share >= 0.98
    assert found.checked > 50
    assert found.recall == pytest.approx(share, abs=0.03)


def test_vectors_mapped_from_a_file_give_the_same_pairs(tmp_path: Path) -> None:
    np.save(tmp_path / "rows.npy", ROWS)
    mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
    assert as_set(all_pairs(mapped, 0.97)) == as_set(all_pairs(ROWS, 0.97))


def test_a_run_can_be_repeated_and_stopped() -> None:
    one, other = (all_pairs(ROWS, 0.95, exact=False) for _ in range(2))
    assert one.recall == other.recall
    np.testing.assert_array_equal(one.left, other.left)
    np.testing.assert_array_equal(one.cosines, other.cosines)

    def stop(done: int, total: int | None, doing: str) -> None:
        if doing == "comparing":
            raise Cancelled

    with pytest.raises(Cancelled):
        all_pairs(ROWS, 0.95, progress=stop)
