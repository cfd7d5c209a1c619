import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedcurate.neighbours import nearest_neighbours
from embedcurate.sampling.medoids import group, medoids
from embedcurate.sampling.mixture import Classes, Stratum, draw
from embedcurate.sampling.strategies import PICKERS, Draw, Pool, Strategy

NOTHING = np.zeros(0, np.int64)


def unit_rows(n, d=8, seed=0):
    vectors = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def clumps(sizes, spread=0.05, d=16, seed=0):
    """Return rows around one axis a clump, and the clump of each."""
    rng = np.random.default_rng(seed)
    of = np.repeat(np.arange(len(sizes)), sizes)
    vectors = np.eye(d)[of] + spread * rng.standard_normal((len(of), d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), of


def pool_of(vectors, odd_share=0.0):
    graph = nearest_neighbours(vectors, 5)
    density = graph.cosines.mean(axis=1)
    odd = density < np.quantile(density, odd_share)
    return Pool(vectors, density, graph.indices.astype(np.int64), odd)


def picked(strategy, pool, size, allowed=None, chosen=NOTHING, min_distance=None, seed=0):
    wanted = Draw(
        pool=pool,
        size=size,
        allowed=np.ones(len(pool.vectors), bool) if allowed is None else allowed,
        chosen=chosen,
        min_distance=min_distance,
        random_state=seed,
    )
    return PICKERS[strategy](wanted).tolist()


@pytest.mark.parametrize("strategy", sorted(PICKERS))
def test_each_strategy_picks_as_many_different_allowed_rows_as_asked(strategy):
    pool = pool_of(unit_rows(60), 0.1)
    allowed = np.random.default_rng(1).random(60) < 0.6
    for size in (1, 7, int(allowed.sum())):
        rows = picked(strategy, pool, size, allowed)
        assert len(set(rows)) == len(rows) == size
        assert allowed[rows].all()
        assert rows == picked(strategy, pool, size, allowed)


@pytest.mark.parametrize("strategy", sorted(PICKERS))
def test_equal_rows_are_picked_like_others(strategy):
    pool = pool_of(np.repeat(unit_rows(1), 20, axis=0))
    assert len(set(picked(strategy, pool, 12))) == 12


@given(st.integers(0, 10_000), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_diverse_covers_within_twice_the_best_radius(seed, size):
    vectors = unit_rows(9, 3, seed)
    lengths = np.linalg.norm(vectors[:, None].astype(float) - vectors[None], axis=2)

    def radius(rows):
        return lengths[:, list(rows)].min(axis=1).max()

    best = min(radius(rows) for rows in itertools.combinations(range(9), size))
    assert radius(picked("diverse", Pool(vectors), size)) <= 2 * best + 1e-5  # Gonzalez 1985


def test_diverse_leaves_oddities_for_the_end():
    vectors, of = clumps([30, 30, 1])
    pool = pool_of(vectors, 0.02)
    assert pool.odd is not None
    assert pool.odd[60]
    rows = picked("diverse", pool, 61)
    assert sorted(rows[-int(pool.odd.sum()) :]) == np.flatnonzero(pool.odd).tolist()
    assert sorted(rows) == list(range(61))
    assert of[rows[0]] != of[rows[1]]


def test_diverse_stops_at_the_least_distance_and_keeps_it_from_what_was_chosen():
    vectors, of = clumps([10, 10, 10])
    rows = picked("diverse", Pool(vectors), 30, min_distance=0.5)
    assert sorted(of[rows]) == [0, 1, 2]
    rows = picked("diverse", Pool(vectors), 30, chosen=np.array([0]), min_distance=0.5)
    assert sorted(of[rows]) == [1, 2]


def test_representative_takes_the_middle_of_each_group_the_largest_first():
    vectors, of = clumps([40, 20, 10])
    rows = medoids(vectors, 3, allowed=np.ones(70, bool))
    assert of[rows].tolist() == [0, 1, 2]
    for row in rows:
        members = vectors[of == of[row]]
        cosines = members @ members.mean(axis=0)
        assert vectors[row] @ members.mean(axis=0) == pytest.approx(cosines.max(), abs=1e-5)


def test_representative_leaves_groups_alone_that_have_one_already():
    vectors, of = clumps([40, 20, 10])
    rows = medoids(vectors, 2, allowed=np.ones(70, bool), start=np.array([3]))
    assert of[rows].tolist() == [1, 2]


def test_medoids_learn_from_a_part_of_many_rows(monkeypatch):
    monkeypatch.setattr("embedcurate.sampling.medoids._LEARN_FROM", 30)
    monkeypatch.setattr("embedcurate.sampling.medoids._LEARN_FROM_EACH", 10)
    monkeypatch.setattr("embedcurate.sampling.medoids._CELLS", 64)
    vectors, of = clumps([400, 200, 100])
    assert of[medoids(vectors, 3, allowed=np.ones(700, bool))].tolist() == [0, 1, 2]


def test_groups_are_found_whatever_the_order_of_rows():
    vectors, of = clumps([12, 12, 12, 12])
    labels = group(vectors, np.arange(48), 4)
    assert len(set(zip(labels.tolist(), of.tolist(), strict=True))) == 4


def test_typical_takes_the_dense_heart_of_each_group_in_proportion():
    tight, _ = clumps([30], spread=0.01)
    loose, _ = clumps([0, 60], spread=0.1, seed=1)
    vectors = np.concatenate([tight, loose])
    rows = np.array(picked("typical", pool_of(vectors), 9))
    assert (rows < 30).sum() == 3
    density = pool_of(vectors).density
    assert density is not None
    assert density[rows[rows >= 30]].mean() > np.median(density[30:])


def test_typical_takes_one_of_a_clump_of_copies_before_the_next():
    vectors = np.concatenate([unit_rows(1).repeat(4, axis=0), unit_rows(20, seed=2)])
    rows = picked("typical", pool_of(vectors), 1)
    assert rows[0] < 4
    everything = np.ones(24, bool)
    copies = sum(row < 4 for row in picked("typical", pool_of(vectors), 4, everything))
    assert copies <= 2


def strata_of(n, seed):
    vectors = unit_rows(n, 6, seed)
    first = np.arange(n) % 3 > 0
    return [
        Stratum(name, pool_of(vectors[mask]), np.flatnonzero(mask))
        for name, mask in (("image", first), ("audio", ~first))
    ]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_mixtures_take_nobody_twice_and_keep_to_what_was_asked(data):
    n = data.draw(st.integers(12, 40))
    seed = data.draw(st.integers(0, 5))
    strata = strata_of(n, seed)
    rng = np.random.default_rng(seed)
    eligible = rng.random(n) < 0.8
    special = data.draw(st.permutations(range(n)))
    must, start = np.array(special[:3], np.int64), np.array(sorted(special[3:6]), np.int64)
    eligible[must], eligible[start] = True, False
    names = st.sampled_from(sorted(Strategy))
    weights = data.draw(st.dictionaries(names, st.integers(1, 5), min_size=1))
    of = rng.integers(-1, 3, n)
    classes = Classes(of, [None, 2, None], Strategy(data.draw(st.sampled_from(sorted(PICKERS)))))
    size = data.draw(st.integers(3, n))

    def drawn():
        return draw(
            strata,
            size,
            weights,
            eligible=eligible,
            must=must,
            start=start,
            classes=classes,
        )

    found = drawn()
    rows = found.rows.tolist()
    assert len(set(rows)) == len(rows) <= size
    assert rows[:3] == must.tolist()
    assert found.strategies[:3] == (None, None, None)
    assert not set(rows) & set(start.tolist())
    assert eligible[rows].all()
    if "balanced" not in weights:
        assert len(rows) == min(size, int(eligible.sum()))
    if set(weights) == {"balanced"}:
        already = int((of[np.concatenate([must, start])] == 1).sum())
        assert (of[rows[3:]] >= 0).all()
        assert (of[np.concatenate([start, rows])] == 1).sum() <= max(2, already)
    again = drawn()
    assert again.rows.tolist() == rows
    assert again.strategies == found.strategies


def test_weights_share_the_size_exactly_and_any_beginning_is_mixed_alike():
    strata = strata_of(300, 1)
    found = draw(
        strata,
        60,
        {Strategy.DIVERSE: 3, Strategy.RANDOM: 2, Strategy.TYPICAL: 1},
        eligible=np.ones(300, bool),
        must=NOTHING,
        start=NOTHING,
    )
    for upto in (30, 60):
        shares = [found.strategies[:upto].count(one) for one in ("diverse", "random", "typical")]
        assert np.allclose(shares, [upto / 2, upto / 3, upto / 6], atol=2)
        pictures = np.isin(found.rows[:upto], strata[0].rows).sum()
        assert abs(pictures - upto * 2 / 3) <= 2
