"""Pairs that share a key are found without comparing all with all."""

from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.fingerprints.buckets import EQUAL, MOST, Table, mixed, paired, pairs


def first_and_last_byte(prints: list[bytes]) -> Iterator[Table]:
    for place in (0, -1):
        keys = np.array([one[place] for one in prints], np.uint64)
        yield Table(np.arange(len(prints)), keys)


@given(st.lists(st.binary(max_size=3), max_size=12, unique=True))
def test_exactly_the_pairs_that_share_a_key_are_found(prints: list[bytes]) -> None:
    expected = [
        [i, j]
        for i, one in enumerate(prints)
        for j, other in enumerate(prints[:])
        if i < j and one and other and (one[0] == other[0] or one[-1] == other[-1])
    ]
    assert pairs(prints, first_and_last_byte, count=2).tolist() == expected


def test_codes_that_are_far_apart_undo_a_shared_key() -> None:
    def tables(prints: list[bytes]) -> Iterator[Table]:
        codes = np.array([int.from_bytes(one) for one in prints], np.uint64)
        yield Table(np.arange(len(prints)), codes * np.uint64(0), codes, farthest=2)

    assert pairs([b"\0", b"\3", b"\7"], tables, count=1).tolist() == [[0, 1], [1, 2]]


def test_an_item_with_many_keys_is_no_pair_with_itself() -> None:
    def tables(prints: list[bytes]) -> Iterator[Table]:
        yield Table(np.array([0, 0, 1]), np.array([5, 5, 5], np.uint64))

    assert pairs([b"a", b"b"], tables, count=1).tolist() == [[0, 1]]


def test_a_huge_bucket_of_different_prints_gives_a_bounded_number_of_pairs() -> None:
    prints = [b"a%d." % number for number in range(1000)]
    found = pairs(prints, first_and_last_byte, count=2)
    assert len(found) < 1000 * MOST
    assert {(row, row + 1) for row in range(999)} <= set(map(tuple, found.tolist()))


def test_a_thousand_equal_prints_do_not_keep_others_from_being_found() -> None:
    found = pairs([b"ab", *[b"aa"] * 1000, b"ac"], first_and_last_byte, count=2)
    assert len(found) < 1000 * (EQUAL + 1)
    assert [0, 1001] in found.tolist()
    assert {(1, row) for row in range(2, 1001)} <= set(map(tuple, found.tolist()))


def test_empty_prints_meet_nobody() -> None:
    assert pairs([b"", b"aa", b""], first_and_last_byte, count=2).shape == (0, 2)
    assert pairs([], first_and_last_byte, count=2).shape == (0, 2)


def test_pairs_are_compared_in_the_order_of_their_bytes_and_empty_ones_not_at_all() -> None:
    def first_is_less(first: list[bytes], second: list[bytes]) -> np.ndarray:
        return np.array([one < other for one, other in zip(first, second, strict=True)], np.float32)

    similar = paired(first_is_less, [b"b", b"a", b"", b"a"], [b"a", b"b", b"a", b""], chunk=1)
    assert similar.tolist() == [1, 1, 0, 0]


def test_mixing_keeps_different_integers_different() -> None:
    assert len(np.unique(mixed(np.arange(10_000, dtype=np.uint64)))) == 10_000
