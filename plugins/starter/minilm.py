"""The transformer of all-MiniLM-L6-v2: BERT (Devlin et al. 2019) of six layers, mean pooled.

Sixty lines here spare every text query the import of a model library, which takes longer than all
the rest; a test holds them to that library's own vectors.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CONTEXT", "DIMENSION", "sentence_vectors"]

CONTEXT = 256
"""Tokens that the model was trained to see, `[CLS]` and `[SEP]` included."""

DIMENSION = 384

_LAYERS = 6
_HEADS = 12
_EPSILON = 1e-12


def sentence_vectors(
    weights: Mapping[str, "Tensor"], tokens: "Tensor", present: "Tensor"
) -> "Tensor":
    """Return (n, 384) unit rows for `tokens` (n, length); `present` is false on padding.

    `weights` are named as in the published checkpoint.
    """
    from torch.nn import functional

    def linear(x: "Tensor", name: str) -> "Tensor":
        return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def normal(x: "Tensor", name: str) -> "Tensor":
        return functional.layer_norm(
            x, (DIMENSION,), weights[f"{name}.weight"], weights[f"{name}.bias"], _EPSILON
        )

    def heads(x: "Tensor", name: str) -> "Tensor":
        return linear(x, name).view(*x.shape[:2], _HEADS, -1).transpose(1, 2)

    x = normal(
        weights["embeddings.word_embeddings.weight"][tokens]
        + weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        + weights["embeddings.token_type_embeddings.weight"][0],
        "embeddings.LayerNorm",
    )
    visible = present[:, None, None, :]
    for layer in range(_LAYERS):
        of = f"encoder.layer.{layer}"
        query, key, value = (
            heads(x, f"{of}.attention.self.{p}") for p in ("query", "key", "value")
        )
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=visible)
        seen = linear(seen.transpose(1, 2).flatten(2), f"{of}.attention.output.dense")
        x = normal(x + seen, f"{of}.attention.output.LayerNorm")
        thought = linear(
            functional.gelu(linear(x, f"{of}.intermediate.dense")), f"{of}.output.dense"
        )
        x = normal(x + thought, f"{of}.output.LayerNorm")
    counted = present[..., None].to(x.dtype)
    return functional.normalize((x * counted).sum(1) / counted.sum(1))
