from hypothesis import given
from hypothesis import strategies as st

from embedcurate.spaces.passages import passages, tokens_by_word

TEXTS = st.text(st.sampled_from("ab. \n東…"), max_size=400)


def cut(text: str, *, room: int = 10, overlap: int = 3) -> list[str]:
    """Cut a text whose words have a token for each two letters; return the pieces."""
    tokens = tokens_by_word(text, lambda word: -(-len(word) // 2))
    found = passages(text, tokens, room=room, overlap=overlap)
    return [text[int(one.start) : int(one.end)] for one in found]


def count(text: str) -> int:
    return len(tokens_by_word(text, lambda word: -(-len(word) // 2)).offsets)


@given(TEXTS, st.integers(4, 20))
def test_passages_cover_all_that_is_no_white_space_and_fit(text, room):
    tokens = tokens_by_word(text, lambda word: -(-len(word) // 2))
    found = passages(text, tokens, room=room, overlap=room // 4)
    starts, ends = [int(one.start) for one in found], [int(one.end) for one in found]
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert starts[0] == 0
    assert ends[-1] == len(text)
    assert all(after <= end for end, after in zip(ends, starts[1:], strict=False))
    inside = [
        sum(start <= first and last <= end for first, last in tokens.offsets)
        for start, end in zip(starts, ends, strict=True)
    ]
    assert max(inside, default=0) <= room


def test_a_text_that_fits_stays_whole():
    assert cut(" aa bb\n") == [" aa bb\n"]
    assert cut("") == [""]


def test_a_passage_ends_with_the_last_sentence_that_fits():
    pieces = cut("aa bb cc dd. ee ff gg. hh ii jj kk ll")
    assert pieces[0] == "aa bb cc dd. ee ff gg. "


def test_without_sentences_it_ends_with_a_word_and_neighbours_share_some():
    pieces = cut(" ".join(["aabb"] * 20), room=10, overlap=4)
    assert {word for piece in pieces for word in piece.split()} == {"aabb"}
    assert [count(piece) for piece in pieces[:-1]] == [10] * (len(pieces) - 1)
    assert sum(map(count, pieces)) == 40 + 4 * (len(pieces) - 1)


def test_a_word_that_fits_nowhere_is_cut():
    pieces = cut("x" * 300, room=10, overlap=2)
    assert all(0 < count(piece) <= 10 for piece in pieces)
    assert len(pieces) > 10


def test_tokens_are_spread_over_their_word():
    tokens = tokens_by_word("abcd ef", lambda word: {"abcd": 2, "ef": 1}[word])
    assert list(tokens.offsets) == [(0, 2), (2, 4), (5, 7)]
    assert list(tokens.word_ids) == [0, 0, 1]


def test_the_work_grows_with_the_text_and_not_with_its_square():
    class Counting:
        """Offsets and words, as tokenizers make them anew each time they are asked for."""

        asked = 0

        @property
        def offsets(self):
            type(self).asked += 1
            return [(2 * token, 2 * token + 1) for token in range(1000)]

        @property
        def word_ids(self):
            type(self).asked += 1
            return list(range(1000))

    assert len(passages("a " * 1000, Counting(), room=20, overlap=5)) > 50
    assert Counting.asked == 2
