"""Word vectors from files in the real formats, written here, so that every answer is known."""

import gzip
import pickle
import struct

import numpy as np
import pytest
from embedcurate_plugins.word_vectors import WordVectorsPlugin
from embedcurate_plugins.word_vectors.encoder import WordVectors
from embedcurate_plugins.word_vectors.formats import read

from embedcurate.errors import SpaceOptionError, SpaceUnavailable, WeightsError
from embedcurate.spaces import registry
from embedcurate.spaces.encoder import SHARED
from embedcurate.testing import check_encoder

WORDS = {
    "the": (1, 0, 0, 0),
    "sun": (0, 1, 0, 0),
    "flower": (0, 0, 2, 0),
    "Rome": (0, 0, 0, 4),
    "東": (0, 1, 1, 0),
}


def _rows(words=WORDS):
    return "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in words.items()).encode()


def _header(words=WORDS):
    return f"{len(words)} 4\n".encode()


def _binary(words=WORDS, end=b"\n"):
    return _header(words) + b"".join(
        word.encode() + b" " + np.array(row, "<f4").tobytes() + end for word, row in words.items()
    )


FORMATS = {
    "word2vec.txt": _header() + _rows(),
    "word2vec.bin": _binary(),
    "gensim.bin": _binary(end=b""),
    "fasttext.vec": (_header() + _rows()).replace(b"\n", b" \n").replace(b"4 \n", b"4\n", 1),
    "glove.txt": _rows(),
    "windows.txt": _rows().replace(b"\n", b"\r\n"),
    "packed.txt.gz": gzip.compress(_rows(), mtime=0),
    "packed.bin.gz": gzip.compress(_binary(), mtime=0),
}


