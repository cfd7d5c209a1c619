"""A small open_clip checkpoint in the real format whose weights are set, not trained.

A text's vector is the sum of its words' vectors (`words`), a picture's a linear function of its
mean colour: to each colour's axis as far as the mean colour points there.
"""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from tests.plugins.checkpoints.words import COLOURS, DIMENSION, NOTHING, axis, word_vectors

__all__ = ["GREY", "SIZE_PX", "colour_axes", "make_clip", "picture_vector", "text_vector"]

GREY = 0.3
"""How much of the middle's axis each picture has."""

SIZE_PX = 32

_MODEL = {
    "embed_dim": DIMENSION,
    "vision_cfg": {
        "image_size": SIZE_PX,
        "patch_size": SIZE_PX,
        "layers": 1,
        "width": DIMENSION,
        "head_width": DIMENSION,
        "mlp_ratio": 1.0,
        "no_ln_pre": True,
    },
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": DIMENSION,
        "heads": 1,
        "layers": 1,
        "mlp_ratio": 1.0,
    },
}
_PREPROCESS = {
    "mean": [0.48145466, 0.4578275, 0.40821073],
    "std": [0.26862954, 0.26130258, 0.27577711],
    "interpolation": "bicubic",
    "resize_mode": "shortest",
}
_SCALE = DIMENSION**0.5  # at which a layer normalisation leaves a vector as it is
_BLANK = 0.05  # beside words, whose sum has the length `_SCALE`


def make_clip(folder: Path) -> Path:
    """Write `open_clip_config.json` and `open_clip_model.safetensors`; return `folder`."""
    from open_clip import CLIP
    from open_clip.tokenizer import SimpleTokenizer

    weights = {
        name: np.zeros_like(value.numpy()) for name, value in CLIP(**_MODEL).state_dict().items()
    }
    for name, value in weights.items():
        if name.endswith(("ln_1.weight", "ln_2.weight", "ln_post.weight", "ln_final.weight")):
            value[:] = 1
        elif name.endswith("attn.in_proj_weight"):  # the mean of what is seen, as it is
            value[2 * DIMENSION :] = np.eye(DIMENSION)
        elif name.endswith("attn.out_proj.weight"):
            value[:] = np.eye(DIMENSION)
    weights["text_projection"][:] = np.eye(DIMENSION)
    weights["visual.proj"][:] = np.eye(DIMENSION)
    tokens = SimpleTokenizer().encoder
    words = [token.removesuffix("</w>") for token in tokens]
    weights["token_embedding.weight"][:] = word_vectors(words) * _SCALE
    for start, word in {"cy": "cyan", "shr": "shrill"}.items():  # they have no token of their own
        weights["token_embedding.weight"][tokens[start]] = axis(word) * _SCALE
    weights["token_embedding.weight"][-2:] = 0  # the start and the end say nothing
    weights["ln_final.bias"][:] = _BLANK * axis(NOTHING)
    mean, std = np.array(_PREPROCESS["mean"]), np.array(_PREPROCESS["std"])
    # What is measured is 2 rgb - 1, of which the constant stands in the patch's position.
    kernel = colour_axes() * 2 * std
    weights["visual.conv1.weight"][:] = kernel[:, :, None, None] / SIZE_PX**2
    constant = GREY * axis("grey") + colour_axes() @ (2 * mean - 1)
    weights["visual.positional_embedding"][1] = constant
    folder.mkdir(parents=True, exist_ok=True)
    config = {"model_cfg": _MODEL, "preprocess_cfg": _PREPROCESS}
    (folder / "open_clip_config.json").write_text(json.dumps(config), "utf-8")
    save_file(weights, folder / "open_clip_model.safetensors")
    return folder


def colour_axes() -> NDArray[np.float64]:
    """Return (32, 3): how much of each colour's axis a mean colour in [-1, 1] gets."""
    return np.sum([np.outer(axis(name), rgb) / 3 for name, rgb in COLOURS.items()], axis=0)


def text_vector(words: str) -> NDArray[np.float64]:
    """Return the vector (32,) of words that are one token each: the right answer, by hand.

    Of the colours and sounds all are but `cyan` and `shrill`, which have two.
    """
    total = word_vectors(words.split()).astype(np.float64).sum(axis=0)
    known = total / (np.linalg.norm(total) or 1) * _SCALE + _BLANK * axis(NOTHING)
    return known / np.linalg.norm(known)


def picture_vector(colour: tuple[int, int, int]) -> NDArray[np.float64]:
    """Return the vector (32,) of a picture whose mean colour, 0 to 255, is known."""
    known = colour_axes() @ (np.array(colour) / 127.5 - 1) + GREY * axis("grey")
    return np.asarray(known / np.linalg.norm(known))
