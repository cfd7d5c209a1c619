import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.clusters.matching import carry_over


def carried(now: list[int], before: list[int], fresh: int = 100) -> list[int]:
    return carry_over(np.array(now, np.int32), np.array(before, np.int32), fresh).tolist()


def test_a_cluster_that_grows_keeps_its_label() -> None:
    assert carried([0, 0, 0, 1, 1, 0], [7, 7, 7, 3, 3, -1]) == [7, 3]


def test_of_a_cluster_that_falls_apart_the_larger_part_keeps_the_label() -> None:
    assert carried([1, 1, 0, 0, 0], [7, 7, 7, 7, 7]) == [7, 100]


def test_two_clusters_that_merge_have_the_label_of_the_larger() -> None:
    assert carried([0, 0, 0, 0, 0], [4, 4, 7, 7, 7]) == [7]


def test_new_clusters_get_labels_never_given_the_larger_first() -> None:
    assert carried([0, 0, 1, 1, 1, 2, 2], [-1, -1, -1, -1, -1, 5, 5], 9) == [10, 9, 5]


def test_a_cluster_that_swallows_a_small_one_is_not_that_one_again() -> None:
    assert carried([0] * 10, [3, 3, *[-1] * 8]) == [100]


def test_the_assignment_is_the_best_for_all_together() -> None:
    # Cluster 0 shares most with 5, but 1 shares with nothing else: 0 goes to 6.
    now = [0] * 5 + [1] * 4 + [0] * 4
    before = [5] * 9 + [6] * 4
    assert carried(now, before) == [6, 5]


def test_with_nothing_known_all_labels_are_fresh() -> None:
    assert carried([0, 1, -1], [-1, -1, -1], 0) == [0, 1]
    assert carried([-1], [3]) == []


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), max_size=40))
def test_labels_are_never_given_twice(pairs: list[tuple[int, int]]) -> None:
    now, before = [list(side) for side in zip(*pairs, strict=True)] if pairs else ([], [])
    found = np.unique(now, return_inverse=True)[1] - (-1 in now)
    numbers = carried(found.tolist(), before)
    assert len(set(numbers)) == len(numbers) == len({*now} - {-1})
    assert all(number in before or number >= 100 for number in numbers)