@pytest.fixture
def write(tmp_path):
    def written(content, name="vectors.bin"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return written


@pytest.fixture
def vectors(write):
    return WordVectors(write(_rows()))


def _vector(encoder, text):
    return encoder.encode([text])[SHARED][0]


def _weight(rank):
    chance = 1 / (rank * sum(1 / one for one in range(1, len(WORDS) + 1)))
    return 1e-3 / (1e-3 + chance)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_words_in_the_same_order(write, name):
    words = read(write(FORMATS[name], name))
    assert list(words.index) == list(WORDS)
    assert {word: tuple(words.of(word)) for word in words.index} == WORDS


def test_files_that_gensim_wrote_are_read_as_gensim_reads_them(tmp_path):
    from gensim.models import KeyedVectors

    written = KeyedVectors(7)
    written.add_vectors(["a", "b", "ç"], np.random.default_rng(0).normal(size=(3, 7)))
    for binary in (True, False):
        path = tmp_path / f"{binary}.vectors"
        written.save_word2vec_format(path, binary=binary)
        theirs, ours = KeyedVectors.load_word2vec_format(path, binary=binary), read(path)
        assert list(ours.index) == theirs.index_to_key
        assert all((ours.of(word) == theirs[word]).all() for word in ours.index)


def test_words_with_spaces_and_words_given_twice_are_read(write):
    words = read(write(b"it 7 8 9\n. . . 1 2 3\n 4 5 6\nit 0 0 0\n", "glove.txt"))
    assert {word: tuple(words.of(word)) for word in words.index} == {
        ". . .": (1, 2, 3),
        "": (4, 5, 6),
        "it": (7, 8, 9),
    }


def test_a_text_is_the_mean_of_its_words_weighted_by_their_rarity(vectors):
    expected = np.array([_weight(1), 2 * _weight(2), 0, 0])
    found = _vector(vectors, "The sun, the\tSUN!")
    expected[0] *= 2
    assert found == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert _vector(vectors, "rome") == pytest.approx([0, 0, 0, 1])


def test_an_unknown_word_is_taken_apart_into_the_longest_known_ones(vectors):
    expected = np.array([0, _weight(2), 2 * _weight(3), 0])
    expected = pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert _vector(vectors, "sunflowers") == expected
    assert _vector(vectors, "sun-flower") == expected
    assert _vector(vectors, "東京") == pytest.approx([0, 0.5**0.5, 0.5**0.5, 0])


@pytest.mark.parametrize("text", ["", " \n", "zzz", "!?", "🎈"])
def test_a_text_without_a_known_word_has_a_vector_that_is_always_the_same(vectors, text):
    assert (_vector(vectors, text) == 0.5).all()


def test_vowel_signs_do_not_end_a_word(write):
    encoder = WordVectors(write("हिन्दी 1 2 3\nother 3 2 1\n".encode(), "glove.txt"))
    assert _vector(encoder, "हिन्दी।") == pytest.approx(np.array([1, 2, 3]) / 14**0.5)


def test_what_frequent_words_share_is_taken_away_and_no_batch_matters(write):
    # Words are (1, 0, x): of the second moment the first axis has by far the most.
    rows = "".join(f"w{n} 100 0 {1 - n % 2 * 2}\n" for n in range(200))
    encoder = WordVectors(write(rows.encode(), "glove.txt"), remove_common=True)
    assert _vector(encoder, "w6 w8") == pytest.approx([0, 0, 1], abs=2e-2)
    check_encoder(encoder, ["w6 w8 w2", "w1", "nothing", "w3 w4 w9"])


def test_the_encoder_conforms_that_the_entry_point_offers(write):
    encoder = registry.load(f"word_vectors:{write(_rows())}").text
    check_encoder(encoder, ["the sun", "", "東京 in Rome", "a flower " * 200])


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model that gensim trained on a few words and saved as fastText does."""
    from gensim.models.fasttext import FastText, save_facebook_model

    texts = [["sun", "flower", "grüße", "a"], ["東京", "sunny", "flowers"]] * 3
    model = FastText(texts, vector_size=9, min_count=1, bucket=50, epochs=1, workers=1, seed=0)
    path = tmp_path_factory.mktemp("fasttext") / "model.bin"
    save_facebook_model(model, str(path))
    return path


def test_fasttext_gives_known_and_unknown_words_the_vectors_of_the_reference(trained):
    from gensim.models.fasttext import load_facebook_vectors

    theirs, ours = load_facebook_vectors(str(trained)), read(trained)
    assert list(ours.index) == theirs.index_to_key
    for word in ours.index:
        assert ours.of(word) == pytest.approx(theirs[word], abs=1e-6)
    for word in ("sunflower", "Grüßen", "東", "x"):
        assert ours.of_parts(word) == pytest.approx(theirs[word], abs=1e-6)
    check_encoder(WordVectors(trained))


def test_a_fasttext_file_that_ends_anywhere_is_refused_with_the_byte(trained, write):
    whole = trained.read_bytes()
    vocabulary = whole.index("東京".encode())
    for end in (30, 70, 100, vocabulary, vocabulary + 4, len(whole) // 2):
        with pytest.raises(WeightsError, match=rf"ends (at byte {end}|within its first line)"):
            read(write(whole[:end]))


def test_a_quantised_or_packed_fasttext_file_says_what_to_use_instead(trained, write):
    whole = bytearray(trained.read_bytes())
    with pytest.raises(WeightsError, match="gunzip"):
        read(write(gzip.compress(whole, mtime=0)))
    matrix = whole.index(struct.pack("<2q", 57, 9)) - 1
    whole[matrix] = 1
    with pytest.raises(WeightsError, match=r"\.ftz"):
        read(write(whole))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "begins neither"),
        (b"\x89PNG\r\n\x1a\n", "begins neither"),
        (b"some words about nothing\n", "begins neither"),
        (b"0 4\n", "promises no words"),
        (pickle.dumps({"sun": 1}), "is a pickle, which can run any code"),
        (_header() + _rows()[:-12], "promises 5 words, and it has 4"),
        (_header() + _rows() + b"one 1 1 1 1\n", "promises 5 words, and it has 6"),
        (_rows() + b"one 1 1 1\n", "line 6 is not a word and 4 numbers"),
        (_rows() + b"one 1 1 x 1\n", "line 6 is not a word and 4 numbers"),
        (_header() + _rows().replace("東".encode(), b"\xe6\xe6"), "byte 1 of line 6 is not UTF-8"),
        (_rows().replace(b"4\n", b"nan\n"), "word 4 is not finite"),
        (_binary({"a": (1, 2, 3, np.inf)}), "word 1 is not finite"),
        (_binary()[:-8], "ends at byte 105, in its word 5"),
        (b"999999999999 300\nthe \x00\x00", "too short for the 999999999999 words"),
        (gzip.compress(_rows(), mtime=0)[:-20], "can't be unpacked"),
    ],
)
def test_a_file_that_is_broken_gets_a_sentence_that_says_where(write, content, sentence):
    with pytest.raises(WeightsError, match=sentence):
        read(write(content))


def test_a_file_is_named_so_that_it_is_found_from_any_folder(write, monkeypatch):
    path = write(_rows(), "glove.txt")
    monkeypatch.chdir(path.parent)
    assert WordVectorsPlugin("glove.txt").full_name == f"word_vectors:{path}"


def test_it_is_offered_by_its_name_and_says_what_it_needs(write):
    offer = registry.installed()["word_vectors"]
    assert offer.package == "embedcurate"
    with pytest.raises(SpaceUnavailable, match=r"needs a file of word vectors.*word_vectors:PATH"):
        registry.load("word_vectors")
    with pytest.raises(SpaceUnavailable, match=r"there is no file '.*nowhere\.vec'"):
        registry.load("word_vectors:nowhere.vec")
    with pytest.raises(SpaceOptionError, match="common=remove"):
        WordVectorsPlugin("x", {"common": "no"})
    path = write(_rows(), "glove.txt")
    kept = registry.load(f"word_vectors:{path}")
    removed = registry.load(f"word_vectors:{path}?common=remove")
    assert kept.channels[0].dimension == 4
    assert kept.fingerprints != removed.fingerprints
