import numpy as np
import pytest

from embedcurate.neighbours import nearest_neighbours
from embedcurate.outliers import disputed, distinct, scores


def rows_of(groups, *, odd=0, copies=1, spread=0.06, d=24, seed=0):
    """Return groups around an axis each, then `odd` rows in directions of their own."""
    rng = np.random.default_rng(seed)
    centres = np.eye(d)[np.repeat(np.arange(len(groups)), groups)]
    vectors = centres + spread * rng.standard_normal((len(centres), d))
    lonely = np.eye(d)[len(groups) : len(groups) + odd] + 0.1
    vectors = np.concatenate([vectors, np.repeat(lonely, copies, axis=0)])
    vectors += 1e-4 * rng.standard_normal(vectors.shape)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def graph_of(vectors, n_neighbors=50):
    return nearest_neighbours(vectors, n_neighbors)


@pytest.mark.parametrize("copies", [1, 2, 5, 20])
def test_planted_oddities_come_first_however_many_copies_they_have(copies):
    vectors = rows_of([60, 40, 30], odd=3, copies=copies)
    found = scores(graph_of(vectors))
    oddest = np.argsort(-found.score)[: 3 * copies]
    assert sorted(oddest) == list(range(130, 130 + 3 * copies))
    assert found.outlier[130:].all()
    assert found.outlier[:130].mean() < 0.05
    assert (found.copies[130:] == copies - 1).all()
    assert ((found.score >= 0) & (found.score <= 1)).all()


def test_what_is_odd_beside_a_dense_group_is_found_beside_a_loose_one():
    dense = rows_of([80], spread=0.01)
    loose = rows_of([0, 80], spread=0.15, seed=1)
    beside = rows_of([1], spread=0.08, seed=2)
    found = scores(graph_of(np.concatenate([dense, loose, beside])))
    assert found.glosh[160] > np.quantile(found.glosh[:160], 0.95)


def test_scores_follow_their_rows_whatever_the_order():
    vectors = rows_of([40, 30], odd=2, copies=2)
    order = np.random.default_rng(3).permutation(len(vectors))
    straight, shuffled = scores(graph_of(vectors)), scores(graph_of(vectors[order]))
    assert np.allclose(straight.isolation[order], shuffled.isolation, atol=1e-3)
    assert np.array_equal(straight.outlier[order], shuffled.outlier)


def test_where_all_are_equal_nothing_is_odd():
    found = scores(graph_of(rows_of([1]).repeat(30, axis=0)))
    assert not found.outlier.any()
    assert (found.score < 0.01).all()


def test_a_large_group_of_copies_is_no_oddity():
    vectors = np.concatenate([rows_of([60, 60]), rows_of([], odd=1, copies=60)])
    found = scores(graph_of(vectors))
    assert not found.outlier[120:].any()


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_of_a_handful_nothing_can_be_told(count):
    found = scores(graph_of(rows_of([5, 5])[:count]))
    assert found.score.tolist() == [0] * count
    assert not found.outlier.any()


def test_copies_are_left_out_and_the_others_move_up():
    vectors = rows_of([20], odd=1, copies=3)
    graph, lost = distinct(graph_of(vectors, 12))
    assert lost.tolist() == [0] * 20 + [2] * 3
    assert (graph.indices[20:, :10] < 20).all()
    assert (graph.indices[20:, :10] >= 0).all()
    assert (graph.indices[20:, 10:] == -1).all()
    assert (np.diff(graph.cosines[:, :10], axis=1) <= 0).all()


def test_a_wrong_label_is_found_with_what_the_neighbours_say():
    vectors = rows_of([30, 30])
    labels = np.repeat([0, 1], 30)
    labels[7] = 1
    found = disputed(graph_of(vectors), labels)
    assert found.rows.tolist() == [7]
    assert found.expected.tolist() == [0]
    assert found.agreeing.tolist() == found.witnesses.tolist() == [10]
    assert found.share[0] == pytest.approx(1)


def test_a_wrong_label_on_two_copies_is_found_on_both():
    vectors = rows_of([30, 30])
    vectors[8] = vectors[7]
    labels = np.repeat([0, 1], 30)
    labels[7:9] = 1
    assert disputed(graph_of(vectors), labels).rows.tolist() == [7, 8]


def test_a_rare_label_is_not_held_to_more_witnesses_than_it_has():
    vectors = rows_of([60, 3], spread=0.03)
    assert not len(disputed(graph_of(vectors), np.repeat([0, 1], [60, 3])).rows)


def test_labels_at_random_and_labels_of_one_item_are_not_disputed():
    vectors = rows_of([60])
    random = np.random.default_rng(0).integers(0, 12, 60)
    assert not len(disputed(graph_of(vectors), random).rows)
    assert not len(disputed(graph_of(vectors), np.arange(60)).rows)
    assert not len(disputed(graph_of(vectors), np.full(60, -1)).rows)


def test_items_without_labels_are_no_witnesses():
    vectors = rows_of([30, 30])
    labels = np.repeat([0, 1], 30)
    labels[7] = 1
    labels[[row for row in range(30) if row % 6 and row != 7]] = -1
    found = disputed(graph_of(vectors, 29), labels)
    assert found.rows.tolist() == [7]
    assert found.witnesses.tolist() == [5]
