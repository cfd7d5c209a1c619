import numpy as np
import pytest
from hdbscan import HDBSCAN
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from embedcurate.clusters import Labelled, hdbscan_exact, hdbscan_on_graph
from embedcurate.clusters.bridges import joins, ways_out
from embedcurate.errors import Cancelled
from embedcurate.neighbours import Graph, nearest_neighbours


def planted(n: int, dimension: int, groups: int, *, noise: float = 0.2, spread: float = 0.8):
    """Return unit rows around `groups` centres, and which each is of, -1 for noise."""
    random = np.random.default_rng(0)
    centres = unit(random.standard_normal((groups, dimension)))
    labels = random.integers(0, groups, n)
    rows = centres[labels] + spread * random.standard_normal((n, dimension)) / dimension**0.5
    stray = random.random(n) < noise
    rows[stray], labels[stray] = random.standard_normal((stray.sum(), dimension)), -1
    return unit(rows).astype(np.float32), labels


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def finite(found: Labelled) -> bool:
    return bool(
        np.isfinite(found.probabilities).all()
        and np.isfinite(found.outlier_scores).all()
        and np.isfinite(found.tree.lambda_).all()
    )


@pytest.mark.parametrize(
    ("n", "dimension", "groups", "spread"), [(1000, 64, 10, 0.6), (1200, 64, 20, 1.0)]
)
@pytest.mark.parametrize("method", ["eom", "leaf"])
def test_the_graph_gives_the_clusters_that_hdbscan_finds_among_all_pairs(
    n: int, dimension: int, groups: int, spread: float, method: str
) -> None:
    vectors, truth = planted(n, dimension, groups, spread=spread)
    plain = HDBSCAN(
        min_cluster_size=10, min_samples=5, cluster_selection_method=method, core_dist_n_jobs=1
    ).fit(vectors.astype(np.float64))
    found = hdbscan_on_graph(
        nearest_neighbours(vectors, 15),
        vectors,
        min_cluster_size=10,
        min_samples=5,
        cluster_selection_method=method,
    )
    assert adjusted_rand_score(plain.labels_, found.labels) > 0.97
    ours, theirs = (adjusted_rand_score(truth, one) for one in (found.labels, plain.labels_))
    assert ours > theirs - 0.03
    assert np.corrcoef(found.outlier_scores, plain.outlier_scores_)[0, 1] > 0.99


def test_without_vectors_the_clusters_are_the_same_but_for_some_noise() -> None:
    vectors, truth = planted(1000, 64, 10)
    found = hdbscan_on_graph(nearest_neighbours(vectors, 15), min_cluster_size=10)
    assert adjusted_rand_score(truth, found.labels) > 0.9


def test_exact_is_hdbscan_itself() -> None:
    vectors, _ = planted(400, 32, 5)
    plain = HDBSCAN(min_cluster_size=10, min_samples=5, core_dist_n_jobs=1).fit(vectors)
    found = hdbscan_exact(vectors, min_cluster_size=10, min_samples=5)
    assert adjusted_rand_score(plain.labels_, found.labels) > 0.99


def test_the_largest_cluster_is_number_0() -> None:
    vectors, _ = planted(600, 32, 6, spread=0.5)
    labels = hdbscan_on_graph(nearest_neighbours(vectors, 15), vectors).labels
    sizes = np.bincount(labels[labels >= 0])
    assert len(sizes) == 6
    assert (np.diff(sizes) <= 0).all()


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_fewer_rows_than_a_cluster_needs_are_noise(n: int) -> None:
    vectors = planted(4, 8, 1, noise=0)[0][:n]
    for found in (
        hdbscan_on_graph(nearest_neighbours(vectors, 15), vectors),
        hdbscan_exact(vectors),
    ):
        assert found.labels.tolist() == [-1] * n


@pytest.mark.parametrize("n", [5, 16, 100])
def test_rows_that_are_all_equal_are_one_cluster(n: int) -> None:
    vectors = np.repeat(planted(1, 16, 1)[0], n, axis=0)
    for found in (
        hdbscan_on_graph(nearest_neighbours(vectors, 15), vectors),
        hdbscan_exact(vectors),
    ):
        assert found.labels.tolist() == [0] * n
        assert finite(found)


