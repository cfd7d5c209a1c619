import re
from html.parser import HTMLParser

import numpy as np
import pytest

from embedcurate.collection import Collection
from embedcurate.errors import TargetExists, UnreadableSource
from embedcurate.evaluation import WordFiles, evaluate, write_html
from embedcurate.evaluation.geometry import hubness, isotropy, modality_gap
from embedcurate.evaluation.lift import adjusted, tag_lifts
from embedcurate.evaluation.probes import knn_probe, linear_probe, wilson
from embedcurate.evaluation.words import analogies, association, associations, word_pairs
from embedcurate.indexing import index
from embedcurate.sources import Annotations
from embedcurate.testing import make_picture, make_sound, tiny_space


def unit(rows) -> np.ndarray:
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def blobs(n: int = 120, spread: float = 0.2) -> tuple[np.ndarray, list[str]]:
    """Return rows around three axes, and the axis of each as its label."""
    rng = np.random.default_rng(0)
    which = np.arange(n) % 3
    return unit(np.eye(8)[which] + spread * rng.standard_normal((n, 8))), [f"l{w}" for w in which]


def test_probes_tell_labels_that_are_in_the_vectors():
    vectors, labels = blobs()
    for probe in (knn_probe(vectors, labels), linear_probe(vectors, labels)):
        assert probe.accuracy > 0.95
        assert probe.low < probe.accuracy <= probe.high + 1e-9
        assert probe.chance == pytest.approx(1 / 3)
        assert (probe.items, probe.labels) == (120, 3)


def test_probes_are_at_chance_where_labels_mean_nothing():
    vectors, labels = blobs(300)
    shuffled = np.random.default_rng(1).permutation(labels).tolist()
    for probe in (knn_probe(vectors, shuffled), linear_probe(vectors, shuffled)):
        assert probe.low < 0.4


def test_probes_leave_out_items_without_a_label_and_need_two_labels():
    vectors, labels = blobs(30)
    assert knn_probe(vectors, [*labels[:20], *[""] * 10]).items == 20
    assert knn_probe(vectors, ["a"] * 30) is None
    assert linear_probe(vectors, [""] * 30) is None


@pytest.mark.parametrize(
    ("right", "n", "low", "high"), [(0, 0, 0, 1), (0, 10, 0, 0.2775), (81, 263, 0.2553, 0.3662)]
)
def test_wilsons_interval_has_its_published_values(right, n, low, high):
    assert wilson(right, n) == pytest.approx((low, high), abs=1e-4)


def test_a_planted_hub_is_the_largest_and_skews_the_counts():
    rng = np.random.default_rng(0)
    around = unit(rng.standard_normal((200, 64)) + 6 * np.eye(64)[0])
    even = hubness(around)
    hub = hubness(np.concatenate([unit(around.mean(axis=0))[None], around]))
    assert hub.occurrences[0] == hub.occurrences.max() > 150
    assert hub.skewness > even.skewness + 1
    assert hub.occurrences.mean() == 10


def test_isotropy_of_known_vectors():
    same = isotropy(unit(np.ones((5, 4))))
    assert same.mean_cosine == pytest.approx(1)
    assert same.effective_rank == pytest.approx(1, abs=1e-3)
    axes = isotropy(np.concatenate([np.eye(4), -np.eye(4)]).astype(np.float32))
    assert axes.mean_cosine == pytest.approx(-1 / 7)
    assert axes.effective_rank == pytest.approx(4)
    assert isotropy(np.ones((1, 4), np.float32)) is None


def test_the_gap_of_two_opposite_modalities():
    gap = modality_gap({"image": unit([[1, 0], [1, 0]]), "text": unit([[-1, 0], [-1, 0]])})
    assert gap["image-text"].as_document() == {"distance": 2.0, "within": 1.0, "across": -1.0}


WORDS = {"king": (1, 1), "man": (1, 0.1), "woman": (0.1, 1), "queen": (0.5, 1.9), "ant": (-1, -1)}


def encode(words):
    return unit([WORDS[word] for word in words])


def test_word_pairs_are_ranked_as_people_rank_them(tmp_path):
    table = tmp_path / "pairs.tsv"
    table.write_text("first\tsecond\tscore\nking\tqueen\t9\nking\tman\t7\nking\tant\t0.5\n")
    found = word_pairs(table, encode)
    assert (found.spearman, found.pairs) == (pytest.approx(1.0), 3)


