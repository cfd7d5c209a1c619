import json
import shutil

import numpy as np
import pytest
import soundfile
import torch
from embedcurate_plugins.clap import FILES, ClapSpace
from embedcurate_plugins.clap.features import ClapFeatures
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel
from transformers.utils import logging

from embedcurate.errors import SpaceOptionError, WeightsError
from embedcurate.items import Modality
from embedcurate.media import audio
from embedcurate.progress import ignore
from embedcurate.spaces import registry
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.pooling import encode_all, pool
from embedcurate.testing import check_encoder
from embedcurate.testing.media import pluck
from tests.plugins.checkpoints.clap import make_clap, sound_vector, text_vector

RATE_HZ = 48_000
HEARD = {60: "rumble", 260: "low", 640: "middle", 1250: "high", 5500: "shrill", 0: "silent"}
"""Pitches that the checkpoint was not taught, and the word for each."""

logging.disable_progress_bar()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_clap(tmp_path_factory.mktemp("clap"))


@pytest.fixture(scope="module")
def fused(tmp_path_factory):
    return make_clap(tmp_path_factory.mktemp("fused"), fused=True)


@pytest.fixture(scope="module")
def clap(folder):
    return registry.load(f"clap:{folder}")


@pytest.fixture
def damaged(folder, tmp_path):
    """A copy of the checkpoint for a test to break."""
    return shutil.copytree(folder, tmp_path / "copy")


def string(pitch_hz: float, length_s: float = 1.0) -> np.ndarray:
    return pluck(pitch_hz, round(length_s * RATE_HZ), RATE_HZ).astype(np.float32)


def noise(length_s: float) -> np.ndarray:
    random = np.random.default_rng(0)
    return random.normal(0, 0.1, round(length_s * RATE_HZ)).astype(np.float32)


def encoder_of(folder, modality=Modality.AUDIO):
    return ClapSpace(str(folder)).load(ignore).encoders[modality]


@pytest.mark.parametrize("modality", [Modality.AUDIO, Modality.TEXT])
def test_its_encoders_conform(clap, modality):
    check_encoder(clap.encoders[modality])


def test_texts_have_the_vectors_that_the_weights_were_set_to_give(clap):
    texts = ["red", "a dog", "low shrill", "the silent high red house"]
    known = np.stack([text_vector(text) for text in texts])
    assert np.abs(clap.text.encode(texts)[SHARED] - known).max() < 1e-5


def test_texts_have_the_vectors_of_the_original(clap, folder):
    texts = ["", "a dog on a beach", "Grüße aus 東京 🎈", "the sea at night " * 300]
    tokens = AutoTokenizer.from_pretrained(folder)(
        texts, padding=True, truncation=True, return_tensors="pt"
    )
    with torch.inference_mode():
        expected = ClapModel.from_pretrained(folder).eval().get_text_features(**tokens)
    assert np.abs(clap.text.encode(texts)[SHARED] - expected.pooler_output.numpy()).max() < 1e-5


@pytest.mark.parametrize("which", ["folder", "fused"])
def test_sounds_have_the_vectors_of_the_original(which, request):
    folder = request.getfixturevalue(which)
    sounds = [string(300, 0.37), string(3000, 4.0), noise(6.0), noise(10.0), string(0)]
    extractor = ClapFeatureExtractor.from_pretrained(folder)
    seen = extractor(sounds, sampling_rate=RATE_HZ, return_tensors="pt")["input_features"]
    short = torch.zeros(len(sounds), 1, dtype=torch.bool)  # else it draws one to be long
    with torch.inference_mode():
        model = ClapModel.from_pretrained(folder).eval()
        expected = model.get_audio_features(seen, is_longer=short).pooler_output.numpy()
    assert np.abs(encoder_of(folder).encode(sounds)[SHARED] - expected).max() < 1e-5


