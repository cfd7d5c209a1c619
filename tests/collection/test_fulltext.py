import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedcurate.collection import Collection
from embedcurate.items import Modality, Segment
from tests.collection.store_material import SPACE, encoded

CAPTIONS = [
    "a red dog runs in the park",
    "the dog is red; a park",
    "Ein Café in Zürich",
    "日本語のテキスト",
    "x' OR '1'='1",
    "AND OR NOT text:red",
    "don't",
]


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    collection = Collection.create(tmp_path_factory.mktemp("texts") / "c", SPACE)
    with collection.writer() as writer:
        writer.store(
            [encoded(f"IMG_{i}.png", caption=text) for i, text in enumerate(CAPTIONS)]
            + [
                encoded("long.txt", Modality.TEXT, parts=3),
                encoded("short.txt", Modality.TEXT, parts=1),
            ]
        )
    return collection


def captions(collection, text, **options):
    ids = {encoded(f"IMG_{i}.png").item.id: i for i in range(len(CAPTIONS))}
    return [ids[match.item] for match in collection.match_text(text, limit=None, **options)]


def test_any_of_the_words_matches_and_more_of_them_rank_higher(collection):
    assert set(captions(collection, "dog park café")) == {0, 1, 2}
    assert captions(collection, "runs dog")[0] == 0


def test_a_phrase_matches_only_its_words_in_a_row(collection):
    assert captions(collection, "red dog", phrase=True) == [0]
    assert captions(collection, "a RED  dog,", phrase=True) == [0]
    assert captions(collection, "dog red", phrase=True) == []
    assert captions(collection, "the park", phrase=True) == [0]


def test_accents_and_case_do_not_matter_and_scripts_without_spaces_are_split(collection):
    assert captions(collection, "CAFE zurich") == [2]
    assert captions(collection, "テキスト") == [3]


def test_names_are_found_by_their_parts(collection):
    assert captions(collection, "IMG_2.png", phrase=True) == [2]
    assert len(captions(collection, "img")) == len(CAPTIONS)


def test_a_passage_says_where_it_is_and_a_short_text_is_whole(collection):
    (match,) = collection.match_text("words 2 of long", phrase=True)
    assert (match.segment, match.kind) == (Segment(2, 3), "passage")
    (match,) = collection.match_text("words 0 of short", phrase=True)
    assert match.segment is None


def test_operators_and_quotes_are_only_characters(collection):
    assert captions(collection, "' OR '1'='1", phrase=True) == [4]
    assert captions(collection, "NOT text:red", phrase=True) == [5]
    assert captions(collection, "zebra OR", phrase=True) == []
    assert captions(collection, "don't", phrase=True) == [6]


@pytest.mark.parametrize("text", ["", "   ", "!!!", '"', "\0", "((", "* -", "🎈"])
def test_text_without_a_word_matches_nothing(collection, text):
    assert collection.match_text(text) == collection.match_text(text, phrase=True) == []


def test_what_is_stored_is_found_at_once_before_and_after_it_is_indexed(tmp_path):
    collection = Collection.create(tmp_path / "c", SPACE)
    one = encoded("a.png", caption="first light")
    with collection.writer() as writer:
        writer.store([one])
        assert collection.match_text("first light", phrase=True)
        writer.compact()
        assert collection.match_text("first light", phrase=True)
        writer.record([replace(one.item, caption="second thought")])
        assert not collection.match_text("light")
        assert [match.item for match in collection.match_text("thought")] == [one.item.id]
        writer.compact()
        assert not collection.match_text("light")
        assert collection.match_text("thought")


def words(text):
    folded = unicodedata.normalize("NFKD", text.casefold())
    return set(re.findall(r"[a-z0-9]+", folded))


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text(alphabet="ab \"'()*:;\\%_-+~^\0\ud800", max_size=30),
        st.lists(st.sampled_from(["red", "dog", "AND", "OR", "'", '"', "(", "park)"])).map(
            " ".join
        ),
    ),
    st.booleans(),
)
def test_no_text_raises_or_matches_what_lacks_its_words(collection, text, phrase):
    found = set(captions_or_others(collection, text, phrase))
    for place in found:
        assert words(f"IMG_{place}.png {CAPTIONS[place]}") & words(text) or not text.isascii()


def captions_or_others(collection, text, phrase):
    ids = {encoded(f"IMG_{i}.png").item.id: i for i in range(len(CAPTIONS))}
    matches = collection.match_text(text, phrase=phrase, limit=None)
    return [ids[match.item] for match in matches if match.item in ids]