@pytest.mark.parametrize("line", ["king,queen", "king,queen,many"])
def test_a_line_that_is_no_pair_is_named(tmp_path, line):
    table = tmp_path / "pairs.csv"
    table.write_text(f"king,man,3\n{line}\nking,ant,1\n")
    with pytest.raises(UnreadableSource, match="line 2"):
        word_pairs(table, encode)


def test_an_analogy_is_answered_among_the_words_of_the_file(tmp_path):
    file = tmp_path / "analogies.txt"
    file.write_text(": people\nman king woman queen\nman woman king ant\n")
    found = analogies(file, encode)
    assert (found.accuracy, found.questions) == (0.5, 2)
    assert found.chance == pytest.approx(1 / 2)


def test_an_association_that_is_there_has_the_largest_effect_and_the_exact_p():
    x, y = unit([[1, 0.1], [1, 0.2]]), unit([[0.1, 1], [0.2, 1]])
    found = association("t", x, y, unit([[1, 0]]), unit([[0, 1]]))
    assert found.effect > 1.5
    assert found.exact
    assert found.p == pytest.approx(1 / 6)  # one of the six ways to halve four words
    assert association("t", y, x, unit([[1, 0]]), unit([[0, 1]])).p == pytest.approx(1)


def test_many_words_are_permuted_at_random_and_p_is_never_zero():
    rng = np.random.default_rng(0)
    x, y = unit(rng.normal([1, 0], 0.1, (12, 2))), unit(rng.normal([0, 1], 0.1, (12, 2)))
    found = association("t", x, y, unit([[1, 0]]), unit([[0, 1]]))
    assert not found.exact
    assert 0 < found.p < 0.001


def test_a_list_of_words_that_lacks_is_named(tmp_path):
    file = tmp_path / "tests.toml"
    file.write_text('[a]\nX = ["king"]\nY = ["ant"]\nA = ["man"]\n')
    with pytest.raises(UnreadableSource, match="'a' lacks the list of words 'B'"):
        associations(file, encode)


def test_planted_lift_is_found_and_shuffled_tags_are_not():
    rng = np.random.default_rng(0)
    tags = [
        {tag for tag in "abcdef" if rng.random() < 0.3}
        | ({"x", "y"} if rng.random() < 0.2 else set())
        for _ in range(300)
    ]
    first = tag_lifts(tags)[0]
    assert (first.first, first.second) == ("x", "y")
    assert first.lift == pytest.approx(300 / first.both)
    assert first.q < 1e-6
    assert not [lift for lift in tag_lifts(tags)[1:] if lift.q < 0.01]


def test_benjamini_hochberg_of_a_published_example():
    p = np.array([0.01, 0.04, 0.03, 0.005])
    assert adjusted(p) == pytest.approx([0.02, 0.04, 0.04, 0.02])


@pytest.fixture(scope="module")
def collection(tmp_path_factory) -> Collection:
    root = tmp_path_factory.mktemp("evaluated")
    for colour in ("red", "green", "blue", "yellow"):
        for number in range(6):
            make_picture(
                root / "in" / colour / f"{number}.png", colour=colour, size_px=(60 + number, 60)
            )
    make_sound(root / "in" / "red" / "low.wav", pitch_hz=200)
    captions = root / "captions.csv"
    captions.write_text(
        "path,caption\nin/red/0.png,a red disc\nin/green/0.png,a green disc\n"
        "in/red/low.wav,a red disc\n"
    )
    made = Collection.create(root / "c", tiny_space())
    annotations = Annotations(captions=captions, labels="folder")
    index(made, tiny_space(), [root / "in"], annotations=annotations)
    return made


def test_a_collection_is_evaluated_by_its_captions_and_labels(collection):
    found = evaluate(collection, tiny_space())
    document = found.as_document()
    assert set(document["retrieval"]) >= {"text->image", "image->text", "image->audio"}
    assert document["retrieval"]["text->image"]["recall@1"] == 1.0
    pictures = next(part for part in found.geometry if part.modality == "image")
    assert pictures.knn.accuracy > 0.9
    assert collection.results.latest("evaluate").summary == document


def test_the_page_needs_nothing_else_and_replaces_only_when_told(collection, tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("red,red,9\nred,green,2\nred,blue,1\n")
    found = evaluate(collection, tiny_space(), words=WordFiles(pairs=pairs))
    page = tmp_path / "report.html"
    write_html(found, page)
    text = page.read_text()
    HTMLParser().feed(text)
    assert text.count("<svg") >= 3
    assert not re.search(r'<(script|link|img|iframe)|src="', text)
    with pytest.raises(TargetExists):
        write_html(found, page)
    write_html(found, page, overwrite=True)
