"""Texts of the starter space: all-MiniLM-L6-v2."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embedcurate.items import Segment
from embedcurate.spaces.encoder import SHARED, TextEncoder, Vectors
from embedcurate.spaces.fingerprint import fingerprint
from embedcurate.spaces.passages import passages

from .minilm import CONTEXT, DIMENSION, sentence_vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor

__all__ = ["MiniLMTexts"]

_AT_ONCE = 32
_OVERLAP = 32  # tokens that neighbouring passages share


class MiniLMTexts(TextEncoder):
    """Encode passages of English; `folder` holds `model.safetensors` and `tokenizer.json`."""

    channels: Mapping[str, int] = {SHARED: DIMENSION}
    batch_size = 4 * _AT_ONCE  # of which those of like length go through the model together

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.fingerprint = fingerprint(
            "all-MiniLM-L6-v2", folder / "model.safetensors", folder / "tokenizer.json"
        )

    @cached_property
    def _weights(self) -> "dict[str, Tensor]":
        from safetensors.torch import load_file

        return load_file(self._folder / "model.safetensors")

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch`; what lies beyond 254 tokens of a text is not seen."""
        import torch

        vectors = np.empty((len(batch), DIMENSION), np.float32)
        tokens = [self._clipped(text) for text in batch]
        # Neighbours of like length need little padding.
        order = sorted(range(len(batch)), key=lambda index: len(tokens[index]))
        with torch.inference_mode():
            for start in range(0, len(order), _AT_ONCE):
                rows = order[start : start + _AT_ONCE]
                ids = torch.nn.utils.rnn.pad_sequence(
                    [torch.tensor(tokens[row]) for row in rows], batch_first=True
                )
                lengths = torch.tensor([len(tokens[row]) for row in rows])
                present = torch.arange(ids.shape[1]) < lengths[:, None]
                vectors[rows] = sentence_vectors(self._weights, ids, present).numpy()
        return {SHARED: vectors}

    def _clipped(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids if len(ids) <= CONTEXT else [*ids[: CONTEXT - 1], ids[-1]]

    def passages(self, text: str) -> list[Segment]:
        """Cut `text` at the ends of sentences where there are any, else of words."""
        found = self._tokenizer.encode(text, add_special_tokens=False)
        return passages(text, found, room=CONTEXT - 2, overlap=_OVERLAP)
