"""From decoded pictures of any size to the numbers that a model of pictures takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from embedcurate.spaces.encoder import Pixels

__all__ = ["Fit", "Preprocessing"]

Fit: TypeAlias = Literal["shortest", "longest", "squash"]
"""The shorter side fits and the rest is cut off, the longer fits and is padded, or both fit."""

_RESAMPLING = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How pictures are resized, cut and normalised, as torchvision does it.

    `interpolation` is nearest, bilinear, bicubic or lanczos; `share` is how much of a side that
    was made to fit stays when the middle is cut out; `fill` is the RGB of what is padded.
    """

    height_px: int
    width_px: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: str = "bicubic"
    fit: Fit = "shortest"
    share: float = 1.0
    fill: tuple[int, ...] = (0, 0, 0)

    def __call__(self, pictures: Sequence[Pixels]) -> NDArray[np.float32]:
        """Return (n, 3, height, width) float32 for pictures (h, w, 3) uint8 of any sizes."""
        rows = np.empty((len(pictures), self.height_px, self.width_px, 3), np.float32)
        for row, pixels in zip(rows, pictures, strict=True):
            row[:] = np.asarray(self._fitted(Image.fromarray(pixels)))
        rows /= 255
        rows -= np.array(self.mean, np.float32)
        rows /= np.array(self.std, np.float32)
        return np.ascontiguousarray(rows.transpose(0, 3, 1, 2))

    def _fitted(self, picture: Image.Image) -> Image.Image:
        how = _RESAMPLING[self.interpolation]
        height, width = int(self.height_px / self.share), int(self.width_px / self.share)
        if self.fit == "squash":
            resized = picture.resize((width, height), how)
        else:
            resized = picture.resize(self._sides(picture, width, height), how)
        left = round((resized.width - self.width_px) / 2)
        top = round((resized.height - self.height_px) / 2)
        if resized.size == (self.width_px, self.height_px):
            return resized
        canvas = Image.new("RGB", (self.width_px, self.height_px), self.fill)
        if left < 0 or top < 0:  # what lacks is padded on both sides, the odd pixel at the end
            left = left if left >= 0 else -((self.width_px - resized.width) // 2)
            top = top if top >= 0 else -((self.height_px - resized.height) // 2)
        canvas.paste(resized, (-left, -top))
        return canvas

    def _sides(self, picture: Image.Image, width: int, height: int) -> tuple[int, int]:
        if self.fit == "shortest" and width == height:  # torchvision's Resize: decimals are cut off
            shorter = min(picture.size)
            return width * picture.width // shorter, width * picture.height // shorter
        ratios = picture.width / width, picture.height / height
        ratio = max(ratios) if self.fit == "longest" else min(ratios)
        return max(1, round(picture.width / ratio)), max(1, round(picture.height / ratio))
