"""Commands are found by letters of their names in order, the likeliest first."""

from itertools import combinations

from embedcurate_ui.preferences.fuzzy import matched, ranked
from hypothesis import given
from hypothesis import strategies as st

words = st.text("abc ", max_size=8)


def test_starts_of_words_and_letters_in_a_row_come_first() -> None:
    texts = ["Select nothing", "Find similar items", "Search", "Save as a selection", "Export"]
    assert [texts[index] for index, _ in ranked("se", texts)][:2] == ["Search", "Select nothing"]
    assert [texts[index] for index, _ in ranked("fsi", texts)] == ["Find similar items"]
    assert texts[ranked("SAS", texts)[0][0]] == "Save as a selection"


def test_without_letters_all_stay_in_their_order() -> None:
    assert ranked("  ", ["b", "a"]) == [(0, []), (1, [])]


@given(words, words)
def test_a_text_matches_exactly_if_its_letters_have_the_pattern_in_order(
    pattern: str, text: str
) -> None:
    letters = "".join(pattern.split())
    ways = [list(places) for places in combinations(range(len(text)), len(letters))]
    fitting = [places for places in ways if "".join(text[at] for at in places) == letters]
    found = matched(pattern, text)
    assert (found is not None) == bool(fitting)
    if found is not None:
        assert found[1] in fitting
