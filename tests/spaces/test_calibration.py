import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedcurate.spaces.calibration import measure, neutral_texts, score
from embedcurate.spaces.space import Background

BACKGROUND = Background(0.2, 0.05)
COSINES = st.floats(-1, 1, width=32)


def units(count: int, dimension: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_scores_at_known_points():
    at = score([0.2, 0.3, 0.45], BACKGROUND)
    assert at == pytest.approx([1 / (1 + np.e**2), 0.5, 1 / (1 + np.e**-3)])


@given(COSINES, COSINES)
def test_a_higher_cosine_has_a_higher_score(one, other):
    low, high = score(sorted([one, other]), BACKGROUND)
    assert 0 <= low <= high <= 1
    assert low < high or abs(one - other) < 1e-9


@given(COSINES, st.floats(-0.5, 0.5), st.floats(0.02, 0.5))
def test_only_the_distance_in_spreads_counts(cosine, mean, spread):
    z = (cosine - mean) / spread
    assert score(cosine, Background(mean, spread)) == pytest.approx(score(z, Background(0, 1)))


def test_random_directions_have_the_known_background():
    back = measure(units(200, 100), units(500, 100, seed=1))
    assert back.mean == pytest.approx(0, abs=0.002)
    assert back.spread == pytest.approx(0.1, rel=0.03)


def test_items_that_fit_do_not_move_the_background():
    queries, items = units(50, 100), units(500, 100, seed=1)
    fitting = np.concatenate([items, queries])
    before, after = measure(queries, items), measure(queries, fitting)
    assert after.mean == pytest.approx(before.mean, abs=0.003)
    assert after.spread == pytest.approx(before.spread, rel=0.02)


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_few_items_give_a_finite_background(queries, items):
    back = measure(units(queries, 8), units(items, 8, seed=1))
    assert np.isfinite(back.mean)
    assert back.spread >= 0.02


def test_items_that_are_all_alike_keep_scores_apart():
    back = measure(units(1, 8), np.repeat(units(1, 8, seed=1), 10, axis=0))
    assert len(set(score(np.linspace(back.mean, back.mean + 0.6, 1000), back))) == 1000


def test_nothing_has_no_background():
    with pytest.raises(ValueError, match="at least one"):
        measure(units(0, 8), units(3, 8))
    with pytest.raises(ValueError, match="at least one"):
        measure(units(3, 8), units(0, 8))


def test_the_neutral_texts_are_many_and_distinct():
    texts = neutral_texts()
    assert len(texts) == len(set(texts)) >= 200
    assert all(text == text.strip() for text in texts)


def test_what_a_query_has_in_common_with_the_modality_is_expected_of_each_item():
    common = units(1, 100, seed=2)
    items = units(500, 100, seed=1) + 2 * common
    items /= np.linalg.norm(items, axis=1, keepdims=True)
    back = measure(units(200, 100), items, centre=items[::5].mean(axis=0))
    near, far = common[0], units(1, 100, seed=3)[0]
    assert back.expected(near) == pytest.approx(float((items @ near).mean()), abs=0.01)
    assert back.expected(far) == pytest.approx(float((items @ far).mean()), abs=0.01)
    assert back.expected(near) > 0.8


def test_items_that_all_fit_stay_above_what_is_expected():
    wanted = units(1, 100, seed=2)
    alike = units(500, 100, seed=1) * 0.1 + wanted
    alike /= np.linalg.norm(alike, axis=1, keepdims=True)
    back = measure(units(200, 100), alike, centre=np.zeros(100, np.float32))
    assert score(alike @ wanted[0] - back.expected(wanted[0]) + back.mean, back).min() > 0.9
