"""Pictures by the picture tower of a CLIP model."""

from collections.abc import Mapping, Sequence

import numpy as np

from embedcurate.spaces.computing import Batches, inference
from embedcurate.spaces.encoder import SHARED, ImageEncoder, Pixels, Vectors

from .model import ClipModel

__all__ = ["ClipImages"]


class ClipImages(ImageEncoder):
    """Encode pictures as open_clip would, from pixels that were decoded at a reduced scale."""

    batch_size = 32

    def __init__(self, model: ClipModel) -> None:
        self._model = model
        self._batches = Batches(self.batch_size)
        self.channels: Mapping[str, int] = {SHARED: model.source.dimension}
        self.size_px = model.source.size_px
        self.fingerprint = f"image {model.fingerprint}"

    def encode(self, batch: Sequence[Pixels]) -> Mapping[str, Vectors]:
        """Encode `batch`."""
        if not batch:
            return {SHARED: np.empty((0, self.channels[SHARED]), np.float32)}
        return {SHARED: self._batches.run(self._forward, batch)}

    def _forward(self, pictures: Sequence[Pixels]) -> Vectors:
        import torch

        model = self._model
        network = model.network
        pixels = torch.from_numpy(model.preprocessing(pictures)).to(model.device)
        with inference(model.device):
            return model.rows(network.encode_image(pixels))
