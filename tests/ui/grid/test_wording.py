"""Words for figures."""

import pytest
from embedcurate_ui.grid.wording import clock, place, reasons, score, title

from tests.ui.grid.material import items_of


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00"), (59.9, "0:59"), (75, "1:15"), (3600, "1:00:00")]
)
def test_seconds_are_told_as_on_a_clock(seconds: float, said: str) -> None:
    assert clock(seconds) == said


def test_rows_of_a_table_are_told_apart() -> None:
    items = items_of(["a.jpg", "table.csv"])
    assert [title(items, 0), title(items, 1)] == ["a.jpg", "table.csv, row 2"]


def test_a_place_is_told_in_the_items_own_terms() -> None:
    items = items_of(3)
    hit = {"segment": {"start": 61.2, "end": 1300.0}, "score": 0.5}
    assert place(items, 2, hit) == "1:01\u201321:40"
    assert place(items, 2, hit, short=True) == "1:01"
    assert place(items, 1, hit) == "characters 61\u20131,300"
    assert place(items, 1, {"segment": None}) == place(items, 1, None) == ""


def test_a_hit_tells_what_each_of_several_terms_adds() -> None:
    one = {"term": "dog", "cosine": 0.3, "part": 0.41}
    two = {"term": "-cat", "cosine": 0.1, "part": -0.125}
    assert reasons({"contributions": [one, two]}) == "dog +0.41, -cat -0.12"
    assert reasons({"contributions": [one]}) == reasons({}) == reasons(None) == ""
    assert [score({"score": 0.876}), score({"score": None}), score(None)] == ["0.88", "", ""]
