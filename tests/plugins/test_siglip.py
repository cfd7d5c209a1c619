import json
import shutil

import numpy as np
import pytest
import torch
from embedcurate_plugins.siglip import SiglipSpace
from PIL import Image

from embedcurate.errors import WeightsError
from embedcurate.progress import ignore
from embedcurate.spaces import registry
from embedcurate.spaces.encoder import SHARED
from tests.plugins.checkpoints.clip import picture_vector
from tests.plugins.checkpoints.siglip import CONTEXT, make_siglip
from tests.plugins.checkpoints.words import COLOURS, word_vectors

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_siglip(tmp_path_factory.mktemp("siglip"))


@pytest.fixture(scope="module")
def siglip(folder):
    return registry.load(f"siglip:{folder}")


def plain(rgb) -> np.ndarray:
    return np.full((40, 50, 3), rgb, np.uint8)


def test_texts_have_the_vectors_that_the_weights_say(siglip):
    texts = ["red", "a red thing", "the blue sea", "A RED thing"]
    sums = np.array([word_vectors(text.lower().split()).sum(axis=0) for text in texts])
    expected = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    assert np.abs(siglip.text.encode(texts)[SHARED] - expected).max() < 1e-5


def test_pictures_have_the_vectors_that_the_weights_say(siglip):
    colours = [(220, 30, 30), (30, 60, 220), (245, 245, 245), (15, 15, 15)]
    expected = np.array([picture_vector(rgb) for rgb in colours])
    found = siglip.image.encode([plain(rgb) for rgb in colours])[SHARED]
    assert np.abs(found - expected).max() < 2e-5


def test_a_colour_finds_its_picture(siglip):
    corners = [tuple(int(127.5 * (part + 1)) for part in rgb) for rgb in COLOURS.values()]
    texts = siglip.text.encode(list(COLOURS))[SHARED]
    pictures = siglip.image.encode([plain(rgb) for rgb in corners])[SHARED]
    assert (texts @ pictures.T).argmax(axis=1).tolist() == list(range(len(COLOURS)))


def test_vectors_are_those_that_transformers_gives(siglip, folder):
    from transformers import AutoTokenizer, SiglipImageProcessorPil, SiglipModel

    model = SiglipModel.from_pretrained(folder, local_files_only=True).eval()
    random = np.random.default_rng(0)
    pictures = [random.integers(0, 256, (*size, 3), np.uint8) for size in ((64, 48), (31, 90))]
    texts = ["two dogs", "word " * 30, "the sea of grüße"]
    processor = SiglipImageProcessorPil.from_pretrained(folder, local_files_only=True)
    pixels = processor([Image.fromarray(one) for one in pictures], return_tensors="pt")
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    how = {"padding": "max_length", "max_length": CONTEXT, "truncation": True}
    tokens = tokenizer(texts, return_tensors="pt", **how)
    with torch.inference_mode():
        seen = model.get_image_features(pixels.pixel_values).pooler_output
        read = model.get_text_features(tokens.input_ids).pooler_output
    for found, rows in ((siglip.image.encode(pictures), seen), (siglip.text.encode(texts), read)):
        expected = torch.nn.functional.normalize(rows).numpy()
        assert np.abs(found[SHARED] - expected).max() < 1e-5


def test_passages_fit_the_context(siglip):
    text = "the red sea of two dogs. " * 20
    pieces = [text[int(one.start) : int(one.end)] for one in siglip.text.passages(text)]
    tokens = siglip.text._towers.tokenizer
    assert len(pieces) > 5
    assert all(len(tokens(piece, add_special_tokens=True).input_ids) <= CONTEXT for piece in pieces)


def test_what_is_missing_or_wrong_is_said(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    plugin = SiglipSpace()
    assert plugin.available() == f"the weights of '{plugin.model}' are not on this machine"
    assert plugin.remedy == f"Run: embedcurate models pull siglip:{plugin.model}"
    assert "tokenizer.json" in plugin.weights()[0].files
    assert "spiece.model" in SiglipSpace("google/siglip-base-patch16-224").weights()[0].files
    assert "lacks config.json" in SiglipSpace(str(tmp_path)).available()
    foreign = shutil.copytree(folder, tmp_path / "foreign")
    config = json.loads((foreign / "config.json").read_text())
    (foreign / "config.json").write_text(json.dumps({**config, "model_type": "siglip2"}))
    with pytest.raises(WeightsError, match="of the type 'siglip2'"):
        SiglipSpace(str(foreign)).load(ignore)
    config["vision_config"]["hidden_size"] = 64
    (foreign / "config.json").write_text(json.dumps(config))
    with pytest.raises(WeightsError, match="does not hold the weights of SiglipVision"):
        SiglipSpace(str(foreign)).load(ignore).image.encode([plain((1, 2, 3))])