@pytest.mark.parametrize(
    ("padding", "truncation"),
    [("repeatpad", "rand_trunc"), ("repeat", "fusion"), ("pad", "fusion")],
)
def test_features_are_those_of_the_extractor_to_a_ten_thousandth_decibel(
    damaged, padding, truncation
):
    file = damaged / "preprocessor_config.json"
    asked = {"padding": padding, "truncation": truncation}
    file.write_text(json.dumps({**json.loads(file.read_text()), **asked}))
    extractor = ClapFeatureExtractor.from_pretrained(damaged)
    ours = ClapFeatures(damaged, length=10 * RATE_HZ)
    tone = np.sin(np.arange(10 * RATE_HZ) * 0.07).astype(np.float32)
    for samples in (string(220, 2.3), noise(10.0) * 1e-5, tone, string(0, 0.1)):
        for expected in extractor(samples, sampling_rate=RATE_HZ)["input_features"][0]:
            assert np.abs(ours.of(samples)[0].numpy() - expected).max() < 1e-4


def test_words_find_the_sounds_of_their_band(clap):
    sounds = clap.audio.encode([string(pitch) for pitch in HEARD])[SHARED]
    words = clap.text.encode(list(HEARD.values()))[SHARED]
    assert ((words @ sounds.T).argmax(axis=1) == np.arange(len(HEARD))).all()
    known = np.stack([sound_vector(word) for word in HEARD.values()])
    assert (sounds * known).sum(axis=1).min() > 0.7


def test_the_middle_of_a_long_sound_is_found_where_it_is(clap, tmp_path):
    low, high = np.resize(string(260), 10 * RATE_HZ), np.resize(string(1250), 15 * RATE_HZ)
    soundfile.write(tmp_path / "long.wav", np.concatenate([low, high, low]), RATE_HZ)
    heard = audio.decode(
        tmp_path / "long.wav",
        rate_hz=clap.audio.rate_hz,
        window_s=clap.audio.window_s,
        hop_s=clap.audio.hop_s,
    )
    assert [segment.start for segment, _ in heard.windows] == [0, 5, 10, 15, 20, 25]
    rows = encode_all(clap.audio, [samples for _, samples in heard.windows])[SHARED]
    asked = clap.text.encode(["high", "low"])[SHARED]
    fits = rows @ asked.T
    best = heard.windows[int(fits[:, 0].argmax())][0]
    assert 10 <= best.start < best.end <= 25
    assert set(np.argsort(-fits[:, 1])[:2]) == {0, 5}
    assert (pool(rows) @ asked.T > 0.3).all()


def test_of_a_sound_a_little_longer_than_a_window_both_ends_are_heard(clap):
    both = np.concatenate([np.resize(string(260), 7 * RATE_HZ), np.resize(string(5500), 336_000)])
    start, end = both[: 10 * RATE_HZ], both[4 * RATE_HZ :]
    vectors = clap.audio.encode([both, start, end])[SHARED]
    assert np.abs(vectors[0] - pool(vectors[1:])).max() < 1e-6


def test_a_template_is_put_around_queries_and_not_around_items(folder):
    space = ClapSpace(str(folder), {"template": "a red {}"}).load(ignore)
    assert space.name == f"clap:{folder}?template=a red {{}}"
    queries = space.text.encode_queries(["dog"])[SHARED]
    assert np.abs(queries[0] - text_vector("a red dog")).max() < 1e-5
    assert np.abs(space.text.encode(["dog"])[SHARED][0] - text_vector("dog")).max() < 1e-5
    with pytest.raises(SpaceOptionError, match="template"):
        ClapSpace("", {"template": "a red"})


def test_passages_fill_the_context_and_no_more(clap):
    text = "The dog runs on the beach by the sea. " * 120
    passages = clap.text.passages(text)
    tokens = clap.text._towers.tokenizer
    sizes = [len(tokens.encode(text[int(p.start) : int(p.end)]).ids) for p in passages]
    assert len(passages) > 2
    assert 400 < max(sizes) <= 512


def test_a_query_in_words_loads_no_tower_of_sounds(folder):
    texts = encoder_of(folder, Modality.TEXT)
    texts.passages("a dog")
    assert not {"text_tower", "sound_tower"} & set(vars(texts._towers))
    texts.encode(["a dog"])
    assert "sound_tower" not in vars(texts._towers)


