"""A small SigLIP checkpoint in the format of transformers whose right answers are known.

A text's vector is the mean of its tokens' vectors (`words`); a picture's is
that of its mean colour, as in the small CLIP. Its tokenizer is that of SigLIP 2.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.plugins.checkpoints.clip import GREY, colour_axes
from tests.plugins.checkpoints.words import COLOURS, DIMENSION, axis, word_vectors

__all__ = ["CONTEXT", "SIZE_PX", "make_siglip"]

CONTEXT = 16
SIZE_PX = 32
_WORDS = ("a", "thing", "the", "sea", "two", "dogs", "of", "word")
_SPECIAL = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>")
_SCALE = DIMENSION**0.5


def make_siglip(folder: Path) -> Path:
    """Write what `SiglipModel` and its processor save; return `folder`."""
    import torch
    from transformers import Siglip2Tokenizer, SiglipConfig, SiglipModel

    pieces = [*_SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256))]
    letters = ["▁", *"abcdefghijklmnopqrstuvwxyz"]
    merges, words = [], []
    for word in (*reversed(COLOURS), *_WORDS):  # 'green' before 'red', which its letters begin
        start = word[0]
        for letter in word[1:]:
            if (start, letter) not in merges:
                merges.append((start, letter))
                words.append(start + letter)
            start += letter
    pieces += list(dict.fromkeys([*letters, *words]))
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Siglip2Tokenizer(
        vocabulary, merges, padding_side="right", add_bos_token=False, model_max_length=CONTEXT
    )
    tokenizer.save_pretrained(folder)
    size = {"hidden_size": DIMENSION, "intermediate_size": DIMENSION, "num_hidden_layers": 1}
    head = {"num_attention_heads": 1, "layer_norm_eps": 1e-6}
    marks = {"pad_token_id": 0, "eos_token_id": 1, "bos_token_id": 2}
    text = {"vocab_size": len(pieces), "max_position_embeddings": CONTEXT, **size, **head, **marks}
    vision = {"image_size": SIZE_PX, "patch_size": SIZE_PX, **size, **head}
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = SiglipModel(SiglipConfig(text_config=text, vision_config=vision))
    _set(model.state_dict(), pieces)
    model.save_pretrained(folder)
    pixels = {"size": {"height": SIZE_PX, "width": SIZE_PX}, "resample": 2}
    normal = {"image_mean": [0.5] * 3, "image_std": [0.5] * 3, "do_normalize": True}
    kind = {"image_processor_type": "SiglipImageProcessor", "do_resize": True, "do_rescale": True}
    (folder / "preprocessor_config.json").write_text(json.dumps({**pixels, **normal, **kind}))
    return folder


def _set(weights: Mapping[str, Any], pieces: Sequence[str]) -> None:
    """Set the weights in place: attention takes the mean of what is seen, all else is a line."""
    import torch

    identity = torch.eye(DIMENSION)
    for name, value in weights.items():
        value.zero_()
        if "norm" in name and name.endswith("weight"):
            value.fill_(1)
    of = "text_model.encoder.layers.0.self_attn"
    for name in (f"{of}.v_proj", f"{of}.out_proj", "text_model.head"):
        weights[f"{name}.weight"].copy_(identity)
    heard = word_vectors(pieces) * _SCALE
    heard[: len(_SPECIAL)] = 0  # padding and the end say nothing, and white space neither
    heard[pieces.index("▁")] = 0
    weights["text_model.embeddings.token_embedding.weight"].copy_(torch.from_numpy(heard))
    kernel = torch.from_numpy(colour_axes() / SIZE_PX**2)[:, :, None, None]
    weights["vision_model.embeddings.patch_embedding.weight"].copy_(kernel)
    constant = torch.from_numpy(GREY * axis("grey"))
    weights["vision_model.embeddings.patch_embedding.bias"].copy_(constant)
    weights["vision_model.head.attention.in_proj_weight"][2 * DIMENSION :] = identity
    weights["vision_model.head.attention.out_proj.weight"].copy_(identity)
