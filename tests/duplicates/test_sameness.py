import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.duplicates.sameness import LARGE, classes_of, digests, expanded, large_only


def test_none_equals_nothing():
    assert classes_of([None, "a", None, "a"]).tolist() == [0, 1, 2, 1]


def test_equal_rows_have_equal_digests():
    vectors = np.eye(3, dtype=np.float32)[[0, 1, 0]]
    first, second, third = digests(vectors, np.arange(3))
    assert first == third != second


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=12), st.data())
def test_equals_get_all_pairs_of_each_other(keys, data):
    n = len(keys)
    rows = st.integers(0, n - 1)
    pairs = data.draw(st.lists(st.tuples(rows, rows), max_size=6))
    linked = {frozenset((keys[i], keys[j])) for i, j in pairs}
    expected = {
        (i, j)
        for i in range(n)
        for j in range(i + 1, n)
        if keys[i] == keys[j] or frozenset((keys[i], keys[j])) in linked
    }
    left, right = (np.array([pair[at] for pair in pairs], np.int64) for at in (0, 1))
    found = expanded(left, right, classes_of(keys))
    assert [(code // n, code % n) for code in found.tolist()] == sorted(expected)


def test_of_many_equals_only_the_first_has_pairs():
    classes = classes_of(["other", *("same" for _ in range(LARGE + 1))])
    found = expanded(np.array([0]), np.array([5]), classes)
    assert found.tolist() == [1]
    assert large_only(classes).tolist() == [0, *[1] * (LARGE + 1)]
    assert large_only(classes_of("aab")).tolist() == [0, 1, 2]
