import json
import shutil
import tomllib
from itertools import pairwise

import numpy as np
import pytest
import torch
from blake3 import blake3
from embedcurate_plugins.clip import ClipSpace
from embedcurate_plugins.clip.model import text_features
from embedcurate_plugins.clip.source import _IN_FOLDERS, DEFAULT, Source
from PIL import Image
from safetensors.torch import load_file

from embedcurate.collection import Collection
from embedcurate.errors import SpaceOptionError
from embedcurate.progress import ignore
from embedcurate.spaces import registry
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.preprocessing import Preprocessing
from embedcurate.spaces.tiny import COLOURS
from tests.plugins.checkpoints.clip import SIZE_PX, make_clip, picture_vector, text_vector
from tests.plugins.checkpoints.siglip import make_siglip

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="module")
def clip(folder):
    return registry.load(f"clip:local-dir:{folder}")


def plain(rgb, size=(40, 50)) -> np.ndarray:
    return np.full((*size, 3), rgb, np.uint8)


def noise(*sizes) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (*size, 3), np.uint8) for size in sizes]


def test_texts_have_the_vectors_that_the_weights_say(clip):
    texts = ["red", "a red thing", "the blue sea", "", "white white black"]
    expected = np.array([text_vector(text) for text in texts])
    assert np.abs(clip.text.encode(texts)[SHARED] - expected).max() < 1e-6


def test_pictures_have_the_vectors_that_the_weights_say(clip):
    pictures = [plain(rgb) for rgb in COLOURS.values()]
    expected = np.array([picture_vector(rgb) for rgb in COLOURS.values()])
    assert np.abs(clip.image.encode(pictures)[SHARED] - expected).max() < 2e-5


def test_a_red_thing_is_nearest_to_a_red_picture(clip):
    texts = clip.text.encode([f"a {colour} thing" for colour in COLOURS])[SHARED]
    pictures = clip.image.encode([plain(rgb) for rgb in COLOURS.values()])[SHARED]
    assert (texts @ pictures.T).argmax(axis=1).tolist() == list(range(len(COLOURS)))


def test_vectors_are_those_that_open_clip_gives(clip, folder):
    import open_clip

    model, _, transform = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    pictures = noise((64, 48), (33, 90), (32, 32), (5, 7))
    texts = ["two dogs, at sea!", "Grüße &amp; 東京", "word " * 200]
    with torch.inference_mode():
        pixels = torch.stack([transform(Image.fromarray(picture)) for picture in pictures])
        seen = model.eval().encode_image(pixels, normalize=True).numpy()
        read = model.encode_text(open_clip.tokenize(texts), normalize=True).numpy()
    assert np.abs(clip.image.encode(pictures)[SHARED] - seen).max() < 1e-5
    assert np.abs(clip.text.encode(texts)[SHARED] - read).max() < 1e-5


@pytest.mark.parametrize("kind", ["CLIP", "CustomTextCLIP"])
@pytest.mark.parametrize("causal", [True, False])
def test_a_text_tower_gives_for_cut_texts_what_it_gives_for_whole_ones(kind, causal):
    import open_clip

    torch.manual_seed(0)
    vision = {"image_size": 32, "patch_size": 32, "layers": 1, "width": 32, "head_width": 32}
    reading = {"width": 32, "heads": 2, "layers": 2, "no_causal_mask": not causal}
    network = getattr(open_clip, kind)(16, vision, reading).eval()
    tokens = open_clip.tokenize(["two dogs", "a red house beside the long road to the sea", ""])
    with torch.inference_mode():
        whole = network.encode_text(tokens, normalize=True)
        cut = torch.nn.functional.normalize(text_features(network, tokens), dim=-1)
    assert np.abs(cut.numpy() - whole.numpy()).max() < 1e-5


@pytest.mark.parametrize("mode", ["shortest", "longest", "squash"])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
def test_preprocessing_is_that_of_open_clip(mode, interpolation):
    from open_clip.transform import image_transform

    mean, std = (0.48, 0.45, 0.4), (0.26, 0.25, 0.27)
    how = {"mean": mean, "std": std, "resize_mode": mode, "interpolation": interpolation}
    original = image_transform(32, is_train=False, **how)
    ours = Preprocessing(32, 32, mean, std, interpolation, mode)
    for picture in noise((30, 40), (71, 33), (1, 1), (9, 200), (32, 32), (224, 100)):
        expected = original(Image.fromarray(picture)).numpy()
        assert np.abs(ours([picture])[0] - expected).max() < 1e-5, picture.shape


def test_passages_fit_the_context_and_share_words(clip):
    text = "Some quick brown fox jumped over the lazy dog, near the river bank. " * 20
    found = clip.text.passages(text)
    pieces = [text[int(p.start) : int(p.end)] for p in found]
    tokens = clip.text._model.tokenizer
    assert len(pieces) > 3
    assert all(len(tokens.encode(piece)) <= 75 for piece in pieces)
    assert all(piece.rstrip().endswith(".") for piece in pieces)
    assert all(after.start < before.end for before, after in pairwise(found))


def test_passages_fit_with_a_tokenizer_of_another_model(folder, tmp_path):
    other = shutil.copytree(folder, tmp_path / "other")
    make_siglip(tmp_path / "siglip")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tmp_path / "siglip" / name, other)
    config = json.loads((other / "open_clip_config.json").read_text())
    config["model_cfg"]["text_cfg"]["hf_tokenizer_name"] = "named/elsewhere"
    (other / "open_clip_config.json").write_text(json.dumps(config))
    texts = ClipSpace(str(other)).load(ignore).text
    text = "the red sea of two dogs. " * 40
    pieces = [text[int(one.start) : int(one.end)] for one in texts.passages(text)]
    tokenizer = texts._model.tokenizer.tokenizer
    assert len(pieces) > 3
    assert all(len(tokenizer(piece).input_ids) <= 77 for piece in pieces)
    assert all(piece.rstrip().endswith(".") for piece in pieces)
    assert texts.encode(pieces[:2])[SHARED].shape == (2, 32)


