import json
import shutil

import numpy as np
import pytest
import torch
from embedcurate_plugins.wav2vec import Wav2VecPlugin
from safetensors.torch import load_file, save_file
from transformers import (
    AutoModel,
    HubertConfig,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    WavLMConfig,
)
from transformers.utils import logging

from embedcurate.errors import WeightsError
from embedcurate.items import Modality
from embedcurate.progress import ignore
from embedcurate.spaces import registry
from embedcurate.spaces.encoder import SHARED
from embedcurate.testing import check_encoder
from embedcurate.testing.media import pluck
from tests.plugins.checkpoints.speech import make_speech

KINDS = {"wav2vec2": Wav2Vec2Config, "hubert": HubertConfig, "wavlm": WavLMConfig}

logging.disable_progress_bar()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model that normalises over the whole of a sound, as the base models do."""
    return make_speech(tmp_path_factory.mktemp("speech"))


def sounds() -> list[np.ndarray]:
    noise = np.random.default_rng(0).normal(0, 0.1, 9000)
    made = [pluck(220, 16_000, 16_000), pluck(880, 7000, 16_000), noise, pluck(440, 7000, 16_000)]
    return [one.astype(np.float32) for one in made]


def encoder_of(folder):
    return Wav2VecPlugin(str(folder)).encoder()


def test_its_encoder_conforms_and_is_a_space_of_sounds(folder):
    space = registry.load(f"wav2vec:{folder}")
    assert space.modalities == {Modality.AUDIO}
    check_encoder(space.audio)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("norm", ["group", "layer"])
def test_vectors_are_the_means_of_the_originals_last_layer(kind, norm, tmp_path):
    make_speech(tmp_path, config=KINDS[kind], norm=norm)
    extractor = Wav2Vec2FeatureExtractor.from_pretrained(tmp_path)
    model = AutoModel.from_pretrained(tmp_path).eval()
    expected = []
    with torch.inference_mode():
        for samples in sounds():
            seen = extractor(samples, sampling_rate=16_000, return_tensors="pt")
            mean = model(seen["input_values"]).last_hidden_state.mean(1)
            expected.append(torch.nn.functional.normalize(mean)[0].numpy())
    assert np.abs(encoder_of(tmp_path).encode(sounds())[SHARED] - np.stack(expected)).max() < 1e-5


def test_of_a_model_trained_with_masks_they_are_those_of_a_padded_batch_too(tmp_path):
    make_speech(tmp_path, norm="layer")
    extractor = Wav2Vec2FeatureExtractor.from_pretrained(tmp_path)
    model = AutoModel.from_pretrained(tmp_path).eval()
    assert extractor.return_attention_mask
    seen = extractor(sounds(), sampling_rate=16_000, padding=True, return_tensors="pt")
    with torch.inference_mode():
        states = model(**seen).last_hidden_state
    frames = model._get_feat_extract_output_lengths(seen["attention_mask"].sum(1))
    means = [row[:count].mean(0) for row, count in zip(states, frames, strict=True)]
    expected = torch.nn.functional.normalize(torch.stack(means)).numpy()
    assert np.abs(encoder_of(tmp_path).encode(sounds())[SHARED] - expected).max() < 1e-5


def test_a_model_that_was_tuned_to_write_speech_down_serves_as_well(folder, tmp_path):
    """As the default was; it names weights otherwise, has more and lacks one for training."""
    newer = "parametrizations.weight.original"
    weights = {
        f"wav2vec2.{name.replace(f'{newer}0', 'weight_g').replace(f'{newer}1', 'weight_v')}": value
        for name, value in load_file(folder / "model.safetensors").items()
        if name != "masked_spec_embed"
    }
    weights["lm_head.weight"] = torch.zeros(32, 16)
    assert "wav2vec2.encoder.pos_conv_embed.conv.weight_g" in weights
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    save_file(weights, tmp_path / "model.safetensors", {"format": "pt"})
    found, known = (encoder_of(one).encode(sounds())[SHARED] for one in (tmp_path, folder))
    assert np.abs(found - known).max() < 1e-5


def test_what_torch_saved_is_read_without_running_it(folder, tmp_path):
    plain, ran = tmp_path / "plain", tmp_path / "ran"
    shutil.copytree(folder, plain)
    (plain / "model.safetensors").unlink()
    torch.save(AutoModel.from_pretrained(folder).state_dict(), plain / "pytorch_model.bin")
    found, known = (encoder_of(one).encode(sounds())[SHARED] for one in (plain, folder))
    assert np.abs(found - known).max() < 1e-5

    class Malicious:
        def __reduce__(self):
            return ran.touch, ()

    torch.save({"masked_spec_embed": Malicious()}, plain / "pytorch_model.bin")
    with pytest.raises(WeightsError, match="nothing of it was run"):
        encoder_of(plain).encode(sounds())
    assert not ran.exists()


def test_what_is_missing_or_of_another_kind_is_told(folder, tmp_path):
    plugin = Wav2VecPlugin()
    assert plugin.remedy == "Run: embedcurate models pull wav2vec:facebook/wav2vec2-base-960h"
    empty = Wav2VecPlugin(str(tmp_path))
    assert empty.available() == (
        f"'{tmp_path}' lacks config.json, preprocessor_config.json, weights"
    )
    other = shutil.copytree(folder, tmp_path / "other")
    config = json.loads((other / "config.json").read_text())
    (other / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 2}))
    with pytest.raises(WeightsError, match="are missing or of another shape"):
        encoder_of(other).encode(sounds())
    (other / "config.json").write_text('{"model_type": "whisper"}')
    with pytest.raises(WeightsError, match=r"'whisper'.*takes: wav2vec2, hubert, wavlm"):
        Wav2VecPlugin(str(other)).load(ignore)
