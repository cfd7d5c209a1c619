import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.sampling.shares import level_fill, proportional, shared_out

counts = st.lists(st.integers(0, 30), min_size=1, max_size=8)


def test_largest_remainders_of_a_known_case():
    assert proportional(10, [47, 16, 15, 12, 6, 4]).tolist() == [5, 2, 1, 1, 1, 0]
    assert shared_out(7, {"a": 1.0, "b": 1.0}) == {"a": 4, "b": 3}


@given(st.integers(0, 1000), st.lists(st.floats(0.01, 100), min_size=1, max_size=10))
def test_shares_add_up_and_are_within_one_of_exact(size, weights):
    shares = proportional(size, weights)
    assert shares.sum() == size
    assert (np.abs(shares - size * np.array(weights) / sum(weights)) < 1 + 1e-6).all()


@given(counts, st.integers(0, 100))
def test_in_proportion_to_what_is_there_nobody_gives_more_than_it_has(available, size):
    shares = proportional(min(size, sum(available)), available)
    assert (shares <= available).all()


def test_nothing_is_shared_among_nobody():
    assert proportional(5, [0, 0]).tolist() == [0, 0]
    assert shared_out(5, {}) == {}


def test_a_class_that_runs_dry_leaves_its_part_to_the_others():
    assert level_fill(30, [0, 0, 0], [100, 100, 4]).tolist() == [13, 13, 4]


def test_what_is_present_counts_and_quotas_come_first():
    assert level_fill(10, [6, 0], [50, 50]).tolist() == [2, 8]
    assert level_fill(10, [0, 0, 0], [50, 50, 50], [None, 7, None]).tolist() == [2, 7, 1]
    assert level_fill(10, [0, 0], [50, 3], [None, 7]).tolist() == [7, 3]
    assert level_fill(3, [0, 0, 0], [50, 50, 50], [8, 4, None]).tolist() == [2, 1, 0]


@given(st.data(), counts, st.integers(0, 120))
def test_poured_out_one_by_one_to_whoever_has_least(data, available, size):
    present = data.draw(
        st.lists(st.integers(0, 20), min_size=len(available), max_size=len(available))
    )
    expected = np.zeros(len(available), int)
    for _ in range(size):
        able = [g for g in range(len(available)) if expected[g] < available[g]]
        if able:
            expected[min(able, key=lambda g: (present[g] + expected[g], g))] += 1
    assert level_fill(size, present, available).tolist() == expected.tolist()