def test_a_template_is_put_around_short_queries_and_around_no_items(folder):
    asked = registry.load(f"clip:{folder}?template=a photo of {{}}")
    long = "word " * 90
    rows = asked.text.encode_queries(["red", long])[SHARED]
    plain_rows = asked.text.encode(["a photo of red", long])[SHARED]
    assert np.abs(rows - plain_rows).max() < 1e-6
    assert np.abs(asked.text.encode(["red"])[SHARED][0] - text_vector("red")).max() < 1e-6
    with pytest.raises(SpaceOptionError, match=r"a photo of \{\}"):
        ClipSpace(str(folder), {"template": "a photo"})


def test_an_architecture_takes_a_file_of_either_kind(folder, tmp_path, monkeypatch):
    import open_clip

    monkeypatch.setattr(open_clip.factory, "_MODEL_CONFIG_PATHS", [tmp_path])
    monkeypatch.setattr("embedcurate_plugins.clip.source._architectures", lambda: known)
    known = {"Mini": tmp_path / "Mini.json"}
    config = json.loads((folder / "open_clip_config.json").read_text())
    known["Mini"].write_text(json.dumps(config["model_cfg"]))
    open_clip.factory._rescan_model_configs()
    stored = folder / "open_clip_model.safetensors"
    torch.save({"epoch": 3, "state_dict": load_file(stored)}, tmp_path / "training.pt")
    for file in (stored, tmp_path / "training.pt"):
        space = ClipSpace(f"Mini@{file}").load(ignore)
        assert np.abs(space.text.encode(["red"])[SHARED][0] - text_vector("red")).max() < 1e-6
    del open_clip.factory._MODEL_CONFIGS["Mini"]


def test_the_default_is_what_open_clip_knows_by_its_tag():
    from open_clip import pretrained

    source = Source.parse(DEFAULT, "clip")
    known = pretrained.get_pretrained_cfg(source.architecture, source.tag)
    assert known["hf_hub"].rstrip("/") == source.weights.repo
    assert (source.dimension, source.size_px) == (512, 224)
    other = Source.parse("ViT-B-16/openai", "clip").weights
    assert "/" in other.repo
    assert other.files


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("ViT-B-33/openai", "ViT-B-32/..."),
        ("ViT-B-32@weights.npy", "ARCHITECTURE@FILE.safetensors"),
        ("nothing", "a folder"),
    ],
)
def test_a_model_that_is_none_gets_a_suggestion(model, said):
    with pytest.raises(SpaceOptionError, match=said):
        ClipSpace(model)


def test_an_unknown_tag_names_those_that_there_are():
    with pytest.raises(SpaceOptionError, match="ViT-B-32/openai"):
        ClipSpace("ViT-B-32/opena").available()


def test_what_is_missing_is_said_with_what_gets_it(folder, tmp_path, monkeypatch):
    assert ClipSpace(str(folder)).available() is None
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    plugin = ClipSpace()
    assert plugin.available() == "its weights are not on this machine"
    assert plugin.remedy == f"Run: embedcurate models pull clip:{DEFAULT}"
    assert "no file" in ClipSpace(f"ViT-B-32@{tmp_path / 'x.pt'}").available()
    assert "open_clip_config.json' can't be read" in ClipSpace(f"local-dir:{tmp_path}").available()
    monkeypatch.setattr("embedcurate_plugins.clip.find_spec", lambda name: None)
    assert "'open_clip_torch' is not installed" in plugin.available()
    assert plugin.remedy == "Run: pip install 'embedcurate[clip]'"


def test_the_file_in_a_folder_is_the_one_that_open_clip_takes(folder, tmp_path):
    from open_clip.factory import _find_checkpoint_in_dir

    shutil.copy(folder / "open_clip_config.json", tmp_path)
    for name in reversed(_IN_FOLDERS):
        (tmp_path / name).touch()
        assert str(Source.parse(str(tmp_path), "clip").file) == _find_checkpoint_in_dir(tmp_path)


def test_pictures_are_asked_for_at_twice_what_the_model_sees(clip):
    assert clip.image.size_px == SIZE_PX


def test_the_checksum_of_the_weights_is_kept_in_the_collection(clip, folder, tmp_path):
    content = blake3()
    for file in ("open_clip_config.json", "open_clip_model.safetensors"):
        content.update((folder / file).read_bytes())
    Collection.create(tmp_path / "collection", clip)
    stored = tomllib.loads((tmp_path / "collection" / "collection.toml").read_text("utf-8"))
    kept = stored["fingerprints"]
    assert kept.keys() == {"image", "text"}
    assert all(one.endswith(f"@{content.hexdigest(8)}") for one in kept.values())


def test_a_space_is_named_by_the_whole_path_wherever_one_stands(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    for model in (folder.name, f"local-dir:./{folder.name}", str(folder)):
        assert ClipSpace(model).full_name == f"clip:{folder}"
    file = "ViT-B-32@weights.pt"
    assert ClipSpace(file).full_name == f"clip:ViT-B-32@{folder.parent / 'weights.pt'}"
    assert ClipSpace().full_name == "clip"
