import pytest
from embedcurate_ui.telling import in_the_window

from embedcurate.errors import ResultMissing, SpaceUnavailable
from embedcurate.filters import RESULTS


@pytest.mark.parametrize("source", RESULTS.values(), ids=list(RESULTS))
def test_what_lacks_is_found_by_a_view(source) -> None:
    told = in_the_window(str(ResultMissing(source.what, source.command)))
    assert told.startswith(f"This collection has no {source.what} yet. Go to the view “")
    assert "embedcurate" not in told


def test_other_sentences_stay_as_they_are() -> None:
    sentence = "'a' can't be read. Run: embedcurate repair a"
    assert in_the_window(sentence) == sentence
    assert in_the_window("No.") == "No."


def test_weights_that_lack_are_found_in_the_preferences() -> None:
    missing = SpaceUnavailable("clip", "its weights are not here", "Run: embedcurate models pull x")
    told = in_the_window(str(missing))
    assert told.endswith(
        "weights are not here. Download them in Preferences, on the page “Models”."
    )
