"""Counts and histograms, against counting one by one."""

from collections import Counter
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.browsing.facets import (
    bins_of,
    codes_of,
    folders,
    folders_of,
    with_those_below,
)

WORDS = st.lists(st.one_of(st.none(), st.sampled_from(["cat", "dog", "Dog", "", "é"])))


@given(WORDS, st.booleans(), st.randoms(use_true_random=False))
def test_words_are_counted_as_one_by_one(words, encoded, random) -> None:
    column = pa.array(words, pa.string())
    codes = codes_of(column.dictionary_encode() if encoded else column)
    rows = [row for row in range(len(words)) if random.random() < 0.5]
    for some in (None, np.array(rows, np.int64)):
        chosen = words if some is None else [words[row] for row in rows]
        counted = codes.counts(some)
        assert dict(map(tuple, counted)) == Counter(word for word in chosen if word is not None)
        assert [count for _, count in counted] == sorted((c for _, c in counted), reverse=True)


def test_only_so_many_values_are_named_and_they_are_the_most_frequent() -> None:
    codes = codes_of(pa.array(["a", "b", "b", "c", "c", "c"]))
    assert codes.counts(most=2) == [["c", 3], ["b", 2]]


NUMBERS = st.one_of(
    st.none(),
    st.floats(-1e9, 1e9),
    st.integers(0, 10**12).map(float),
    st.sampled_from([float("nan"), float("inf"), 0.0, 1.0]),
)


@given(st.lists(NUMBERS, min_size=1))
def test_each_known_number_lies_in_the_bin_that_counts_it(numbers) -> None:
    bins = bins_of(pa.array(numbers, pa.float64()))
    known = [number for number in numbers if number is not None and np.isfinite(number)]
    found = bins.counts()
    assert len(found["edges"]) == (len(found["counts"]) + 1 if known else 0)
    assert sum(found["counts"]) == len(known)
    assert np.all(np.diff(found["edges"]) > 0)
    for number, bin_ in zip(numbers, bins.bins.tolist(), strict=True):
        if number is None or not np.isfinite(number):
            assert bin_ == -1
        else:
            assert found["edges"][bin_] <= number <= found["edges"][bin_ + 1]
    # Each number alone is in the same bin: a filter does not move them.
    for row in range(len(numbers)):
        alone = bins.counts(np.array([row]))
        assert alone["edges"] == found["edges"]
        bin_ = int(bins.bins[row])
        assert np.flatnonzero(alone["counts"]).tolist() == ([] if bin_ < 0 else [bin_])


def test_numbers_far_apart_are_counted_in_bins_of_equal_ratio() -> None:
    edges = np.array(bins_of(pa.array([10, 100, 1_000_000])).counts()["edges"])
    assert np.allclose(edges[2:] / edges[1:-1], edges[1] / edges[0])
    close = np.array(bins_of(pa.array([600, 800, 1000])).counts()["edges"])
    assert np.allclose(np.diff(close), close[1] - close[0])


def test_the_folders_of_files_are_counted_in_their_order() -> None:
    paths = ["/a/b/1.png", "/a/2.png", "/a/b/3.png", "/c/4.png", "/5.png"]
    codes = folders_of(pa.array(paths), separator="/")
    assert folders(codes, None, separator="/") == [["/", 1], ["/a", 1], ["/a/b", 2], ["/c", 1]]
    assert folders(codes, np.array([0, 2, 3]), separator="/") == [["/a/b", 2], ["/c", 1]]


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4)), st.integers(1, 20))
def test_too_many_folders_are_counted_for_those_above_and_none_is_lost(parts, most) -> None:
    paths = ["/" + "/".join([*part, "file.x"]) for part in parts]
    found = folders(folders_of(pa.array(paths, pa.string()), separator="/"), None, separator="/")
    few = folders(
        folders_of(pa.array(paths, pa.string()), separator="/"), None, separator="/", most=most
    )
    assert dict(map(tuple, found)) == Counter(str(PurePosixPath(path).parent) for path in paths)
    assert sum(count for _, count in few) == len(paths)
    assert len(few) <= max(most, 4)  # nothing lies above the four at the top
    shown: Counter[str] = Counter()
    for folder, count in found:
        above = [one for one, _ in few if folder == one or folder.startswith(one.rstrip("/") + "/")]
        shown[max(above, key=len)] += count
    assert dict(map(tuple, few)) == shown


@given(st.lists(st.lists(st.sampled_from("ab"), max_size=4)))
def test_a_folder_has_all_that_lies_below_it(parts) -> None:
    parents = [PurePosixPath("/", *part) for part in parts]
    counted = [[str(folder), count] for folder, count in Counter(parents).items()]
    expected = Counter(str(one) for parent in parents for one in (parent, *parent.parents))
    found = with_those_below(counted, "/")
    assert dict(map(tuple, found)) == expected
    assert [count for _, count in found] == sorted((c for _, c in found), reverse=True)


@pytest.mark.parametrize("column", [pa.array([], pa.string()), pa.nulls(3, pa.string())])
def test_without_values_there_is_nothing_to_count(column: pa.Array) -> None:
    assert codes_of(column).counts() == []
    assert bins_of(column.cast(pa.float64())).counts() == {"edges": [], "counts": []}
