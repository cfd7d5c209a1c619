"""From a decoded medium to what its encoder takes, and from the parts' vectors to the whole's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from embedcurate.errors import UnusableVector
from embedcurate.items import Modality, Segment, item_id
from embedcurate.media.audio import Sound
from embedcurate.media.decoding import Needs
from embedcurate.media.image import Picture
from embedcurate.spaces.encoder import Encoder, FileEncoder, TextEncoder, Vectors
from embedcurate.spaces.space import Space

__all__ = ["Medium", "Parts", "encode_all", "encode_queries", "needs", "pool", "split"]

Medium: TypeAlias = Picture | Sound | str


@dataclass(frozen=True, slots=True)
class Parts:
    """What an encoder is given for one medium: the whole of it, or one input a segment.

    `passages` are a text's segments as they are written, for full-text search.
    """

    modality: Modality
    inputs: list[Any]
    segments: list[Segment]
    passages: Sequence[str] = ()


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


def split(medium: Medium, space: Space, path: Path | None = None) -> Parts:
    """Cut a medium as the encoder of its modality in `space` needs it.

    Pictures stay whole, sounds come in windows already, texts are cut into passages. `path` is the
    file that the medium comes from, by which a `FileEncoder` knows it.

    Raises
    ------
    UnusableVector
        If a `FileEncoder` has no vector of the file.
    """
    modality = _modality_of(medium)
    encoder = space.encoders[modality]
    if isinstance(encoder, FileEncoder):
        return _looked_up(medium, encoder, path)
    if isinstance(medium, Picture):
        return Parts(modality, [medium.pixels], [])
    if isinstance(medium, Sound):
        return Parts(
            modality,
            [samples for _, samples in medium.windows],
            [segment for segment, _ in medium.windows],
        )
    assert space.text is not None, "media that the space has no encoder for are not decoded"
    segments = space.text.passages(medium)
    passages = [medium[int(segment.start) : int(segment.end)] for segment in segments]
    return Parts(modality, passages, segments, passages)


def _looked_up(medium: Medium, encoder: FileEncoder, path: Path | None) -> Parts:
    assert path is not None, "only files have vectors in a file of vectors"
    why = encoder.problem(path)
    if why is not None:
        raise UnusableVector(item_id(path), path, why)
    if isinstance(medium, str):
        return Parts(Modality.TEXT, [path], [Segment(0, len(medium))], [medium])
    return Parts(_modality_of(medium), [path], [])


def _modality_of(medium: Medium) -> Modality:
    if isinstance(medium, Picture):
        return Modality.IMAGE
    return Modality.AUDIO if isinstance(medium, Sound) else Modality.TEXT


def encode_all(encoder: Encoder[Any], inputs: Sequence[Any]) -> dict[str, Vectors]:
    """Encode any number of inputs, a batch at a time: channel -> (n, d) float32 unit rows.

    Texts of like length are encoded together, which spares the model much padding.
    """
    return _in_batches(encoder, encoder.encode, inputs)


def encode_queries(encoder: TextEncoder, texts: Sequence[str]) -> dict[str, Vectors]:
    """Encode any number of texts that are asked for, as `encode_all` does items."""
    return _in_batches(encoder, encoder.encode_queries, texts)


def _in_batches(
    encoder: Encoder[Any],
    encode: Callable[[Sequence[Any]], Mapping[str, Vectors]],
    inputs: Sequence[Any],
) -> dict[str, Vectors]:
    order = list(range(len(inputs)))
    if isinstance(encoder, TextEncoder):
        order.sort(key=lambda row: len(inputs[row]))
    starts = range(0, max(1, len(inputs)), encoder.batch_size)
    parts = [order[start : start + encoder.batch_size] for start in starts]
    batches = [encode([inputs[row] for row in part]) for part in parts]
    back = np.argsort(order)
    return {name: np.concatenate([one[name] for one in batches])[back] for name in encoder.channels}


def pool(rows: Vectors) -> Vectors:
    """Return the normalised mean (d,) of the vectors (n, d) of a medium's parts."""
    mean = rows.mean(axis=0)
    norm = float(np.linalg.norm(mean))
    alone = len(rows) == 1 or norm == 0
    return np.asarray(rows[0] if alone else mean / norm, np.float32)
