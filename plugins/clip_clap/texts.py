"""Texts of the space `clip-clap`: by CLIP for pictures, by CLAP for sounds."""

from collections.abc import Mapping, Sequence

from embedcurate.items import Segment
from embedcurate.spaces.encoder import SHARED, TextEncoder, Vectors

from .channels import HEARD

__all__ = ["BothTexts"]


class BothTexts(TextEncoder):
    """Encode each text twice: as CLIP reads it in `shared`, as CLAP does in its own channel."""

    def __init__(self, clip: TextEncoder, clap: TextEncoder) -> None:
        self._clip, self._clap = clip, clap
        self.batch_size = min(clip.batch_size, clap.batch_size)
        self.channels: Mapping[str, int] = {
            SHARED: clip.channels[SHARED],
            HEARD: clap.channels[SHARED],
        }
        self.fingerprint = f"{clip.fingerprint}, {clap.fingerprint}"

    def encode(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch` by both models."""
        return {SHARED: self._clip.encode(batch)[SHARED], HEARD: self._clap.encode(batch)[SHARED]}

    def encode_queries(self, batch: Sequence[str]) -> Mapping[str, Vectors]:
        """Encode `batch`, each model with its own template."""
        clip, clap = self._clip.encode_queries(batch), self._clap.encode_queries(batch)
        return {SHARED: clip[SHARED], HEARD: clap[SHARED]}

    def passages(self, text: str) -> list[Segment]:
        """Cut `text` so that each passage fits both contexts."""
        found = []
        for outer in self._clip.passages(text):
            start, end = int(outer.start), int(outer.end)
            inner = self._clap.passages(text[start:end])
            found += [Segment(start + part.start, start + part.end) for part in inner]
        return found
