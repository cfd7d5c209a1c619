import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import manifold
from sklearn.decomposition import PCA

from embedcurate.neighbours import nearest_neighbours
from embedcurate.projection import (
    Method,
    lay_out,
    principal_components,
    trustworthiness,
    umap_layout,
)
from embedcurate.projection.layout import memberships
from embedcurate.projection.placing import place_by_graph, place_near


def planted(n: int, dimension: int = 24, groups: int = 6):
    random = np.random.default_rng(0)
    centres = random.standard_normal((groups, dimension))
    labels = random.integers(0, groups, n)
    rows = centres[labels] + 0.4 * random.standard_normal((n, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), labels


def test_principal_components_are_those_of_scikit_learn() -> None:
    vectors, _ = planted(300)
    theirs = PCA(2).fit_transform(vectors)
    ours = principal_components(vectors)
    np.testing.assert_allclose(np.abs(ours), np.abs(theirs), atol=1e-4)
    assert ours.dtype == np.float32


@pytest.mark.parametrize("shape", [(0, 4), (1, 4), (5, 1)])
def test_principal_components_of_little_are_zero_where_there_are_none(
    shape: tuple[int, int],
) -> None:
    vectors = np.linspace(0, 1, shape[0] * shape[1], dtype=np.float32).reshape(shape)
    xy = principal_components(vectors)
    assert xy.shape == (shape[0], 2)
    assert (xy[:, 1] == 0).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(31, 120), st.integers(0, 1000))
def test_trustworthiness_is_that_of_scikit_learn(n: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((n, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    xy = random.standard_normal((n, 2)).astype(np.float32)
    theirs = manifold.trustworthiness(vectors, xy, n_neighbors=15)
    assert trustworthiness(vectors, xy, n_neighbors=15) == pytest.approx(theirs, abs=1e-5)


def test_trustworthiness_of_few_items_is_not_defined() -> None:
    assert trustworthiness(np.eye(30, dtype=np.float32), np.zeros((30, 2), np.float32)) is None


def test_umap_puts_groups_apart_better_than_the_components_do() -> None:
    vectors, labels = planted(400)
    graph, start = nearest_neighbours(vectors, 15), principal_components(vectors)
    xy = umap_layout(graph, start, n_epochs=200)
    assert xy.shape == (400, 2)
    assert np.isfinite(xy).all()
    apart = ((xy[:, None] - xy[None]) ** 2).sum(axis=2) + 1e9 * np.eye(400)
    assert (labels[apart.argmin(axis=1)] == labels).mean() > 0.98
    assert trustworthiness(vectors, xy) > trustworthiness(vectors, start) + 0.02


@pytest.mark.parametrize("threads", [1, 3])
def test_a_map_is_the_same_on_any_number_of_threads(
    threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, _ = planted(200)
    graph, start = nearest_neighbours(vectors, 15), principal_components(vectors)
    before = umap_layout(graph, start, n_epochs=30)
    monkeypatch.setattr("embedcurate.projection.layout._threads", lambda: threads)
    np.testing.assert_array_equal(umap_layout(graph, start, n_epochs=30), before)
    assert (umap_layout(graph, start, n_epochs=30, random_state=1) != before).any()


def test_memberships_are_those_of_umap() -> None:
    vectors, _ = planted(60)
    graph = nearest_neighbours(vectors, 10)
    ours = memberships(graph).toarray()
    np.testing.assert_allclose(ours, ours.T, atol=1e-6)
    assert 0 <= ours.min() <= ours.max() <= 1 + 1e-6
    one_way = np.zeros((60, 60))
    for row in range(60):
        low, high = 0.0, 4.0
        beyond = graph.distances[row] - graph.distances[row, 0]
        for _ in range(60):
            middle = (low + high) / 2
            wide = np.exp(-beyond / middle).sum() > np.log2(11)
            low, high = (low, middle) if wide else (middle, high)
        one_way[row, graph.indices[row]] = np.exp(-beyond / high)
    np.testing.assert_allclose(ours, one_way + one_way.T - one_way * one_way.T, atol=1e-4)


def test_equal_items_do_not_trouble_a_map() -> None:
    vectors = np.repeat(planted(1)[0], 50, axis=0)
    graph = nearest_neighbours(vectors, 15)
    for method in Method.UMAP, Method.TSNE:
        xy, _ = lay_out(vectors, graph, method=method)
        assert np.isfinite(xy).all()


@pytest.mark.parametrize("method", [Method.UMAP, Method.TSNE])
def test_of_many_items_some_are_laid_out_and_the_others_lie_by_them(method: Method) -> None:
    vectors, labels = planted(400)
    xy, count = lay_out(vectors, nearest_neighbours(vectors, 15), method=method, most=150)
    assert count == 134
    apart = ((xy[:, None] - xy[None]) ** 2).sum(axis=2) + 1e9 * np.eye(400)
    assert (labels[apart.argmin(axis=1)] == labels).mean() > 0.95


def test_a_new_item_lies_at_the_mean_of_its_nearest_weighted_by_nearness() -> None:
    angles = np.array([0, 0.2, 0.6, 3, 3, 3, 3])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    xy = np.array([[0, 0], [0, 0], [1, 0], *[[9, 9]] * 4], np.float32)
    placed = np.array([True, False, True, False, False, False, False])
    found = place_near(vectors, xy, placed)
    near, far = (1 / (2 - 2 * np.cos(angle)) for angle in (0.2, 0.4))
    np.testing.assert_allclose(found[1], [far / (near + far), 0], rtol=1e-4)
    np.testing.assert_array_equal(found[placed], xy[placed])


def test_a_copy_lies_on_what_it_copies() -> None:
    vectors, _ = planted(50)
    vectors[49] = vectors[7]
    xy = np.random.default_rng(0).standard_normal((50, 2)).astype(np.float32)
    found = place_near(vectors, xy, np.arange(50) < 49)
    np.testing.assert_allclose(found[49], xy[7], atol=1e-3)


def test_items_are_placed_along_the_graph_as_far_as_it_leads() -> None:
    vectors, labels = planted(90, groups=3)
    graph = nearest_neighbours(vectors, 5)
    placed = np.zeros(90, bool)
    placed[labels.tolist().index(0)] = True
    xy = np.full((90, 2), 4, np.float32)
    found, reached = place_by_graph(graph, xy, placed)
    assert reached[placed].all()
    assert set(labels[reached].tolist()) == {0}
    np.testing.assert_allclose(found, 4)
