"""How items are arranged, and in what they differ."""

import pytest
from embedcurate_ui.compare.model import Arrangement, arranged, compared, differing, stepped

ONE = {
    "id": "1" * 32,
    "path": "/a.jpg",
    "outcome": "ok",
    "size": 1000,
    "mtime_ns": 1_700_000_000_000_000_000,
    "content": "aa",
    "facts": {"format": "jpeg", "width_px": 400, "height_px": 300},
    "figures": {"sharpness": 0.5, "entropy": 7.0},
    "camera": {},
    "label": "dogs",
}
OTHER = ONE | {
    "id": "2" * 32,
    "path": "/b.jpg",
    "size": 9_000_000,
    "content": "bb",
    "figures": {"sharpness": 0.9, "entropy": 7.0},
    "camera": {"Model": "X100"},
}


def test_what_differs_or_is_known_of_some_alone_stands_out_and_ids_do_not() -> None:
    assert differing([ONE, OTHER]) == {"size", "content", "figure sharpness", "camera Model"}
    assert differing([ONE, ONE]) == frozenset()


def test_the_facts_to_compare_are_the_main_ones_and_those_that_differ() -> None:
    differ = differing([ONE, OTHER])
    keys = [fact.key for fact in compared(OTHER, differ)]
    assert keys == ["pixels", "size", "format", "mtime_ns", "label", "camera Model",
                    "figure sharpness"]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "sounds", "columns", "rows"),
    [(2, False, 2, 1), (3, False, 3, 1), (4, False, 2, 2), (5, False, 3, 2), (6, False, 3, 2),
     (3, True, 1, 3), (6, True, 3, 2)],
)  # fmt: skip
def test_pictures_stand_beside_and_sounds_below_each_other(
    count: int, columns: int, rows: int, *, sounds: bool
) -> None:
    assert arranged(count, sounds=sounds) == Arrangement(columns, rows)


def test_arrows_go_to_the_pane_beside_or_below_and_stop_at_the_edges() -> None:
    three_by_two = Arrangement(3, 2)
    assert stepped(0, (1, 0), 5, three_by_two) == 1
    assert stepped(1, (0, 1), 5, three_by_two) == 4
    assert stepped(2, (0, 1), 5, three_by_two) == 2
    assert stepped(2, (1, 0), 5, three_by_two) == 2
    assert stepped(0, (-1, 0), 5, three_by_two) == 0
