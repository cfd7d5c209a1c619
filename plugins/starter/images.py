"""Images of the starter space: EfficientNet-Lite0, and ConSE over the classes of ImageNet."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedcurate.spaces.encoder import SHARED, ImageEncoder, Pixels, Vectors
from embedcurate.spaces.fingerprint import fingerprint

from .conse import CONCEPTS, concepts, place
from .efficientnet import Weights, features, folded
from .minilm import DIMENSION

__all__ = ["VISUAL", "EfficientNetImages"]

VISUAL = "visual"
"""The channel of the pooled features: pictures that look alike are near in it."""

_FEATURES = 1280
_TOP = 10  # classes that place a picture
_TEMPERATURE = 2.0  # of the classifier, which is too sure of pictures unlike ImageNet's


class EfficientNetImages(ImageEncoder):
    """Encode pictures by what ImageNet's classes see in them; `file` holds the state dict."""

    channels: Mapping[str, int] = {SHARED: DIMENSION, VISUAL: _FEATURES}
    size_px = 224

    def __init__(self, file: Path) -> None:
        self._file = file
        self.fingerprint = fingerprint("efficientnet-lite0-conse", file, CONCEPTS)

    @cached_property
    def _weights(self) -> Weights:
        import torch

        stored = torch.load(self._file, weights_only=True, map_location="cpu")
        return folded(list(stored.values()))

    def encode(self, batch: Sequence[Pixels]) -> Mapping[str, Vectors]:
        """Encode `batch`; one forward pass serves both channels."""
        import torch
        from torch.nn.functional import linear, normalize, softmax

        if not batch:
            return {name: np.empty((0, size), np.float32) for name, size in self.channels.items()}
        seen = torch.from_numpy(np.stack([self._prepared(pixels) for pixels in batch]))
        with torch.inference_mode():
            pooled = features(self._weights, seen.permute(0, 3, 1, 2))
            classes = linear(pooled, *self._weights.classifier)
            likely = softmax(classes / _TEMPERATURE, dim=1).numpy()
            visual = normalize(pooled).numpy()
        return {SHARED: place(likely, concepts()["classes"], top=_TOP), VISUAL: visual}

    def _prepared(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return (224, 224, 3): all of the picture, since a crop may lose what it is about."""
        from PIL import Image

        square = Image.fromarray(pixels).resize(
            (self.size_px, self.size_px), Image.Resampling.BICUBIC
        )
        return (np.asarray(square, np.float32) - np.float32(127)) / np.float32(128)
