"""Texts by the text tower of CLAP."""

from collections.abc import Mapping, Sequence

import numpy as np

from embedcurate.items import Segment
from embedcurate.spaces.computing import Batches, inference
from embedcurate.spaces.encoder import SHARED, TextEncoder, Vectors
from embedcurate.spaces.passages import passages
from embedcurate.spaces.rows import unit_rows
from embedcurate.spaces.templates import around

from .model import ClapTowers

__all__ = ["ClapTexts"]

_AT_ONCE = 32
_MARKS = 2  # tokens, at the start and at the end


class ClapTexts(TextEncoder):
    """Encode passages; what lies beyond the model's context, 512 tokens, is not seen.

    `template` is put around queries.
    """

    batch_size = 4 * _AT_ONCE  # of which those of like length go through the model together

    def __init__(self, towers: ClapTowers, *, template: str = "{}") -> None:
        self._towers = towers
        self._template = template
        self.channels: Mapping[str, int] = {SHARED: towers.dimension}
        self.fingerprint = f"texts {towers.fingerprint}"
        self._batches = Batches(_AT_ONCE)

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch`."""
        if not batch:
            return {SHARED: np.empty((0, self._towers.dimension), np.float32)}
        tokens = [self._clipped(text) for text in batch]
        return {SHARED: self._batches.run(self._forward, tokens)}

    def encode_queries(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch`, the template around each text that then still is one passage."""
        return self.encode(around(self._template, batch, self))

    def _clipped(self, text: str) -> list[int]:
        ids: list[int] = self._towers.tokenizer.encode(text).ids
        context = self._towers.context
        return ids if len(ids) <= context else [*ids[: context - 1], ids[-1]]

    def _forward(self, tokens: Sequence[list[int]]) -> Vectors:
        import torch

        towers = self._towers
        ids = torch.nn.utils.rnn.pad_sequence(
            [torch.tensor(one) for one in tokens], batch_first=True, padding_value=towers.padding
        )
        lengths = torch.tensor([len(one) for one in tokens])
        present = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
        with inference(towers.device):
            found = towers.text_tower(
                input_ids=ids.to(towers.device), attention_mask=present.to(towers.device)
            ).text_embeds
        return unit_rows(found.float().cpu().numpy())

    def passages(self, text: str) -> list[Segment]:
        """Cut `text` by the tokenizer's own limit."""
        found = self._towers.tokenizer.encode(text, add_special_tokens=False)
        room = self._towers.context - _MARKS
        return passages(text, found, room=room, overlap=room // 8)
