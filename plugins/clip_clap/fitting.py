"""The bridge between the texts of CLAP and of CLIP: fitted once for two models, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from blake3 import blake3

from embedcurate.items import Modality
from embedcurate.progress import Progress
from embedcurate.spaces.anchors import ANCHORS, anchors
from embedcurate.spaces.bridge import VERSION, Bridge, align
from embedcurate.spaces.encoder import SHARED, SoundEncoder, TextEncoder, Vectors
from embedcurate.spaces.keeping import folder_for
from embedcurate.spaces.pooling import encode_all
from embedcurate.spaces.sample import centre

__all__ = ["Fitting"]

_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Fitting:
    """The encoders between which the bridge leads: CLIP's texts, and both of CLAP's."""

    clip_texts: TextEncoder
    clap_texts: TextEncoder
    clap_sounds: SoundEncoder

    @property
    def fingerprint(self) -> str:
        """Changes with the models, the anchors and the method: the bridge follows from these."""
        told = (self.clip_texts.fingerprint, self.clap_texts.fingerprint,
                self.clap_sounds.fingerprint, f"{VERSION}")  # fmt: skip
        content = blake3("\n".join(told).encode())
        content.update(ANCHORS.read_bytes())
        return content.hexdigest(8)

    def bridges(self, progress: Progress) -> tuple[Bridge, Bridge]:
        """Return the bridges from CLAP to CLIP and back; fit and keep them if there are none.

        Raises `BridgeError` if the two models' texts can't be aligned.
        """
        there, back = map(Bridge.read, self._files)
        if there is None or back is None:
            clip = _embedded(self.clip_texts, "CLIP", progress)
            clap = _embedded(self.clap_texts, "CLAP", progress)
            heard = centre(self.clap_sounds, Modality.AUDIO, progress)[SHARED]
            there = replace(align(clap, clip), source_mean=heard)
            back = align(clip, clap, pivot=False)
            for bridge, file in zip((there, back), self._files, strict=True):
                bridge.save(file)
        return there, back

    @property
    def is_kept(self) -> bool:
        """Whether the bridges need not be fitted."""
        return all(file.is_file() for file in self._files)

    @property
    def _files(self) -> tuple[Path, Path]:
        folder = folder_for("bridges")
        return tuple(folder / f"{self.fingerprint}-{way}.safetensors" for way in ("there", "back"))


def _embedded(texts: TextEncoder, name: str, progress: Progress) -> Vectors:
    """Return the unit rows (n, d) of the anchors."""
    whole: Sequence[str] = anchors()
    rows = []
    for start in range(0, len(whole), _AT_ONCE):
        progress(start, len(whole), f"embedding texts by {name}, once, for the bridge")
        rows.append(encode_all(texts, whole[start : start + _AT_ONCE])[SHARED])
    return np.concatenate(rows)
