import numpy as np

from embedcurate.neighbours.lists import lists
from tests.neighbours.near_material import clustered


def test_every_row_is_a_member_of_one_list_and_a_visitor_of_others() -> None:
    grouped = lists(clustered(2000, 16), 12, 3)
    assert len(grouped) == 12
    members = [grouped.members(number).tolist() for number in range(12)]
    visitors = [grouped.visitors(number).tolist() for number in range(12)]
    assert sorted(row for one in members for row in one) == list(range(2000))
    assert sorted(row for one in visitors for row in one) == sorted([*range(2000)] * 2)
    for own, other in zip(members, visitors, strict=True):
        assert own == sorted(own)
        assert other == sorted(other)
        assert not set(own) & set(other)


def test_rows_of_one_direction_are_members_of_one_list() -> None:
    directions = np.eye(5, 16, dtype=np.float32)
    rows = np.repeat(directions, 200, axis=0)
    rows += np.random.default_rng(0).standard_normal(rows.shape).astype(np.float32) * 0.02
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    grouped = lists(rows, 20, 1)
    for number in range(20):
        assert len(set((grouped.members(number) // 200).tolist())) <= 1
        assert len(grouped.visitors(number)) == 0


def test_no_more_lists_are_made_than_there_are_rows() -> None:
    grouped = lists(clustered(10, 16), 50, 100)
    assert len(grouped) == 10
    assert sorted(np.concatenate([grouped.members(i) for i in range(10)])) == list(range(10))