@pytest.mark.parametrize("method", ["eom", "leaf"])
def test_a_heap_of_copies_larger_than_the_graph_sees_is_one_cluster(method: str) -> None:
    vectors, truth = planted(600, 32, 6)
    copies = np.flatnonzero(truth < 0)[:2]
    vectors = np.concatenate([vectors, np.repeat(vectors[copies], 100, axis=0)])
    with np.errstate(all="raise"):
        found = hdbscan_on_graph(
            nearest_neighbours(vectors, 15), vectors, cluster_selection_method=method
        )
    assert finite(found)
    for number, heap in enumerate((np.arange(600, 700), np.arange(700, 800))):
        (label,) = set(found.labels[np.append(heap, copies[number])].tolist())
        assert label >= 0
        assert (found.labels == label).sum() == 101


def test_gaps_in_an_approximate_graph_are_survived() -> None:
    vectors, truth = planted(800, 32, 8, spread=0.5)
    graph = nearest_neighbours(vectors, 15)
    random = np.random.default_rng(0)
    indices, cosines = graph.indices.copy(), graph.cosines.copy()
    for row in range(len(vectors)):  # keep some neighbours, nearest first, and pad with -1
        kept = np.flatnonzero(random.random(15) < 0.8)
        indices[row] = np.append(indices[row, kept], np.full(15 - len(kept), -1))
        cosines[row] = np.append(cosines[row, kept], np.full(15 - len(kept), -1))
    found = hdbscan_on_graph(Graph(indices, cosines, 0.8), vectors)
    assert adjusted_rand_score(truth, found.labels) > 0.9


def test_a_graph_without_any_edge_has_no_clusters() -> None:
    graph = Graph(np.full((20, 3), -1, np.int32), np.full((20, 3), -1, np.float32), 0.0)
    assert (hdbscan_on_graph(graph).labels == -1).all()


def test_clusters_closer_than_epsilon_stay_whole() -> None:
    random = np.random.default_rng(0)
    towards = unit(np.array([[1, 0.15, 0], [1, -0.15, 0], [0, 0, 1]]))
    vectors = unit(np.repeat(towards, 30, axis=0) + 0.02 * random.standard_normal((90, 3)))
    graph = nearest_neighbours(vectors.astype(np.float32), 15)
    options = {"cluster_selection_method": "leaf", "min_cluster_size": 20}
    fine = hdbscan_on_graph(graph, vectors.astype(np.float32), **options)
    coarse = hdbscan_on_graph(
        graph, vectors.astype(np.float32), **options, cluster_selection_epsilon=0.5
    )
    assert fine.labels.max() == 2
    assert coarse.labels.max() == 1
    assert len(set(coarse.labels[:60].tolist()) - {-1}) == 1


@pytest.mark.parametrize("wrong", [{"min_cluster_size": 1}, {"min_samples": 0}])
def test_sizes_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    vectors, _ = planted(20, 8, 2)
    with pytest.raises(ValueError, match="at least"):
        hdbscan_on_graph(nearest_neighbours(vectors), vectors, **wrong)


def test_it_stops_when_asked() -> None:
    def stop(done: int, total: int | None, doing: str) -> None:
        raise Cancelled

    vectors, _ = planted(100, 8, 2)
    with pytest.raises(Cancelled):
        hdbscan_on_graph(nearest_neighbours(vectors), vectors, progress=stop)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.integers(1, 6), st.integers(0, 1000))
def test_parts_are_joined_at_the_least_total_length(n: int, parts: int, seed: int) -> None:
    from scipy.sparse.csgraph import minimum_spanning_tree

    random = np.random.default_rng(seed)
    vectors = unit(random.standard_normal((n, 4))).astype(np.float32)
    core = random.random(n).astype(np.float32)
    part_of = np.unique(random.integers(0, parts, n), return_inverse=True)[1].astype(np.int32)
    apart = np.sqrt(np.maximum(2 - 2 * (vectors @ vectors.T), 0))
    reach = np.maximum(np.maximum(apart, core[:, None]), core[None, :]).astype(np.float64)
    between = np.full((part_of.max() + 1,) * 2, np.inf)
    np.minimum.at(between, (part_of[:, None], part_of[None, :]), reach)
    np.fill_diagonal(between, 0)

    edges = joins(vectors, core, part_of)
    assert len(edges) == part_of.max()
    assert edges[:, 2].sum() == pytest.approx(minimum_spanning_tree(between).sum(), abs=1e-4)
    ways = ways_out(vectors, core, part_of)
    np.fill_diagonal(between, np.inf)
    if part_of.max():
        np.testing.assert_allclose(ways[:, 2], between.min(axis=1), atol=1e-4)
