"""What a plugin is that brings a check of quality."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from embedcurate.items import Modality
from embedcurate.plugins import Plugin

__all__ = ["CheckPlugin"]


class CheckPlugin(Plugin):
    """A check of one modality, one more beside those of `quality.SETTINGS`.

    A package offers one by an entry point in the group `embedcurate.checks`. It runs when it is
    asked for by name, as it needs every medium decoded once more.
    """

    modality: ClassVar[Modality]

    threshold: ClassVar[float] = 0.5
    """The score, above 0 and up to 1, from which an item has the issue."""

    poor: ClassVar[bool] = True
    """Whether the issue makes an item poor, or is a trait that many datasets want."""

    size_px: ClassVar[int] = 224
    """Pictures come with at least twice as much on their shorter side, where the file has it."""

    rate_hz: ClassVar[int] = 16_000
    window_s: ClassVar[float] = 10.0
    """Sounds come in windows of so many seconds; the worst of them counts."""

    @abstractmethod
    def score(self, media: Sequence[Any]) -> Sequence[float]:
        """Return how sure it is, from 0 to 1, that each of `media` has the issue, in order.

        media : of pictures (height, width, 3) uint8 RGB, of sounds (samples,) float32 mono in
            [-1, 1], of texts str; at most 16
        """

    def as_document(self) -> dict[str, Any]:
        """Return what lists show of it."""
        limits = {"threshold": self.threshold, "poor": self.poor}
        return {**super().as_document(), "modality": str(self.modality), **limits}
