"""Groups read from a result, held against loops that say the same."""

import numpy as np
import pyarrow as pa
import pytest
from embedcurate_ui.duplicates.groups import REJECT, Groups, read_groups
from embedcurate_ui.duplicates.order import GROUP_ROLE, LATER_ROLE, GroupsModel, Order
from embedcurate_ui.items import Items
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from tests.ui.models import Proper

pytestmark = pytest.mark.gui


ASKED = {1, 2, 3, 5, 8, 13}
"""Rows that are asked about, if they are in a group and not its keeper."""


def items_of(contents: list[int]) -> Items:
    ids = [f"{row:032x}" for row in range(len(contents))]
    return Items(
        pa.table(
            {
                "id": pa.array(ids, pa.string()),
                "modality": pa.array(["image"] * len(ids), pa.string()),
                "path": pa.array([f"/{id_[-4:]}.png" for id_ in ids], pa.string()),
                "content": pa.array([f"content {one}" for one in contents], pa.string()),
                "size": pa.array([10 * (one + 1) for one in contents], pa.int64()),
            }
        )
    )


def result_of(items: Items, keepers: list[int | None], similarity: list[float | None]) -> pa.Table:
    """Return the part ``items`` of a run, in which each row has a keeper or is in no group."""
    ids = items.column("id").to_pylist()
    keep = [None if keeper is None else ids[keeper] for keeper in keepers]
    content = items.column("content").to_pylist()
    asked = [
        None if keeper is None else row in ASKED and content[row] != content[keeper]
        for row, keeper in enumerate(keepers)
    ]
    return pa.table(
        {
            "id": pa.array(ids, pa.string()),
            "group": pa.array(keepers, pa.int32()),
            "keep": pa.array(keep, pa.string()),
            "similarity": pa.array(similarity, pa.float32()),
            "asked": pa.array(asked, pa.bool_()),
            "reason": pa.array([f"reason {row}" for row in range(len(ids))], pa.string()),
        }
    )


@st.composite
def results(draw: st.DrawFn) -> tuple[list[int], list[int | None], list[float | None]]:
    count = draw(st.integers(0, 14))
    contents = draw(st.lists(st.integers(0, 6), min_size=count, max_size=count))
    keeps = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    heads = [row for row, keep in enumerate(keeps) if keep]
    keepers: list[int | None] = []
    similarity: list[float | None] = []
    for row in range(count):
        joins = draw(st.none() | st.sampled_from(heads)) if heads and row not in heads else None
        keepers.append(row if row in heads else joins)
        known = draw(st.none() | st.sampled_from([0.5, 0.75, 1.0]))
        similarity.append(1.0 if row in heads else known)
    return contents, keepers, similarity


@settings(deadline=None)
@given(results())
def test_groups_are_what_a_loop_makes_of_the_table(
    drawn: tuple[list[int], list[int | None], list[float | None]],
) -> None:
    contents, keepers, similarity = drawn
    items = items_of(contents)
    groups = read_groups(items, result_of(items, keepers, similarity))
    wanted = {}
    for head in sorted({keeper for keeper in keepers if keeper is not None}):
        members = [row for row, keeper in enumerate(keepers) if keeper == head and row != head]
        members.sort(key=lambda row: (-(similarity[row] or -1.0), row))
        if members:
            wanted[head] = [head, *members]
    found = [groups.rows[groups.members(one)].tolist() for one in range(len(groups))]
    assert found == list(wanted.values())
    assert groups.keepers.tolist() == list(wanted)
    assert groups.group.tolist() == [at for at, rows in enumerate(found) for _ in rows]
    reasons = [f"reason {row}" for rows in found for row in rows]
    assert groups.reason.to_pylist() == reasons

    asked = [
        row in ASKED and contents[row] != contents[head]
        for head, rows in wanted.items()
        for row in rows
    ]
    assert groups.asked.tolist() == asked
    same = [
        row != head and contents[row] == contents[head] for head, rows in wanted.items()
        for row in rows
    ]  # fmt: skip
    assert groups.by_mark.tolist() == same


def test_copies_of_the_same_bytes_are_settled_by_a_reject_mark_on_either() -> None:
    items = items_of([1, 1, 2, 3])
    groups = read_groups(items, result_of(items, [0, 0, 2, 2], [1.0, 1.0, 1.0, 0.9]))
    assert groups.any_of(groups.open(items.pick)).tolist() == [True, True]
    for settled in (0, 1):
        items.pick[:] = 0
        items.pick[settled] = REJECT
        assert groups.any_of(groups.open(items.pick)).tolist() == [False, True]
    items.pick[3] = REJECT
    assert groups.any_of(groups.open(items.pick)).tolist() == [False, True]  # still to be decided


def test_what_is_gone_from_the_collection_is_in_no_group() -> None:
    items = items_of([1, 2, 3, 4, 5])
    table = result_of(items, [0, 0, 2, 2, 2], [1.0, 0.9, 1.0, 0.9, 0.8])
    left = items_of([1, 2, 3, 4])
    assert len(read_groups(left, table)) == 2
    assert read_groups(left, table).rows.tolist() == [0, 1, 2, 3]
    assert len(read_groups(items_of([1]), table)) == 0


def test_the_surest_the_most_doubtful_and_the_largest_group_come_first() -> None:
    items = items_of([0, 1, 2, 3, 4, 50])
    keepers: list[int | None] = [0, 0, 2, 2, 4, 4]
    groups = read_groups(items, result_of(items, keepers, [1.0, 0.99, 1.0, 0.5, 1.0, 0.9]))
    sizes = items.column("size").to_numpy()

    def order(by: Order) -> list[int]:
        return np.argsort(by.keys(groups, lambda rows: sizes[rows])).tolist()

    assert order(Order.SUREST) == [0, 2, 1]
    assert order(Order.DOUBTFUL) == [1, 2, 0]
    assert order(Order.LARGEST)[0] == 2


def test_the_list_keeps_what_is_put_off_at_its_end_and_loses_what_is_settled(
    proper: Proper,
) -> None:
    items = items_of(list(range(8)))
    keepers: list[int | None] = [0, 0, 2, 2, 4, 4, 6, 6]
    groups = read_groups(items, result_of(items, keepers, [1.0, 0.9] * 4))
    model = GroupsModel(lambda group: f"group {group}")
    proper(model)
    model.show(items, groups, np.arange(4))
    model.put_off(1)
    assert model.order.tolist() == [0, 2, 3, 1]
    assert model.later == 1
    last = model.index(3)
    assert (last.data(GROUP_ROLE), last.data(LATER_ROLE)) == (1, True)
    assert last.data(Qt.ItemDataRole.AccessibleTextRole) == "0002.png, group 1, for later"
    model.remove(2)
    model.remove(2)
    model.remove(1)
    assert model.order.tolist() == [0, 3]
    assert model.later == 0
    model.put_off(3)
    assert model.order.tolist() == [0, 3]
    model.show(items, groups, np.arange(4)[::-1])
    assert model.rowCount() == 4
    model.show(items, Groups.none(), np.empty(0, np.int64))
    assert model.rowCount() == 0
