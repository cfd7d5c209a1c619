"""Sounds of the space `clip-clap`: by CLAP, and carried from there to where pictures are."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from embedcurate.progress import Progress, ignore
from embedcurate.spaces.bridge import Bridge
from embedcurate.spaces.encoder import SHARED, SoundEncoder, Vectors, Waveform

from .channels import HEARD
from .fitting import Fitting

__all__ = ["BridgedSounds"]


class BridgedSounds(SoundEncoder):
    """Encode windows by CLAP; `shared` has them as the bridge carries them into CLIP's space."""

    def __init__(self, fitting: Fitting) -> None:
        self._clap = fitting.clap_sounds
        self._fitting = fitting
        self.batch_size = self._clap.batch_size
        self.rate_hz = self._clap.rate_hz
        self.window_s, self.hop_s = self._clap.window_s, self._clap.hop_s
        self.channels: Mapping[str, int] = {
            SHARED: fitting.clip_texts.channels[SHARED],
            HEARD: self._clap.channels[SHARED],
        }
        self.fingerprint = f"{self._clap.fingerprint} by bridge {fitting.fingerprint}"

    def prepare(self, progress: Progress) -> None:
        """Fit the bridge if that has not been done on this machine."""
        if not self._fitting.is_kept:
            self._fitting.bridges(progress)

    @cached_property
    def _bridge(self) -> Bridge:
        return self._fitting.bridges(ignore)[0]

    def encode(self, batch: Sequence[Waveform]) -> Mapping[str, Vectors]:
        """Encode `batch`, once for both channels."""
        heard = self._clap.encode(batch)[SHARED]
        return {SHARED: self._bridge.carry(heard), HEARD: heard}
