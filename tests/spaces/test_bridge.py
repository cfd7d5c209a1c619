"""A bridge must find what is known to be there: twins under a rotation, a shift, noise."""

from dataclasses import replace

import numpy as np
import pytest

from embedcurate.errors import BridgeError
from embedcurate.spaces.anchors import ANCHORS, anchors
from embedcurate.spaces.bridge import Bridge, align

RANDOM = np.random.default_rng(5)
COUNT, DIMENSION = 3_000, 48


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def a_space(count: int = COUNT) -> np.ndarray:
    """Return unit rows as encoders give them: off centre, and of unequal variance."""
    scales = 1 / np.arange(1, DIMENSION + 1) ** 0.5
    return unit(RANDOM.normal(size=(count, DIMENSION)) * scales + 0.3)


def a_rotation() -> np.ndarray:
    return np.linalg.qr(RANDOM.normal(size=(DIMENSION, DIMENSION)))[0]


def noisy(rows: np.ndarray, share: float) -> np.ndarray:
    noise = unit(RANDOM.normal(size=rows.shape))
    return rows + share * noise * np.linalg.norm(rows, axis=1, keepdims=True)


SOURCE = a_space()
TWINS = {
    "rotation": (SOURCE @ a_rotation(), 0.99),
    "rotation and shift": (SOURCE @ a_rotation() + unit(RANDOM.normal(size=(1, 48))), 0.99),
    "noisy rectangular": (noisy(SOURCE @ RANDOM.normal(size=(48, 32)), 0.15), 0.95),
}


@pytest.fixture(scope="module", params=TWINS)
def twin(request):
    rows, least = TWINS[request.param]
    target = unit(rows)
    return request.param, target, least, align(SOURCE[:2500], target[:2500])


def first_is_own(rows: np.ndarray, gallery: np.ndarray) -> float:
    return float(((rows @ gallery.T).argmax(1) == np.arange(len(rows))).mean())


def test_twins_that_were_never_seen_are_found(twin):
    _, target, least, bridge = twin
    carried = bridge.carry(SOURCE[2500:])
    assert carried.dtype == np.float32
    assert np.allclose(np.linalg.norm(carried, axis=1), 1, atol=1e-5)
    recall = first_is_own(carried, target[2500:])
    assert recall >= least
    if target.shape[1] == DIMENSION:
        raw = first_is_own(SOURCE[2500:], target[2500:])
        assert recall - raw > 0.9
        assert bridge.report.raw_1 < 0.05


def test_the_report_is_what_twins_held_out_say(twin):
    _, target, _, bridge = twin
    seen = first_is_own(bridge.carry(SOURCE[2500:]), target[2500:])
    assert bridge.report.held_out == 500
    assert bridge.report.recall_1 == pytest.approx(seen, abs=0.04)
    assert bridge.report.recall_1 <= bridge.report.recall_10


def test_a_shifted_modality_lands_where_its_texts_do_by_its_own_mean():
    target = unit(TWINS["rotation"][0])
    bridge = align(SOURCE[:2500], target[:2500])
    gap = unit(RANDOM.normal(size=(1, DIMENSION)))
    heard = unit(SOURCE[2500:] + 1.5 * gap)
    own = replace(bridge, source_mean=heard.mean(axis=0)).carry(heard)
    blind = bridge.carry(heard)
    assert first_is_own(own, target[2500:]) > 0.95
    assert first_is_own(own, target[2500:]) > first_is_own(blind, target[2500:]) + 0.2


def test_a_saved_bridge_carries_alike(twin, tmp_path):
    _, _, _, bridge = twin
    bridge.save(tmp_path / "deep" / "b.safetensors")
    again = Bridge.read(tmp_path / "deep" / "b.safetensors")
    assert again is not None
    assert again.report == bridge.report
    assert np.array_equal(again.carry(SOURCE[:9]), bridge.carry(SOURCE[:9]))
    assert again.carry(SOURCE[:0]).shape == (0, bridge.target_mean.shape[0])


def test_a_bridge_that_is_gone_or_damaged_is_made_again(tmp_path, twin):
    path = tmp_path / "b.safetensors"
    assert Bridge.read(path) is None
    twin[3].save(path)
    path.write_bytes(path.read_bytes()[:-100])
    assert Bridge.read(path) is None


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        (SOURCE[:60], SOURCE[:60], "60 anchors are too few"),
        (SOURCE[:300], SOURCE[:299], "come in pairs: there are 300"),
        (SOURCE[:500], SOURCE[:500][::-1], "do not fit together"),
        (SOURCE, SOURCE * np.float32("nan"), "not finite"),
        (np.repeat(SOURCE[:5], 60, axis=0), SOURCE[:300], "differ from each other"),
    ],
)
def test_anchors_that_can_not_align_get_a_sentence(source, target, sentence):
    with pytest.raises(BridgeError, match=sentence):
        align(source, target)


def test_the_anchors_that_ship_are_many_distinct_and_licensed():
    texts = anchors()
    assert len(set(texts)) == len(texts) > 5_000
    assert all(text == text.strip() and text.isprintable() for text in texts)
    assert "WordNet 3.0 Copyright 2006" in ANCHORS.with_name("anchors_LICENSE.txt").read_text()
