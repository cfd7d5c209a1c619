"""A click on a facet edits the query's text, and a second one takes it back."""

import os
from math import inf
from pathlib import Path

import pytest
from embedcurate_ui.facets.model import (
    FACETS,
    RANGES,
    Stance,
    Value,
    bounds,
    of_clauses,
    ranged,
    said,
    stance,
    toggled,
    without,
)
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.errors import QueryError

BIRDS = str(Path(os.sep) / "media" / "my birds")


def stance_in(query: str, name: str, value: Value) -> Stance:
    return stance(of_clauses(query), FACETS[name], value)


@pytest.mark.parametrize(
    ("name", "value", "clause"),
    [
        ("modality", "image", "modality:image"),
        ("label", "two words", 'label:"two words"'),
        ("tag", "cat", "tag:cat"),
        ("stars", 3, "stars:3"),
        ("cluster", -1, "cluster:-1"),
        ("issue", "blurred", "is:blurred"),
        ("found", "duplicate", "is:duplicate"),
        ("pick", "reject", "is:reject"),
        ("pick", "", "-is:pick,reject"),
        ("folder", BIRDS, f'path:"{BIRDS}{os.sep}*"'.replace("\\", "\\\\")),
    ],
)
def test_a_click_adds_a_clause_and_a_second_one_takes_it_back(
    name: str, value: Value, clause: str
) -> None:
    query = toggled("a dog", FACETS[name], value)
    assert query == f"{clause} a dog"
    assert stance_in(query, name, value) is Stance.IN
    assert toggled(query, FACETS[name], value) == "a dog"


def test_values_of_which_an_item_has_one_are_alternatives_and_tags_are_not() -> None:
    query = toggled("modality:image", FACETS["modality"], "audio")
    assert query == "modality:image,audio"
    assert toggled(query, FACETS["modality"], "image") == "modality:audio"
    assert toggled("tag:a", FACETS["tag"], "b") == "tag:a tag:b"
    assert toggled("tag:a,b", FACETS["tag"], "a") == "tag:b"


def test_a_value_is_left_out_and_a_click_on_it_asks_for_nothing_again() -> None:
    query = toggled("tag:a dog", FACETS["tag"], "a", exclude=True)
    assert query == "-tag:a dog"
    assert stance_in(query, "tag", "a") is Stance.OUT
    assert toggled(query, FACETS["tag"], "a") == "dog"
    assert toggled(query, FACETS["tag"], "a", exclude=True) == "dog"


def test_undecided_takes_the_place_of_picks_and_gives_it_back() -> None:
    query = toggled("is:pick", FACETS["pick"], "")
    assert query == "-is:pick,reject"
    assert toggled(query, FACETS["pick"], "pick") == "is:pick"
    assert toggled("", FACETS["pick"], "", exclude=True) == "is:pick,reject"


def test_a_facet_leaves_clauses_of_others_alone() -> None:
    query = "is:blurred is:pick -tag:x stars:>=2 cat"
    assert without(query, FACETS["issue"]) == "is:pick -tag:x stars:>=2 cat"
    assert said(of_clauses(query), FACETS["pick"]) == {"pick": Stance.IN}
    assert said(of_clauses("is:blurred,pick"), FACETS["issue"]) == {}


@given(
    st.sampled_from(["", "cat", "tag:a -tag:b", "modality:image,text is:pick", "stars:2.."]),
    st.sampled_from([(n, v) for n, vs in {"modality": ["image", "audio"], "tag": ["a", "b"],
                     "pick": ["pick", "reject", ""], "stars": [0, 5]}.items() for v in vs]),
    st.booleans(),
)  # fmt: skip
def test_a_click_is_never_lost(query: str, of: tuple[str, Value], exclude: bool) -> None:
    name, value = of
    before = stance_in(query, name, value)
    after = stance_in(toggled(query, FACETS[name], value, exclude=exclude), name, value)
    if name == "pick" and value == "" and exclude:
        return  # what is not undecided is picked or rejected
    wanted = Stance.OUT if exclude else Stance.IN
    if before is Stance.NONE or (before is Stance.IN and exclude):
        assert after is wanted
    else:
        assert after is Stance.NONE


@pytest.mark.parametrize(
    ("ends", "clause"),
    [((100, 200), "width:100..200"), ((100, inf), "width:>=100"), ((-inf, 200), "width:<=200")],
)
def test_a_range_is_one_clause_and_goes_again(ends: tuple[float, float], clause: str) -> None:
    query = ranged("width:>3 dog", "width_px", ends)
    assert query == f"{clause} dog"
    assert bounds(of_clauses(query), "width_px") == ends
    assert ranged(query, "width_px", None) == "dog"


def test_every_range_can_be_written() -> None:
    for column in RANGES:
        assert bounds(of_clauses(ranged("", column, (1, 2.5))), column) == (1, 2.5)


def test_a_query_that_cannot_be_read_is_not_edited() -> None:
    with pytest.raises(QueryError):
        toggled('dog "', FACETS["tag"], "a")
