import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.errors import ExportError
from embedcurate.export.splits import assign, joined

SHARES = {"train": 0.8, "val": 0.1, "test": 0.1}


def keys_of(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**64, n, np.uint64)


def test_items_that_share_any_label_are_joined() -> None:
    groups = joined(6, np.array([0, 0, 1, 1, -1, -1]), np.array([-1, 5, 5, -1, -1, -1]))
    assert [len(set(groups[some])) for some in ([0, 1, 2, 3], [4, 5])] == [1, 2]
    assert len(set(groups)) == 3
    assert joined(2).tolist() == [0, 1]


@given(
    st.lists(st.integers(0, 30), max_size=200),
    st.lists(st.floats(0.01, 1), min_size=1, max_size=4),
    st.integers(0, 9),
    st.booleans(),
)
def test_groups_never_straddle_whatever_their_sizes_the_shares_and_the_strata(
    labels: list[int], shares: list[float], seed: int, stratified: bool
) -> None:
    groups = joined(len(labels), np.array(labels, np.int64))
    strata = np.array(labels, np.int64) % 3 if stratified else None
    named = {str(place): share for place, share in enumerate(shares)}
    splits = assign(keys_of(len(labels), seed), groups, named, strata=strata)
    assert sum(splits.counts.values()) == len(labels)
    assert all(len(set(splits.codes[groups == group])) == 1 for group in set(groups))


@given(st.integers(0, 2000), st.integers(0, 9))
def test_the_shares_of_single_items_are_met_to_half_a_percent(n: int, seed: int) -> None:
    counts = assign(keys_of(n, seed), np.arange(n), SHARES).counts
    for name, share in SHARES.items():
        assert abs(counts[name] - share * n) <= 0.01 * n + 1


def test_a_huge_group_goes_where_it_fits_and_the_shares_still_come_out() -> None:
    groups = joined(1000, np.array([0] * 500 + [1] * 90 + [2] * 90 + [-1] * 320))
    counts = assign(keys_of(1000), groups, SHARES).counts
    assert counts["train"] == pytest.approx(800, abs=10)
    assert counts["val"] == pytest.approx(100, abs=10)


def test_one_group_of_all_items_is_all_in_the_largest_split() -> None:
    assert assign(keys_of(5), np.zeros(5, np.int64), SHARES).counts["train"] == 5


def test_each_stratum_is_divided_alike_and_small_ones_do_not_all_go_to_one_split() -> None:
    strata = np.repeat([0, 1], 500)
    splits = assign(keys_of(1000), np.arange(1000), SHARES, strata=strata)
    for kind in (0, 1):
        assert np.mean(splits.codes[strata == kind] == 0) == pytest.approx(0.8, abs=0.01)
    small = assign(keys_of(300), np.arange(300), SHARES, strata=np.arange(300) // 3)
    assert small.counts["val"] == pytest.approx(30, abs=3)


def test_the_order_of_the_items_does_not_matter() -> None:
    keys, groups = keys_of(500), np.arange(500) // 3
    order = np.random.default_rng(1).permutation(500)
    there = assign(keys, groups, SHARES).codes
    assert (assign(keys[order], groups[order], SHARES).codes == there[order]).all()


def test_items_that_come_later_leave_nearly_all_others_where_they_are() -> None:
    keys = keys_of(40_000)
    before = assign(keys[:30_000], np.arange(30_000), SHARES).codes
    after = assign(keys, np.arange(40_000), SHARES).codes[:30_000]
    assert np.mean(before != after) < 0.002
    few = assign(keys[:110], np.arange(110), SHARES).codes[:100]
    assert np.mean(assign(keys[:100], np.arange(100), SHARES).codes != few) < 0.1


@pytest.mark.parametrize("shares", [{}, {"a": 0.0}, {"a": -1.0, "b": 2.0}, {"a": float("nan")}])
def test_shares_that_make_no_sense_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ExportError, match="shares above 0"):
        assign(keys_of(3), np.arange(3), shares)
