"""Fingerprints of texts follow their words, not how they are set."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.fingerprints import text

SENTENCES = (
    "The kingfisher waits on a branch above the stream until a small fish comes close to the "
    "surface, then it drops like a stone, takes the fish in its bill and is back on the branch "
    "before the rings on the water have reached the bank."
)
OTHER = (
    "A kingfisher digs its nest as a tunnel into the bank of a stream; at the end of the tunnel, "
    "in the dark, six or seven white eggs lie on fish bones, and after three weeks the young open "
    "their bills whenever the light at the entrance goes out."
)
PINNED = "1398ba526e1c436ab4ee011254d33207"


def similarity(one: str, other: str) -> float:
    return float(text.similarities([text.make(one)], [text.make(other)])[0])


def shingles(words: list[str]) -> set[tuple[str, ...]]:
    padded = ["", "", *words, "", ""]
    return set(zip(padded, padded[1:], padded[2:], strict=False))


@pytest.mark.parametrize(
    "edited",
    [
        SENTENCES.upper(),
        "\n\t ".join(SENTENCES.split()),
        SENTENCES.replace(",", "").replace(".", "!"),
        SENTENCES.replace("fi", "\ufb01"),
    ],
    ids=["case", "white space", "punctuation", "ligatures"],
)
def test_how_a_text_is_set_makes_no_difference(edited: str) -> None:
    assert similarity(SENTENCES, edited) == 1


@pytest.mark.parametrize("seed", range(5))
def test_one_word_in_twenty_may_be_replaced(seed: int) -> None:
    words = SENTENCES.split()
    for place in Random(seed).sample(range(len(words)), len(words) // 20):
        words[place] = "otherwise"
    assert similarity(SENTENCES, " ".join(words)) >= text.NEAR


def test_a_text_on_the_same_subject_is_another() -> None:
    assert similarity(SENTENCES, OTHER) < 0.1


def test_a_caption_with_another_colour_is_another_but_one_with_another_case_is_not() -> None:
    assert similarity("A red disc on white", "a RED disc, on white.") == 1
    assert similarity("A red disc on white", "A blue disc on white") < text.NEAR


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60), st.randoms())
def test_the_estimate_is_near_the_jaccard_similarity_of_the_shingles(
    words: list[str], chance: Random
) -> None:
    changed = [word if chance.random() < 0.9 else "x" for word in words]
    one, other = shingles(words), shingles(changed)
    true = len(one & other) / len(one | other)
    assert abs(similarity(" ".join(words), " ".join(changed)) - true) < 0.2  # over 5 deviations


def test_scripts_without_spaces_are_compared_by_their_signs() -> None:
    chinese = "翠鸟站在溪边的树枝上等待小鱼游近水面然后像石头一样落下用嘴叼起鱼飞回树枝"
    assert similarity(chinese, chinese.replace("石头", "岩石")) >= 0.6
    assert similarity(chinese, "六七枚白色的蛋躺在黑暗隧道尽头的鱼骨上三周后雏鸟张开了嘴") < 0.1


def test_what_has_no_sign_has_no_print_and_is_similar_to_none() -> None:
    assert text.make("") == text.make(" \n\t") == b""
    assert text.similarities([b"", b""], [b"", text.make("a")]).tolist() == [0, 0]
    assert similarity("?!", "?!") == 1
    assert similarity("?!", "...") < text.NEAR


def test_a_print_does_not_change_with_the_version_or_the_machine() -> None:
    assert text.make("A red disc.").hex()[:32] == PINNED


@given(st.text(st.characters(), max_size=200))
def test_any_text_has_a_print_of_800_bytes_or_none(any_text: str) -> None:
    assert len(text.make(any_text)) in (0, 800)


def test_candidates_are_the_edited_copies_and_not_the_others() -> None:
    words = SENTENCES.split()
    edited = " ".join([*words[:7], "perch", *words[8:]])
    prints = [text.make(one) for one in (OTHER, SENTENCES, "", edited, SENTENCES.upper())]
    assert text.candidates(prints).tolist() == [[1, 3], [1, 4], [3, 4]]
