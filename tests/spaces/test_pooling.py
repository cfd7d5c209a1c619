"""Any number of inputs, a batch at a time."""

from collections.abc import Mapping, Sequence

import numpy as np

from embedcurate.spaces.encoder import SHARED, Vectors
from embedcurate.spaces.pooling import encode_all, encode_queries
from embedcurate.spaces.tiny import TinyTexts


class Noted(TinyTexts):
    batch_size = 3

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[Sequence[str]] = []

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        self.batches.append(batch)
        return super().encode(batch)


def test_texts_of_like_length_are_encoded_together_and_rows_keep_their_order() -> None:
    texts = ["a long text of many words", "red", "a blue disc", "a", "a longer text of many words"]
    encoder = Noted()
    found = encode_all(encoder, texts)[SHARED]
    assert [[len(text) for text in batch] for batch in encoder.batches] == [[1, 3, 11], [25, 27]]
    assert np.array_equal(
        found, np.concatenate([TinyTexts().encode([one])[SHARED] for one in texts])
    )
    assert np.array_equal(found, encode_queries(TinyTexts(), texts)[SHARED])


def test_no_inputs_have_no_rows() -> None:
    assert encode_all(TinyTexts(), [])[SHARED].shape == (0, TinyTexts.channels[SHARED])
