"""Files of weights that are broken, foreign or hostile: each ends in a sentence that names it."""

import json
import os
import re
import shutil
import socket

import numpy as np
import pytest
import torch
from embedcurate_plugins.clip import ClipSpace
from embedcurate_plugins.siglip import SiglipSpace
from huggingface_hub import constants
from safetensors.torch import load_file, save_file

from embedcurate.errors import SpaceUnavailable, WeightsError
from embedcurate.progress import ignore
from embedcurate.spaces import registry
from embedcurate.spaces.checkpoints import read_weights
from embedcurate.spaces.encoder import SHARED
from tests.plugins.checkpoints.clip import make_clip
from tests.plugins.checkpoints.siglip import make_siglip

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SAFE = "open_clip_model.safetensors"
PICKLED = "open_clip_pytorch_model.bin"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return make_clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "copy")


class Harm:
    """Makes a folder where pickle itself reads it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def complaint(folder) -> str:
    """Encode with the checkpoint in `folder`; return the sentence that this ends in."""
    with pytest.raises(WeightsError) as caught:
        ClipSpace(str(folder)).load(ignore).text.encode(["red"])
    return str(caught.value)


@pytest.mark.parametrize("nested", [True, False])
def test_code_in_a_pt_file_is_not_run(folder, tmp_path, nested):
    (folder / SAFE).unlink()
    made = tmp_path / "made"
    harm = {"state_dict": {"logit_scale": torch.zeros(()), "harm": Harm(made)}}
    torch.save(harm if nested else Harm(made), folder / PICKLED)
    assert not made.exists()
    said = complaint(folder)
    assert str(folder / PICKLED) in said
    assert "nothing of it was run" in said
    assert ".safetensors" in said
    with pytest.raises(WeightsError, match="nothing of it was run"):
        read_weights(folder / PICKLED)
    assert not made.exists()
    torch.load(folder / PICKLED, weights_only=False)  # which shows that the file is what it seems
    assert made.exists()


def test_a_file_of_code_alone_is_not_run(tmp_path):
    made = tmp_path / "made"
    (tmp_path / "model.pt").write_bytes(f"cbuiltins\nopen\n(S'{made}'\nS'w'\ntR.".encode())
    with pytest.raises(WeightsError, match="nothing of it was run"):
        read_weights(tmp_path / "model.pt")
    assert not made.exists()


@pytest.mark.parametrize("kept", [0, 5, 4000, 6_000_000])
def test_a_truncated_safetensors_file_is_named(folder, kept):
    (folder / SAFE).write_bytes((folder / SAFE).read_bytes()[:kept])
    said = complaint(folder)
    assert f"'{folder / SAFE}' is damaged or cut short" in said
    assert "Fetch it again" in said


def test_a_truncated_pt_file_is_named(folder):
    torch.save(load_file(folder / SAFE), folder / PICKLED)
    (folder / SAFE).unlink()
    (folder / PICKLED).write_bytes((folder / PICKLED).read_bytes()[:100_000])
    assert str(folder / PICKLED) in complaint(folder)


def test_weights_of_another_architecture_are_refused_by_name(folder):
    save_file({"classifier.weight": torch.zeros(3, 3)}, folder / SAFE)
    said = complaint(folder)
    assert str(folder / SAFE) in said
    assert "does not hold the weights of" in said


def test_weights_of_another_width_are_refused(folder):
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["model_cfg"]["embed_dim"] = 48
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    assert "size mismatch" in complaint(folder)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"model_cfg": 3}', "\xff"])
def test_a_configuration_that_is_none_makes_the_space_unavailable(folder, text):
    (folder / "open_clip_config.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(SpaceUnavailable, match=re.escape(str(folder / "open_clip_config.json"))):
        registry.load(f"clip:{folder}")


def test_a_configuration_that_open_clip_can_make_nothing_of_is_told_of(folder):
    config = json.loads((folder / "open_clip_config.json").read_text())
    config["model_cfg"]["vision_cfg"]["depth"] = 3
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    assert str(folder) in complaint(folder)


def test_without_the_files_the_command_is_named_and_no_connection_is_tried(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))

    def refuse(*arguments):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    command = "embedcurate models pull clip:ViT-B-32/laion2b_s34b_b79k"
    with pytest.raises(SpaceUnavailable, match=command):
        registry.load("clip")


def test_what_is_no_state_dict_is_refused(tmp_path):
    torch.save([1, 2], tmp_path / "list.pt")
    torch.save({"a": torch.zeros(1), "epoch": 3}, tmp_path / "mixed.pt")
    for name in ("list.pt", "mixed.pt"):
        with pytest.raises(WeightsError, match=f"{name}' holds no weights alone"):
            read_weights(tmp_path / name)


def test_loading_and_encoding_ask_no_network(whole, tmp_path, monkeypatch):
    def refuse(*arguments):
        raise AssertionError("the network was asked")

    make_siglip(tmp_path / "siglip")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    picture = np.zeros((8, 8, 3), np.uint8)
    for plugin in (ClipSpace(str(whole)), SiglipSpace(str(tmp_path / "siglip"))):
        space = plugin.load(ignore)
        assert len(space.text.encode(["red"])[SHARED]) == 1
        assert len(space.image.encode([picture])[SHARED]) == 1
