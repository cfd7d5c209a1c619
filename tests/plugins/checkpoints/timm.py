"""A small timm checkpoint in the hub's format, whose weights are drawn from a seed."""

import json
from pathlib import Path
from typing import Any

__all__ = ["make_vit", "settings_of"]


def make_vit(folder: Path) -> Path:
    """Write `config.json` and `model.safetensors` as timm saves them; return `folder`."""
    import timm
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = timm.create_model("test_vit", pretrained=False, num_classes=0)
    timm.models.save_for_hf(network, str(folder), safe_serialization=True)
    return folder


def settings_of(folder: Path) -> dict[str, Any]:
    """Return what the folder's description says to `timm.create_model`."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return {"num_classes": config["num_classes"], "global_pool": config["global_pool"]}
