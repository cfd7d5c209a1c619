"""Every mode that a picture comes in, as RGB: transparency on white, deep greys scaled, LAB."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from embedcurate.errors import DamagedMedium

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsTransform

__all__ = ["flatten", "value_range"]


def value_range(image: Image.Image, band_pixels: int) -> tuple[float, float] | None:
    """Return the values of a grey of more than 8 bits that are to be black and white.

    These are 0 and 65535 for 16 bits. 32-bit integers and floats tell no range: 0 to 1 is taken
    for floats within it, 0 to 255 and 0 to 65535 for values within those, else the extremes found.
    Returns None for modes of 8 bits.
    """
    if image.mode.startswith("I;16"):
        return 0.0, 65535.0
    if image.mode not in ("I", "F"):
        return None
    lows, highs = [], []
    rows = max(1, band_pixels // image.width)
    for top in range(0, image.height, rows):
        band = np.asarray(image.crop((0, top, image.width, min(top + rows, image.height))))
        if (finite := band[np.isfinite(band)]).size:
            lows.append(float(finite.min()))
            highs.append(float(finite.max()))
    if not lows:
        raise DamagedMedium("none of its pixels is a number")
    low, high = min(lows), max(highs)
    limits = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    fitting = (limit for limit in limits if low >= 0 and high <= limit)
    return next(((0.0, limit) for limit in fitting), (low, high))


def flatten(image: Image.Image, range_: tuple[float, float] | None) -> Image.Image:
    """Convert a picture of any mode to RGB; `range_` is what `value_range` said of the whole."""
    if range_ is not None:
        return _grey(image, *range_).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    if image.mode == "LAB":
        return _from_lab(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _grey(image: Image.Image, low: float, high: float) -> Image.Image:
    values = np.asarray(image).astype(np.float32)
    scaled = (values - low) * (255.0 / ((high - low) or 1.0))
    scaled = np.nan_to_num(scaled, nan=0.0, posinf=255.0, neginf=0.0)
    return Image.fromarray(np.clip(scaled + 0.5, 0, 255).astype(np.uint8))


def _from_lab(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    converted = ImageCms.applyTransform(image, _lab_to_srgb())
    if converted is None:
        raise DamagedMedium("its LAB colours can't be converted")
    return converted


@cache
def _lab_to_srgb() -> "ImageCmsTransform":
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(lab, srgb, "LAB", "RGB")
