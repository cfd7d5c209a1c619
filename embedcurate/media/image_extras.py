"""Pictures that need an optional extra: HEIC (pillow-heif), camera raw (rawpy), SVG (cairosvg)."""

import io
import re
from collections.abc import Mapping
from typing import BinaryIO

from PIL import Image

from embedcurate.errors import DamagedMedium
from embedcurate.media.formats import missing_extra
from embedcurate.media.image import Opened
from embedcurate.media.limits import MAX_ASPECT, MAX_SVG_BYTES, check_pixels, check_size

__all__ = ["open_heic", "open_raw", "open_svg"]

_SVG_DEFAULT_PX = (300.0, 150.0)  # what browsers take for an SVG that names no size
_PX_OF_UNIT = {
    "": 1.0,
    "px": 1.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "pt": 4 / 3,
    "pc": 16.0,
}


def open_heic(file: BinaryIO) -> Opened:
    """Decode the primary picture of a HEIF container, upright and in 8 bits."""
    try:
        import pillow_heif
    except ImportError as error:
        raise missing_extra(".heic") from error
    heif = pillow_heif.open_heif(file, convert_hdr_to_8bit=True)
    width, height = heif.size
    check_pixels(width * height)
    return Opened(heif.to_pillow(), (width, height), "HEIC")


def open_raw(file: BinaryIO, suffix: str, *, shorter_px: int) -> Opened:
    """Develop a camera's raw file with its white balance, at half size where that is enough."""
    try:
        import rawpy
    except ImportError as error:
        raise missing_extra(suffix) from error
    try:
        with rawpy.imread(file) as raw:
            width, height = raw.sizes.width, raw.sizes.height
            half = min(width, height) >= 2 * shorter_px
            check_pixels(width * height // (4 if half else 1))
            pixels = raw.postprocess(half_size=half, use_camera_wb=True, output_bps=8)
    except (rawpy.LibRawError, rawpy.NotSupportedError) as error:
        raise DamagedMedium(f"the raw picture can't be developed: {error}") from error
    if (pixels.shape[1] < pixels.shape[0]) != (width < height):
        width, height = height, width  # it was turned upright
    return Opened(Image.fromarray(pixels), (width, height), suffix.removeprefix(".").upper())


def open_svg(file: BinaryIO, *, shorter_px: int) -> Opened:
    """Draw an SVG on white at the size needed; nothing outside of the file is ever read."""
    data = file.read(MAX_SVG_BYTES + 1)
    check_size(len(data), limit=MAX_SVG_BYTES, what="an SVG")
    if data.startswith(b"\x1f\x8b"):  # cairosvg would unpack it without a bound
        raise DamagedMedium("it is a packed SVG; unpack it first")
    try:
        import cairosvg
        from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
        from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
    except (ImportError, OSError) as error:  # OSError: the Python part is there, libcairo is not
        raise missing_extra(".svg") from error
    from xml.etree.ElementTree import ParseError

    try:
        root = fromstring(data)
        width, height = _svg_size_px(root.attrib)
        scale = shorter_px / min(width, height)
        drawn = [
            max(1, min(round(side * scale), MAX_ASPECT * shorter_px)) for side in (width, height)
        ]
        # Without `unsafe`, cairosvg reads no entities and no address but data: ones.
        png = cairosvg.svg2png(
            bytestring=data,
            output_width=drawn[0],
            output_height=drawn[1],
            background_color="white",
        )
    except DefusedXmlException as error:
        raise DamagedMedium("it declares XML entities, which are not read") from error
    except ParseError as error:
        raise DamagedMedium(f"its content is not an SVG: {error}") from error
    image = Image.open(io.BytesIO(png), formats=["PNG"])
    image.load()
    return Opened(image, (max(1, round(width)), max(1, round(height))), "SVG")


def _svg_size_px(attributes: Mapping[str, str]) -> tuple[float, float]:
    """Return the natural width and height by the attributes of the root, else by its view box."""
    box = [
        float(number)
        for number in re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
        if number
    ]
    width, height = _length_px(attributes.get("width")), _length_px(attributes.get("height"))
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        width = width or (height * box[2] / box[3] if height else box[2])
        height = height or width * box[3] / box[2]
    return width or _SVG_DEFAULT_PX[0], height or _SVG_DEFAULT_PX[1]


def _length_px(length: str | None) -> float:
    match = re.fullmatch(r"\s*([\d.]+(?:[eE][+-]?\d+)?)\s*([a-z]*)\s*", length or "")
    if match is None:
        return 0.0
    return float(match[1]) * _PX_OF_UNIT.get(match[2], 0.0)
