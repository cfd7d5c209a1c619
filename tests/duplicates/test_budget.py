import numpy as np
import pytest

from embedcurate.duplicates.budget import fit_tail, threshold_for


def tail_of(scale, n=200_000, below=np.inf):
    values = 0.3 + np.random.default_rng(1).exponential(scale, n)
    return values[values < below].astype(np.float32)


def test_the_tail_of_an_exponential_is_its_own():
    tail = fit_tail(tail_of(0.05))
    assert tail.scale == pytest.approx(0.05, rel=0.03)
    assert tail.expected(np.array([0.8]))[0] == pytest.approx(200_000 * np.exp(-10), rel=0.3)


def test_a_tail_that_is_cut_off_is_followed_beyond_the_cut():
    tail = fit_tail(tail_of(0.05, below=0.5), below=0.5)
    assert tail.scale == pytest.approx(0.05, rel=0.05)
    assert tail.expected(np.array([0.6]))[0] == pytest.approx(200_000 * np.exp(-6), rel=0.3)


@pytest.mark.parametrize("unrelated", [np.zeros(100), np.full(5000, 0.4), np.empty(0)])
def test_too_few_or_all_equal_give_no_tail(unrelated):
    assert fit_tail(unrelated.astype(np.float32)) is None


def test_similarities_that_get_no_rarer_give_no_tail():
    assert fit_tail(np.linspace(0, 0.5, 5000, dtype=np.float32), below=0.5) is None


@pytest.mark.parametrize("wrong_per_thousand", [1.0, 10.0, 100.0])
def test_the_share_of_wrong_pairs_stays_within_the_budget(wrong_per_thousand):
    random = np.random.default_rng(2)
    unrelated = np.minimum(0.3 + random.exponential(0.04, 300_000), 1)
    related = np.clip(random.normal(0.92, 0.05, 20_000), 0, 1)
    cut = 0.6
    seen = np.concatenate([unrelated, related]).astype(np.float32)
    budget = threshold_for(seen, seen[seen < cut], wrong_per_thousand=wrong_per_thousand, below=cut)
    wrong = np.count_nonzero(unrelated >= budget.threshold)
    right = np.count_nonzero(related >= budget.threshold)
    assert 1000 * wrong / (wrong + right) < 2 * wrong_per_thousand
    assert right > 0.95 * len(related)


def test_a_budget_that_cannot_be_kept_says_so():
    unrelated = np.random.default_rng(3).uniform(0.2, 1, 10_000).astype(np.float32)
    budget = threshold_for(unrelated, unrelated, wrong_per_thousand=1)
    assert budget.threshold is None
    assert "no threshold" in budget.how


def test_too_few_pairs_say_so():
    few = np.full(10, 0.5, np.float32)
    budget = threshold_for(few, few, wrong_per_thousand=1)
    assert budget.threshold is None
    assert budget.how.startswith("10 unrelated pairs are too few")
