"""What an encoder is: a batch of one modality in, unit vectors out."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from embedcurate.items import Modality, Segment
from embedcurate.spaces.sending import Sending

__all__ = [
    "SHARED",
    "Channel",
    "Encoder",
    "FileEncoder",
    "ImageEncoder",
    "Pixels",
    "SoundEncoder",
    "TextEncoder",
    "Vectors",
    "Waveform",
]

SHARED = "shared"
"""The channel that every space has and in which all its modalities live."""

Vectors: TypeAlias = NDArray[np.float32]
"""(n, d) float32, unit rows."""

Pixels: TypeAlias = NDArray[np.uint8]
"""(height, width, 3) uint8 RGB."""

Waveform: TypeAlias = NDArray[np.float32]
"""(samples,) float32 mono in [-1, 1] at the rate the encoder asked for."""

Medium = TypeVar("Medium")


@dataclass(frozen=True, slots=True)
class Channel:
    """One vector column of a space: its name, its dimension, the modalities that live in it."""

    name: str
    dimension: int
    modalities: frozenset[Modality]


class Encoder(ABC, Generic[Medium]):
    """Turn media of one modality into unit vectors, one array per channel.

    An author derives from `ImageEncoder`, `SoundEncoder` or `TextEncoder`, names the channels and
    writes `encode`. Constructing one must be cheap and tell the fingerprint; weights load when it
    first encodes, so that a query of one modality does not wait for the weights of the others.
    """

    modality: Modality
    channels: Mapping[str, int]
    """Channel name -> dimension, of the channels that `encode` returns."""

    fingerprint: str
    """Changes whenever the same medium would get another vector: model name and weights' hash."""

    batch_size: int = 16

    sending: Sending | None = None
    """Where `encode` sends the media; None if they stay on this machine."""

    @abstractmethod
    def encode(self, batch: Sequence[Medium]) -> Mapping[str, Vectors]:
        """Encode `batch`, in order: channel name -> (len(batch), d) float32 unit rows.

        An item's vector must not depend on the rest of the batch. An empty batch gives (0, d).
        """


class FileEncoder(Encoder[Path]):
    """Look vectors up by the paths of the files, which may be of any modality.

    Files are decoded all the same, for what is measured of them and shown.
    """

    @abstractmethod
    def problem(self, path: Path) -> str | None:
        """Say why there is no vector of a file, as the clause of a sentence, or None."""


class ImageEncoder(Encoder[Pixels]):
    """Encode pictures.

    Their shorter side arrives with at least `2 * size_px` where the file has it.
    """

    modality = Modality.IMAGE
    size_px: int
    """The side of the square that the model sees."""


class SoundEncoder(Encoder[Waveform]):
    """Encode windows of sound."""

    modality = Modality.AUDIO
    rate_hz: int
    window_s: float
    hop_s: float
    """Long sounds are cut into windows of `window_s` that start every `hop_s`."""


class TextEncoder(Encoder[str]):
    """Encode passages of text."""

    modality = Modality.TEXT

    def encode_queries(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch` as what is asked for; as `encode` does, where a model tells them alike."""
        return self.encode(batch)

    @abstractmethod
    def passages(self, text: str) -> list[Segment]:
        """Cut `text` into overlapping passages that each fit the model's context.

        Returns segments with `start` and `end` in characters, in order, that together cover all
        of the text but white space; one segment if all of it fits.
        """
