"""From a decoded medium to what its encoder takes, and from the parts' vectors to the whole's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from embedcurate.items import Modality, Segment
from embedcurate.media.audio import Sound
from embedcurate.media.decoding import Needs
from embedcurate.media.image import Picture
from embedcurate.spaces.encoder import Encoder, Vectors
from embedcurate.spaces.space import Space

__all__ = ["Medium", "Parts", "encode_all", "needs", "pool", "split"]

Medium: TypeAlias = Picture | Sound | str


@dataclass(frozen=True, slots=True)
class Parts:
    """What an encoder is given for one medium: the whole of it, or one input a segment."""

    modality: Modality
    inputs: list[Any]
    segments: list[Segment]


def needs(space: Space) -> Needs:
    """Return what the encoders of `space` ask of decoding."""
    asked: dict[str, Any] = {}
    if space.image is not None:
        asked["size_px"] = space.image.size_px
    if space.audio is not None:
        asked["rate_hz"] = space.audio.rate_hz
        asked["window_s"] = space.audio.window_s
        asked["hop_s"] = space.audio.hop_s
    return Needs(**asked)


def split(medium: Medium, space: Space) -> Parts:
    """Cut a medium as the encoder of its modality in `space` needs it.

    Pictures stay whole, sounds come in windows already, texts are cut into passages.
    """
    if isinstance(medium, Picture):
        return Parts(Modality.IMAGE, [medium.pixels], [])
    if isinstance(medium, Sound):
        return Parts(
            Modality.AUDIO,
            [samples for _, samples in medium.windows],
            [segment for segment, _ in medium.windows],
        )
    assert space.text is not None, "media that the space has no encoder for are not decoded"
    segments = space.text.passages(medium)
    passages = [medium[int(segment.start) : int(segment.end)] for segment in segments]
    return Parts(Modality.TEXT, passages, segments)


def encode_all(encoder: Encoder[Any], inputs: Sequence[Any]) -> dict[str, Vectors]:
    """Encode any number of inputs, a batch at a time: channel -> (n, d) float32 unit rows."""
    starts = range(0, max(1, len(inputs)), encoder.batch_size)
    batches = [encoder.encode(inputs[start : start + encoder.batch_size]) for start in starts]
    return {name: np.concatenate([one[name] for one in batches]) for name in encoder.channels}


def pool(rows: Vectors) -> Vectors:
    """Return the normalised mean (d,) of the vectors (n, d) of a medium's parts."""
    mean = rows.mean(axis=0)
    norm = float(np.linalg.norm(mean))
    alone = len(rows) == 1 or norm == 0
    return np.asarray(rows[0] if alone else mean / norm, np.float32)
