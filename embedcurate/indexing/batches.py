"""Decoded media wait here until there is a batch of them for their encoder."""

from collections.abc import Sequence
from typing import Any

from embedcurate.collection import Encoded
from embedcurate.items import Item, Modality
from embedcurate.spaces.encoder import Encoder
from embedcurate.spaces.pooling import Medium, Parts, encode_all, pool, split
from embedcurate.spaces.space import Space

__all__ = ["Batches"]


class Batches:
    """Media of all modalities, encoded a batch at a time.

    The first batch of a modality is a single input and each after it twice the one before, up to
    what its encoder takes: the model loads, and works, while the decoders come into their stride.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self._waiting: dict[Modality, list[tuple[Item, Parts]]] = {m: [] for m in space.modalities}
        self._enough = dict.fromkeys(space.modalities, 1)

    def add(self, item: Item, medium: Medium) -> list[Encoded]:
        """Let a decoded medium wait; return what could be encoded, which may be nothing.

        Raises `UnusableVector` if the space has none for this file.
        """
        waiting = self._waiting[item.modality]
        waiting.append((item, split(medium, self._space, item.path)))
        encoder = self._space.encoders[item.modality]
        enough = min(self._enough[item.modality], encoder.batch_size)
        if sum(len(parts.inputs) for _, parts in waiting) < enough:
            return []
        self._enough[item.modality] = 2 * enough
        self._waiting[item.modality] = []
        return _encode(encoder, waiting)

    def drain(self) -> list[Encoded]:
        """Encode what still waits."""
        encoded = []
        for modality, waiting in self._waiting.items():
            self._waiting[modality] = []
            if waiting:
                encoded += _encode(self._space.encoders[modality], waiting)
        return encoded


def _encode(encoder: Encoder[Any], waiting: Sequence[tuple[Item, Parts]]) -> list[Encoded]:
    vectors = encode_all(encoder, [one for _, parts in waiting for one in parts.inputs])
    encoded, start = [], 0
    for item, parts in waiting:
        rows = range(start, start + len(parts.inputs))
        start = rows.stop
        several = len(rows) > 1
        own = [{name: of[row] for name, of in vectors.items()} for row in rows]
        encoded.append(
            Encoded(
                item,
                vectors={name: pool(of[rows.start : rows.stop]) for name, of in vectors.items()},
                segments=tuple(zip(parts.segments, own, strict=True)) if several else (),
                passages=tuple(zip(parts.segments, parts.passages, strict=True))
                if parts.passages
                else (),
            )
        )
    return encoded