def test_what_a_folder_lacks_is_told_and_no_pickle_is_taken_instead(damaged):
    (damaged / "model.safetensors").unlink()
    torch.save({}, damaged / "pytorch_model.bin")
    assert ClapSpace(str(damaged)).available() == f"'{damaged}' lacks model.safetensors"
    missing = ClapSpace(str(damaged / "gone"))
    assert missing.available() == f"'{damaged / 'gone'}' lacks {', '.join(FILES)}"


def test_a_repository_that_is_not_here_is_told_with_the_command_that_fetches_it():
    plugin = ClapSpace("someone/a-clap")
    assert plugin.available() == "the weights of 'someone/a-clap' are not on this machine"
    assert plugin.remedy == "Run: embedcurate models pull clap:someone/a-clap"
    [weights] = ClapSpace().weights()
    assert (weights.repo, weights.licence) == ("laion/clap-htsat-unfused", "Apache-2.0")
    assert set(weights.files) == set(FILES)


def test_a_model_in_the_hubs_cache_is_found_without_asking_the_hub(folder, tmp_path, monkeypatch):
    repo = tmp_path / "models--laion--clap-htsat-unfused"
    shutil.copytree(folder, repo / "snapshots" / "0123abcd")
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text("0123abcd")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    plugin = ClapSpace()
    assert (plugin.available(), plugin.weights()[0].missing) == (None, [])
    space = plugin.load(ignore)
    assert (space.name, space.text.encode(["low"])[SHARED].shape) == ("clap", (1, 32))


def test_a_missing_package_is_told(monkeypatch):
    import embedcurate_plugins.pretrained as module

    monkeypatch.setattr(module, "find_spec", lambda name: None)
    plugin = ClapSpace()
    assert plugin.available() == "the package 'transformers' is not installed"
    assert plugin.remedy == "Run: pip install 'embedcurate[clap]'"


def test_a_truncated_file_of_weights_gets_a_sentence(damaged):
    file = damaged / "model.safetensors"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(WeightsError, match="damaged or cut short"):
        encoder_of(damaged).encode([noise(1.0)])


def test_older_checkpoints_without_buffers_and_with_more_settings_load(clap, damaged):
    follow = ("position_ids", "token_type_ids", "relative_position_index", "num_batches_tracked")
    weights = load_file(damaged / "model.safetensors")
    kept = {name: value for name, value in weights.items() if not name.endswith(follow)}
    assert len(kept) == len(weights) - 5
    save_file(kept, damaged / "model.safetensors", {"format": "pt"})
    config = json.loads((damaged / "config.json").read_text())
    config["text_config"]["fusion_hidden_size"] = 768
    (damaged / "config.json").write_text(json.dumps({**config, "torch_dtype": "float32"}))
    for modality, medium in ((Modality.TEXT, "low"), (Modality.AUDIO, noise(1.0))):
        known = clap.encoders[modality].encode([medium])[SHARED]
        found = encoder_of(damaged, modality).encode([medium])[SHARED]
        assert np.abs(found - known).max() < 1e-5


def test_weights_of_another_architecture_are_refused_and_not_made_up(damaged):
    weights = load_file(damaged / "model.safetensors")
    kept = {name: value for name, value in weights.items() if "projection.linear2" not in name}
    save_file(kept, damaged / "model.safetensors", {"format": "pt"})
    with pytest.raises(WeightsError, match=r"2 are missing .* 'audio_projection\.linear2\.bias'"):
        encoder_of(damaged).encode([noise(1.0)])
    config = json.loads((damaged / "config.json").read_text())
    (damaged / "config.json").write_text(json.dumps({**config, "projection_dim": 8}))
    with pytest.raises(WeightsError, match="4 are missing or of another shape"):
        encoder_of(damaged, Modality.TEXT).encode(["a dog"])
    (damaged / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(WeightsError, match="of the type 'bert', not 'clap'"):
        encoder_of(damaged)
