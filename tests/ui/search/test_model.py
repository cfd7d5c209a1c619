"""A query is taken apart into words and clauses, and put together again."""

from pathlib import Path

import pytest
from embedcurate_ui.search.model import about_file, about_item, joined, parted
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.errors import QueryError
from embedcurate.query import ItemRef, MediumFile, Query, Term, parse

TOKENS = (
    "dog", "cat", '"in the snow"', '-"rain"', "+ wolf", "- 2:fruit", "tag:dog", "-tag:cat",
    "stars:>=3", "modality:image,audio", 'label:"two words"', "size:1..2mb", "#0123456789ab",
)  # fmt: skip


def test_words_and_clauses_are_told_apart_wherever_they_stand() -> None:
    words, clauses = parted('modality:image a red "fire engine" -tag:seen stars:3.. bus')
    assert words == 'a red bus "fire engine"'
    assert clauses == ("modality:image", "-tag:seen", "stars:>=3")


def test_what_is_still_being_typed_does_not_reach_the_clauses() -> None:
    for words in ('dog "in the', "dog -", "dog +"):
        assert joined(words, ["tag:a"]).startswith("tag:a ")
        with pytest.raises(QueryError):
            parse(joined(words, ["tag:a"]))


@given(st.lists(st.sampled_from(TOKENS)))
def test_a_query_means_the_same_after_it_was_taken_apart(tokens: list[str]) -> None:
    before = parse(" ".join(tokens))
    words, clauses = parted(" ".join(tokens))
    assert parse(joined(words, clauses)) == before


@given(st.text(max_size=30))
def test_what_can_be_read_can_be_taken_apart(text: str) -> None:
    try:
        before = parse(text)
    except QueryError:
        return
    words, clauses = parted(text)
    after = parse(joined(words, clauses))
    assert isinstance(after, Query)
    assert after == before


@pytest.mark.parametrize("name", ["a.jpg", "my cat.jpg", 'say "cat".png', "#1.wav"])
def test_any_file_can_be_searched_by(name: str) -> None:
    path = Path("/media") / name
    assert parse(about_file(path)).terms == (Term(1.0, MediumFile(path)),)


def test_an_item_is_searched_by_its_id() -> None:
    assert parse(about_item("0" * 32)).terms == (Term(1.0, ItemRef("0" * 32)),)
