"""Sounds by the audio tower of CLAP."""

from collections.abc import Mapping, Sequence

import numpy as np

from embedcurate.spaces.computing import Batches, inference
from embedcurate.spaces.encoder import SHARED, SoundEncoder, Vectors, Waveform
from embedcurate.spaces.rows import unit_rows

from .features import ClapFeatures
from .model import ClapTowers

__all__ = ["ClapSounds"]

_AT_ONCE = 16


class ClapSounds(SoundEncoder):
    """Encode windows as long as the model sees, ten seconds, that overlap by half."""

    batch_size = _AT_ONCE

    def __init__(self, towers: ClapTowers) -> None:
        self._towers = towers
        self.channels: Mapping[str, int] = {SHARED: towers.dimension}
        self.fingerprint = f"sounds {towers.fingerprint}"
        self.rate_hz = int(towers.sounds.get("sampling_rate", 48_000))
        self.window_s = float(towers.sounds.get("max_length_s", 10))
        self.hop_s = self.window_s / 2
        self._length = round(self.window_s * self.rate_hz)
        self._features = ClapFeatures(towers.folder, length=self._length)
        self._batches = Batches(_AT_ONCE)

    def encode(self, batch: Sequence[Waveform]) -> Mapping[str, Vectors]:
        """Encode `batch`; of a sound longer than a window all of it is heard, in equal parts."""
        if not batch:
            return {SHARED: np.empty((0, self._towers.dimension), np.float32)}
        parts = [self._parts(samples) for samples in batch]
        rows = self._batches.run(self._forward, [part for of in parts for part in of])
        starts = np.cumsum([0, *map(len, parts[:-1])])
        return {SHARED: unit_rows(np.add.reduceat(rows, starts))}

    def _parts(self, samples: Waveform) -> list[Waveform]:
        beyond = len(samples) - self._length
        if beyond <= 0:
            return [samples]
        count = -(-len(samples) // self._length)
        starts = np.linspace(0, beyond, count).round().astype(int)
        return [samples[start : start + self._length] for start in starts]

    def _forward(self, windows: Sequence[Waveform]) -> Vectors:
        import torch

        towers = self._towers
        # A fused model takes four views of a sound; of one as short as these it looks at the first.
        seen = torch.stack([self._features.of(one, device=towers.device) for one in windows])
        longer = torch.zeros(len(windows), 1, dtype=torch.bool, device=towers.device)
        with inference(towers.device):
            found = towers.sound_tower(
                input_features=seen.to(towers.device), is_longer=longer
            ).audio_embeds
        return unit_rows(found.float().cpu().numpy())
