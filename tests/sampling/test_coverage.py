import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embedcurate.sampling.coverage import Beside, measure
from embedcurate.sampling.mixture import Stratum
from embedcurate.sampling.strategies import Pool

NOTHING = np.zeros(0, np.int64)


def strata_of(n, seed=0, d=5):
    vectors = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    first = np.arange(n) % 2 == 0
    parts = (("image", first), ("audio", ~first))
    return vectors, [
        Stratum(name, Pool(vectors[mask]), np.flatnonzero(mask)) for name, mask in parts
    ]


def far_by_hand(vectors, row, kept):
    near = [vectors[row].astype(float) @ vectors[one] for one in kept if one % 2 == row % 2]
    return 1 - max(near) if near else np.inf


@given(st.integers(0, 1000), st.integers(2, 30), st.data())
@settings(max_examples=40, deadline=None)
def test_coverage_is_what_measuring_every_pair_gives(seed, n, data):
    vectors, strata = strata_of(n, seed)
    order = data.draw(st.permutations(range(n)))
    cut = data.draw(st.integers(0, n))
    start, listed = np.sort(np.array(order[:2], np.int64)), np.array(order[2:cut], np.int64)
    eligible = np.random.default_rng(seed).random(n) < 0.7
    eligible[listed], eligible[start] = True, False
    found, apart = measure(strata, listed, start=start, eligible=eligible, beside=Beside.NOTHING)
    far = np.array([far_by_hand(vectors, row, [*start, *listed]) for row in range(n)])
    covered = far[eligible & np.isfinite(far)]
    assert found.items == eligible.sum()
    assert found.uncovered == (eligible & ~np.isfinite(far)).sum()
    if len(covered):
        assert found.cover is not None
        assert found.cover.radius == pytest.approx(covered.max(), abs=1e-5)
        assert found.cover.mean == pytest.approx(covered.mean(), abs=1e-5)
    else:
        assert found.cover is None
    before = [*start]
    for row, distance in zip(listed, apart, strict=True):
        assert distance == pytest.approx(far_by_hand(vectors, row, before), abs=1e-5)
        before.append(row)


def test_the_curve_falls_from_the_first_pick_of_every_modality_to_the_radius():
    _, strata = strata_of(80)
    listed = np.random.default_rng(1).permutation(80)[:30]
    found, _ = measure(
        strata, listed, start=NOTHING, eligible=np.ones(80, bool), beside=Beside.NOTHING
    )
    picks, radii = zip(*found.curve, strict=True)
    assert set(picks) <= {1, 2, 5, 10, 20, 30}
    assert list(radii) == sorted(radii, reverse=True)
    assert found.cover is not None
    assert radii[-1] == found.cover.radius
    assert set(found.modalities) == {"image", "audio"}
    assert max(cover.radius for cover in found.modalities.values()) == found.cover.radius


def test_a_sample_stands_beside_others_of_its_size():
    _, strata = strata_of(200)
    listed = np.random.default_rng(1).permutation(200)[:20]
    found, _ = measure(strata, listed, start=NOTHING, eligible=np.ones(200, bool))
    beside = found.likened
    assert beside is not None
    assert beside.items == 200
    assert found.cover is not None
    assert beside.sample.mean == pytest.approx(found.cover.mean, abs=1e-5)
    assert abs(beside.sample.mean - beside.random.mean) < 5 * max(beside.random_spread.mean, 0.01)
    assert beside.medoids.mean < beside.random.mean - beside.random_spread.mean


def test_where_all_would_take_too_long_a_part_is_compared(monkeypatch):
    monkeypatch.setattr("embedcurate.sampling.coverage._PRODUCTS", 1)
    monkeypatch.setattr("embedcurate.sampling.coverage._LEAST", 50)
    _, strata = strata_of(200)
    found, _ = measure(strata, np.arange(10), start=NOTHING, eligible=np.ones(200, bool))
    assert found.likened is not None
    assert found.likened.items == 50
    assert found.items == 200
