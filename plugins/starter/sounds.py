"""Sounds of the starter space: musicnn, and ConSE over the tags of MagnaTagATune."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedcurate.spaces.encoder import SHARED, SoundEncoder, Vectors, Waveform
from embedcurate.spaces.fingerprint import fingerprint

from .conse import CONCEPTS, concepts, place
from .minilm import DIMENSION
from .musicnn import FRAMES, HOP, RATE_HZ, Weights, hear, log_mel

__all__ = ["TIMBRE", "MusicnnSounds", "tags"]

TIMBRE = "timbre"
"""The channel of the features before the tags: sounds that sound alike are near in it."""

_FEATURES = 200
_DAMPING = 0.1  # added to a tag's average: seldom heard tags must not drown in their own noise
_PATCHES = 16  # in one forward pass


def tags(file: Path) -> list[str]:
    """Return the tags that the model in `file` tells apart, in the order of its outputs."""
    from safetensors import safe_open

    with safe_open(file, "numpy") as stored:
        labels: list[str] = json.loads(stored.metadata()["labels"])
    return labels


class MusicnnSounds(SoundEncoder):
    """Encode windows of sound by the tags that musicnn hears; `file` holds its weights."""

    channels: Mapping[str, int] = {SHARED: DIMENSION, TIMBRE: _FEATURES}
    rate_hz = RATE_HZ
    window_s = 9.0
    hop_s = 6.0

    def __init__(self, file: Path) -> None:
        self._file = file
        self.fingerprint = fingerprint("musicnn-mtt-conse", file, CONCEPTS)

    @cached_property
    def _weights(self) -> Weights:
        from safetensors.torch import load_file

        return load_file(self._file)

    def encode(self, batch: Sequence[Waveform]) -> Mapping[str, Vectors]:
        """Encode `batch`; one forward pass serves both channels."""
        if not batch:
            return {name: np.empty((0, size), np.float32) for name, size in self.channels.items()}
        likely, features = self._heard(batch)
        # By how much likelier than usual a tag is: else the few that fit most music would place it
        # all. The average ships: the vector of a sound must not depend on the other sounds.
        lift = likely / (concepts()["tag_average"] + _DAMPING)
        shared = place(lift, concepts()["tags"], top=len(concepts()["tags"]))
        timbre = features / np.linalg.norm(features, axis=1, keepdims=True)
        return {SHARED: shared, TIMBRE: timbre}

    def _heard(self, batch: Sequence[Waveform]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return (n, 50) tag probabilities and (n, 200) features, means over a sound's patches."""
        import torch

        patches = [_patches(samples) for samples in batch]
        likely, features = [], []
        with torch.inference_mode():
            for part in torch.split(torch.from_numpy(np.concatenate(patches)), _PATCHES):
                logits, seen = hear(self._weights, part)
                likely.append(torch.sigmoid(logits).numpy())
                features.append(seen.numpy())
        starts = np.cumsum([0, *map(len, patches[:-1])])
        counts = np.array([[len(of)] for of in patches], np.float32)

        def means(of: list[NDArray[np.float32]]) -> NDArray[np.float32]:
            sums: NDArray[np.float32] = np.add.reduceat(np.concatenate(of), starts)
            return np.asarray(sums / counts, np.float32)

        return means(likely), means(features)


def _patches(samples: Waveform) -> NDArray[np.float32]:
    """Return (n, 187, 96): patches of about three seconds, spread evenly over all of the sound."""
    shortest = (FRAMES - 1) * HOP
    if len(samples) < shortest:
        samples = np.resize(samples, shortest)  # repeats it; of nothing it makes silence
    frames = log_mel(samples)
    count = max(1, round(len(frames) / FRAMES))
    starts = np.linspace(0, len(frames) - FRAMES, count).round().astype(int)
    return np.stack([frames[start : start + FRAMES] for start in starts])
