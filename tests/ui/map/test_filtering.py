import pytest
from embedcurate_ui.map.filtering import Stance, said_of, turned

from embedcurate.errors import QueryError


@pytest.mark.parametrize(
    ("query", "clause", "exclude", "then"),
    [
        ("", "label:cat", False, "label:cat"),
        ("dogs stars:>=3", "label:cat", False, "stars:>=3 label:cat dogs"),
        ("label:cat", "label:cat", False, ""),
        ("label:cat", "label:dog", False, "label:cat,dog"),
        ("", "label:cat", True, "-label:cat"),
        ("-label:cat", "label:cat", True, ""),
        ("label:cat", "label:cat", True, "-label:cat"),
        ("", "cluster:-1", True, "-cluster:-1"),
        ("dogs", "-is:labelled", False, "-is:labelled dogs"),
        ("dogs -is:labelled", "-is:labelled", False, "dogs"),
        ("dogs", "-is:labelled", True, "is:labelled dogs"),
        ("dogs is:labelled", "-is:labelled", True, "dogs"),
        ("dogs -is:labelled", "-is:labelled", True, "is:labelled dogs"),
    ],
)
def test_a_line_is_turned_on_or_left_out_and_back(
    query: str, clause: str, exclude: bool, then: str
) -> None:
    assert turned(query, clause, exclude=exclude) == then


@pytest.mark.parametrize(
    ("query", "clause", "stance"),
    [
        ("dogs label:cat,dog", "label:dog", Stance.IN),
        ("-label:cat", "label:cat", Stance.OUT),
        ("label:cat", "label:dog", Stance.NONE),
        ("is:labelled", "-is:labelled", Stance.OUT),
        ("-is:labelled", "-is:labelled", Stance.IN),
        ("stars:many", "label:dog", Stance.NONE),
    ],
)
def test_a_query_says_what_becomes_of_a_line(query: str, clause: str, stance: Stance) -> None:
    assert said_of(query, clause) is stance


def test_a_query_that_can_not_be_read_is_not_changed() -> None:
    with pytest.raises(QueryError):
        turned("stars:many", "label:dog")
