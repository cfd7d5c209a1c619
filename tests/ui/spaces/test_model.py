"""What is chosen of the spaces, before and after anybody was asked what it lacks."""

from typing import Any

import pytest
from embedcurate_ui.spaces import SpaceChoice

READY = {"problem": None, "state": "ready"}
LACKS = {"problem": "its weights are not here", "state": "incomplete"}
SPACES: list[dict[str, Any]] = [
    {"name": "broken", "problem": "it raised", "state": "broken"},
    {"name": "service", **LACKS, "modalities": ["text"], "download_bytes": 0},
    {"name": "pictures", **LACKS, "modalities": ["image"], "download_bytes": 10},
    {"name": "all", **LACKS, "modalities": ["image", "text"], "download_bytes": 10**9},
    {"name": "large", **READY, "download_bytes": 10**9},
    {"name": "starter", **READY},
]


@pytest.fixture
def choice() -> SpaceChoice:
    made = SpaceChoice()
    made.offered(SPACES)
    return made


def test_spaces_that_can_be_used_come_first_then_what_can_be_fetched_then_the_rest(
    choice: SpaceChoice,
) -> None:
    order = [space["name"] for space in choice.spaces]
    assert order == ["starter", "large", "all", "pictures", "service", "broken"]
    assert (choice.name, choice.is_ready) == ("starter", True)
    choice.offered(SPACES[:4])
    assert (choice.name, choice.is_ready, choice.is_asked) == ("", False, False)


def test_a_model_and_options_make_a_name_that_has_to_be_asked_about(choice: SpaceChoice) -> None:
    choice.choose("all")
    assert choice.is_asked
    choice.set("", " ViT-B-16/openai ")
    choice.set("template", "a photo of {}")
    choice.set("pca", "")
    assert choice.name == "all:ViT-B-16/openai?template=a photo of {}"
    choice.about = {"name": "all:whole", "problem": None}
    assert (choice.name, choice.is_ready, choice.is_asked) == ("all:whole", True, False)
    choice.set("pca", "64")
    assert (choice.is_ready, choice.is_asked) == (False, True)
    choice.wrong = "It does not take that."
    assert (choice.is_ready, choice.is_asked) == (False, False)
    choice.choose("starter")
    assert (choice.name, choice.is_ready) == ("starter", True)


def test_what_was_chosen_stays_when_the_spaces_are_listed_again(choice: SpaceChoice) -> None:
    choice.choose("pictures")
    choice.set("", "small")
    choice.about = {"name": "pictures:small", **LACKS}
    assert not choice.is_ready
    choice.offered(SPACES)
    assert (choice.name, choice.is_asked) == ("pictures:small", True)
