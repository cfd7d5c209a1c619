"""Parts of long texts, and the words of a query in them."""

from embedcurate_ui.inspector.reading import PART, around, occurrences, units, words_of
from hypothesis import given
from hypothesis import strategies as st

TEXT = "\n".join(f"Line {number} says nothing of note." for number in range(5000))


def test_the_words_of_a_query_are_those_that_it_looks_for() -> None:
    assert words_of('a bird with "long legs" - fish modality:text') == ("long legs", "bird")
    assert words_of("stars:many") == ()
    assert words_of("#abcdef @photo.jpg") == ()


def test_words_are_found_in_any_case_and_with_any_ending() -> None:
    text = "Birds sing. A bird-house; the songbird. BIRD!"
    found = [text[start:end] for start, end in occurrences(text, ["bird"])]
    assert found == ["Birds", "bird", "BIRD"]
    assert list(occurrences(text, [])) == []


def test_a_part_begins_and_ends_with_whole_lines() -> None:
    part = around(TEXT, 60_000)
    assert part.start <= 60_000 < part.end
    assert part.end - part.start <= PART
    assert TEXT[part.start - 1] == "\n"
    assert TEXT[part.end - 1] == "\n"


def test_growing_parts_come_to_have_the_whole_text() -> None:
    part = around(TEXT, len(TEXT) / 2)
    for _ in range(len(TEXT) // PART + 2):
        part = part.earlier(TEXT).later(TEXT)
    assert (part.start, part.end) == (0, len(TEXT))


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.data())
def test_places_are_counted_as_qt_counts_them(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    assert units(text)(place) == len(text[:place].encode("utf-16-le")) // 2
