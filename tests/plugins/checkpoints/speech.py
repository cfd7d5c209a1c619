"""A small model of speech in the real format, its weights random and always the same."""

from pathlib import Path
from typing import Any, Literal

__all__ = ["make_speech"]


def make_speech(
    folder: Path, *, config: Any = None, norm: Literal["group", "layer"] = "group"
) -> Path:
    """Save a model of the configuration's kind, Wav2Vec2 if none is given; return `folder`."""
    import torch
    from transformers import AutoModel, Wav2Vec2Config, Wav2Vec2FeatureExtractor

    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = AutoModel.from_config(
            (config or Wav2Vec2Config)(
                hidden_size=16,
                num_hidden_layers=1,
                num_attention_heads=2,
                intermediate_size=16,
                conv_dim=(8,) * 7,
                num_conv_pos_embeddings=8,
                num_conv_pos_embedding_groups=2,
                feat_extract_norm=norm,
                do_stable_layer_norm=norm == "layer",
                conv_bias=norm == "layer",
            )
        )
    model.save_pretrained(folder)
    extractor = Wav2Vec2FeatureExtractor(return_attention_mask=norm == "layer")
    extractor.save_pretrained(folder)
    return folder
