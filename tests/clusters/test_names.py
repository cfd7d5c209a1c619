import numpy as np

from embedcurate.clusters.naming import names_from
from embedcurate.clusters.vocabulary import candidates, fit
from embedcurate.clusters.words import count_words, significance, words_of


def test_words_are_lower_case_and_say_something() -> None:
    texts = ["The Dog and the cat", "IMG_2041 dog-house, 3 m"]
    assert words_of(texts) == {"dog", "cat", "house"}


def test_plurals_count_as_the_singular_where_there_is_one() -> None:
    counts = count_words([{"dogs"}, {"dog"}, {"bus"}, {"bus"}, {"boxes", "alone"}, {"box"}])
    assert counts.words == ("box", "bus", "dog")
    assert counts.present.sum(axis=0).tolist() == [2, 2, 2]


def test_the_word_that_sets_a_cluster_apart_stands_out_most() -> None:
    items = [{"dog", "grass"}] * 10 + [{"cat", "grass"}] * 10 + [{"grass"}] * 20
    counts = count_words(items)
    labels = np.repeat(np.array([0, 1, -1], np.int32), [10, 10, 20])
    typical = significance(counts, labels)
    assert [counts.words[place] for place in typical.argmax(axis=1)] == ["dog", "cat"]
    assert (np.abs(typical[:, counts.words.index("grass")]) < 2).all()


def test_a_word_of_two_items_is_no_significant_name_for_twenty() -> None:
    items = [{"rare"}] * 2 + [{"x"}] * 18 + [{"x"}] * 20
    labels = np.repeat(np.array([0, -1], np.int32), 20)
    counts = count_words(items)
    assert significance(counts, labels)[0, counts.words.index("rare")] < 3


def test_a_word_fits_the_cluster_that_lies_where_it_lies_in_any_modality() -> None:
    random = np.random.default_rng(0)
    words = np.eye(3, 8, dtype=np.float32)
    labels = np.arange(60, dtype=np.int32) % 3
    kinds = np.repeat(["image", "audio"], 30)
    gap = np.where(kinds == "image", 5.0, -5.0)[:, None] * np.eye(8)[7]
    vectors = words[labels] + gap + 0.1 * random.standard_normal((60, 8))
    fits = fit(vectors.astype(np.float32), kinds, labels, words)
    assert fits.shape == (3, 3)
    assert fits.argmax(axis=1).tolist() == [0, 1, 2]
    assert (fits.max(axis=1) > 0.9).all()


def test_names_are_up_to_three_words_that_share_no_part() -> None:
    words = ["guitar", "electric guitar", "strings", "wood", "bass", "sea"]
    scores = np.array([[9, 8.5, 8, 7.9, 7.8, 0]], np.float32)
    assert [name.text for name in names_from(words, scores)] == ["guitar, strings, wood"]


def test_no_two_names_are_alike_and_the_clearest_cluster_chooses_first() -> None:
    words = ["drum", "rhythm", "loop"]
    scores = np.array([[8, 2, 1], [9, 2, 1]], np.float32)
    first, second = names_from(words, scores)
    assert second.text == "drum"
    assert first.text == "drum, rhythm"


def test_a_cluster_in_which_no_word_stands_out_has_no_name() -> None:
    (name,) = names_from(["sea", "sky"], np.array([[2.0, 1.9]], np.float32))
    assert name.text == ""
    assert names_from([], np.zeros((2, 0), np.float32))[1].text == ""


def test_what_ships_has_everyday_things_classes_and_sounds() -> None:
    assert {"dog", "banjo", "harpsichord", "rain", "mine"} <= {*candidates(["mine"])}
