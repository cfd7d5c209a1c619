"""Texts by the text tower of a CLIP model."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from embedcurate.items import Segment
from embedcurate.spaces.computing import Batches, inference
from embedcurate.spaces.encoder import SHARED, TextEncoder, Vectors
from embedcurate.spaces.passages import Tokens, passages, tokens_by_word, tokens_of
from embedcurate.spaces.templates import around

from .model import ClipModel, text_features

__all__ = ["ClipTexts"]

_AT_ONCE = 32
_SEEN = 2000  # characters; longer texts fill any context, and its tokenizer takes all of them


class ClipTexts(TextEncoder):
    """Encode passages; what lies beyond the model's context (mostly 77 tokens) is not seen."""

    batch_size = 4 * _AT_ONCE  # of which those of like length go through the model together

    def __init__(self, model: ClipModel, *, template: str = "{}") -> None:
        self._model = model
        self._template = template
        self._batches = Batches(_AT_ONCE)
        self._counts: dict[str, int] = {}
        self.channels: Mapping[str, int] = {SHARED: model.source.dimension}
        self.fingerprint = f"text {model.fingerprint}"

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch`."""
        if not batch:
            return {SHARED: np.empty((0, self.channels[SHARED]), np.float32)}
        return {SHARED: self._batches.run(self._forward, batch)}

    def encode_queries(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch`, the template around each text that then still is one passage."""
        return self.encode(around(self._template, batch, self))

    def _forward(self, texts: Sequence[str]) -> Vectors:
        model = self._model
        tokens = model.tokenizer([text[:_SEEN] for text in texts]).to(model.device)
        with inference(model.device):
            return model.rows(text_features(model.network, tokens))

    def passages(self, text: str) -> list[Segment]:
        """Cut `text` by the tokenizer's own limit."""
        return passages(text, self._tokens(text), room=self._room, overlap=self._room // 6)

    @cached_property
    def _room(self) -> int:
        """How many tokens fit between those that mark the start and the end."""
        tokenizer = self._model.tokenizer
        inner = getattr(tokenizer, "tokenizer", None)
        marks = 2 if inner is None else max(2, inner.num_special_tokens_to_add())
        clips = 1 if getattr(tokenizer, "tokenizer_mode", "") == "clips" else 0
        return int(tokenizer.context_length) - marks - clips

    def _tokens(self, text: str) -> Tokens:
        inner = getattr(self._model.tokenizer, "tokenizer", None)
        return tokens_by_word(text, self._count) if inner is None else tokens_of(inner, text)

    def _count(self, word: str) -> int:
        if word not in self._counts:
            self._counts[word] = len(self._model.tokenizer.encode(word))
        return self._counts[word]
