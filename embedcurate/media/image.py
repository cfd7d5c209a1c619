"""Pictures: from a file's bytes to RGB pixels of the size that encoders and thumbnails need."""

import math
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from embedcurate.errors import DamagedMedium, MediaError, MediumTooLarge
from embedcurate.figures.image import measure
from embedcurate.fingerprints.image import make
from embedcurate.items import Facts, Modality
from embedcurate.media import formats
from embedcurate.media.colours import flatten, value_range
from embedcurate.media.limits import MAX_ASPECT, MAX_PIXELS, MAX_SCALED_PIXELS, check_pixels
from embedcurate.media.opening import open_regular

__all__ = ["Opened", "Picture", "decode", "draw", "in_words", "read"]

# EPS is left out because it starts Ghostscript; TGA has no signature, so it must bear its name.
_FORMATS = (  # noqa: SIM905
    "AVIF BMP DDS DIB GIF ICO JPEG JPEG2000 MPO PCX PNG PPM PSD QOI SGI TIFF WEBP"
).split()
_FRAMED = frozenset({"AVIF", "GIF", "PNG", "TIFF", "WEBP"})
_BAND_PIXELS = 4_000_000
_TRANSPOSED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What Pillow and its plugins were seen to raise on broken files; see tests/media/test_corpus.py.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,  # NotImplementedError among them
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture.

    `pixels` is (height, width, 3) uint8 RGB, upright, transparency on white; its shorter side is
    twice the size asked for, or less where the file has no more. `facts` are of the whole file.
    """

    pixels: NDArray[np.uint8]
    facts: Facts


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture as its reader gives it: perhaps at a reduced scale, `full_px` being the whole.

    `frames` is how many the file has, `tables` are the quantisation tables of a JPEG.
    """

    image: Image.Image
    full_px: tuple[int, int]
    format: str
    note: str | None = None
    frames: int = 1
    tables: Mapping[int, Sequence[int]] | None = None


def decode(path: Path, *, size_px: int) -> Picture:
    """Decode a picture for a model that sees a square of `size_px`.

    Raises
    ------
    MediaError
        If the file can't be used; the sentence says why.
    """
    with open_regular(path) as file:
        return read(file, suffix=path.suffix.lower(), size_px=size_px)


def read(file: BinaryIO, *, suffix: str, size_px: int) -> Picture:
    """Decode a picture as `decode` does from a seekable file that bore `suffix`.

    One at a time in a process: Pillow's limit and Python's warnings are set meanwhile.
    """
    head = _head(file)
    with in_words(head), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = _open(file, head, suffix, shorter_px=2 * size_px)
        image, (width, height), cropped = _upright(opened, shorter_px=2 * size_px)
        notes = (opened.note, "only the middle of its length is looked at" if cropped else None)
        pixels = np.array(image)
        return Picture(
            pixels,
            Facts(
                format=opened.format,
                width_px=width,
                height_px=height,
                note="; ".join(note for note in notes if note) or None,
                figures=measure(pixels, frames=opened.frames, tables=opened.tables),
                fingerprint=make(pixels),
            ),
        )


def draw(path: Path, *, longest_px: int) -> tuple[Image.Image, tuple[int, int]]:
    """Return a picture for people, RGB and upright, and the (width, height) that the file has.

    Its longer side is `longest_px`, or less where the file has no more. All of it is there, however
    long, and nothing is measured. One at a time in a process, as `read`. Raises `MediaError`.
    """
    with open_regular(path) as file:
        head = _head(file)
        with in_words(head), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = _open(file, head, path.suffix.lower(), shorter_px=longest_px)
            sides = sorted(opened.image.size)
            shorter_px = math.ceil(longest_px * sides[0] / sides[1])
            image, full_px, _ = _upright(opened, shorter_px=shorter_px, max_aspect=math.inf)
            image.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
            return image, full_px


def _head(file: BinaryIO) -> bytes:
    head = file.read(formats.HEAD_BYTES)
    file.seek(0)
    if not head:
        raise DamagedMedium("it is empty")
    return head


def _upright(
    opened: Opened, *, shorter_px: int, max_aspect: float = MAX_ASPECT
) -> tuple[Image.Image, tuple[int, int], bool]:
    """Return the picture in RGB and upright, the size of the whole, and whether it was cropped."""
    turn = _TRANSPOSED.get(_orientation(opened.image))
    image, cropped = _shrink(opened.image, shorter_px=shorter_px, max_aspect=max_aspect)
    width, height = opened.full_px
    if turn is not None:
        image = image.transpose(turn)
        if (image.width < image.height) != (width < height):
            width, height = height, width
    return image, (width, height), cropped


@contextmanager
def in_words(head: bytes) -> Iterator[None]:
    """Turn what Pillow and its plugins raise on a file that starts with `head` into MediaError."""
    try:
        yield
    except MediaError:
        raise
    except Image.DecompressionBombError as error:
        raise MediumTooLarge(
            f"it has more than {MAX_PIXELS / 1e6:.0f} megapixels; make it smaller"
        ) from error
    except MemoryError as error:
        raise MediumTooLarge("decoding it took more memory than there is") from error
    except UnidentifiedImageError as error:
        raise DamagedMedium(formats.not_a("a picture", head, Modality.IMAGE)) from error
    except _BROKEN as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DamagedMedium(f"the picture is damaged: {reason[:200]}") from error


def _open(file: BinaryIO, head: bytes, suffix: str, *, shorter_px: int) -> Opened:
    # The extras' readers are as heavy as they are rare, so they are imported when one is needed.
    if suffix == ".svg":
        from embedcurate.media.image_extras import open_svg

        return open_svg(file, shorter_px=shorter_px)
    if suffix in formats.RAW_SUFFIXES:
        from embedcurate.media.image_extras import open_raw

        return open_raw(file, suffix, shorter_px=shorter_px)
    if head[4:8] == b"ftyp" and head[8:11] in (b"hei", b"hev", b"mif") and b"avif" not in head:
        from embedcurate.media.image_extras import open_heic

        return open_heic(file)
    return _open_by_pillow(file, suffix, shorter_px=shorter_px)


def _open_by_pillow(file: BinaryIO, suffix: str, *, shorter_px: int) -> Opened:
    Image.init()
    allowed = [*_FORMATS, "TGA"] if suffix == ".tga" else _FORMATS
    with _pillow_limit(MAX_SCALED_PIXELS):
        image = Image.open(file, formats=[name for name in allowed if name in Image.OPEN])
    format_ = image.format or ""
    width, height = image.size
    notes = []
    if not _fits(format_, suffix):
        notes.append(f"a {format_} picture in spite of its name")
    frames = getattr(image, "n_frames", 1) if format_ in _FRAMED else 1
    if frames > 1:
        notes.append(f"the first of {frames} {'pages' if format_ == 'TIFF' else 'frames'}")
    if format_ in ("JPEG", "MPO"):
        # The coefficients of a progressive one are all in memory, whatever the scale.
        progressive = "progressive" in image.info
        check_pixels(width * height, limit=MAX_PIXELS if progressive else MAX_SCALED_PIXELS)
        image.draft(None, (shorter_px, shorter_px))
    check_pixels(image.width * image.height)
    before = image.size
    with _pillow_limit(MAX_PIXELS):
        image.load()
    full_px = (width, height) if image.size == before else image.size  # TIFF turns itself upright
    tables = getattr(image, "quantization", None)
    return Opened(image, full_px, format_, "; ".join(notes) or None, frames, tables)


@contextmanager
def _pillow_limit(pixels: int) -> Iterator[None]:
    """Let Pillow raise above that many pixels: also for pictures inside of ICO, GIF and others."""
    before = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = pixels // 2  # it warns from here on and raises from twice as many
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def _fits(format_: str, suffix: str) -> bool:
    promised = Image.registered_extensions().get(suffix, suffix.removeprefix(".").upper())
    same = {"MPO": "JPEG", "DIB": "BMP"}
    return same.get(format_, format_) == same.get(promised, promised)


def _orientation(image: Image.Image) -> int:
    try:
        orientation = image.getexif().get(0x0112, 1)
    except _BROKEN:
        return 1  # broken metadata does not spoil the picture
    return orientation if isinstance(orientation, int) else 1


def _shrink(image: Image.Image, *, shorter_px: int, max_aspect: float) -> tuple[Image.Image, bool]:
    """Return `image` in RGB, its shorter side at most `shorter_px`, and whether it was cropped."""
    width, height = image.size
    kept_px = int(min(width, max_aspect * height)), int(min(height, max_aspect * width))
    left, top = (width - kept_px[0]) // 2, (height - kept_px[1]) // 2
    box = (left, top, left + kept_px[0], top + kept_px[1])
    shorter = min(kept_px)
    # As `reducing_gap=2` does: an exact box average to no less than twice the target, then Lanczos.
    rgb = _rgb(image, box, factor=max(1, shorter // (2 * shorter_px)))
    if shorter > shorter_px:
        scale = shorter_px / shorter
        size_px = (round(kept_px[0] * scale), round(kept_px[1] * scale))
        rgb = rgb.resize(size_px, Image.Resampling.LANCZOS)
    return rgb, kept_px != (width, height)


def _rgb(image: Image.Image, box: tuple[int, int, int, int], *, factor: int) -> Image.Image:
    """Convert the box to RGB at 1/factor, band by band: a whole copy could be hundreds of MB."""
    left, top, right, bottom = box
    range_ = value_range(image, _BAND_PIXELS)

    def converted(start: int, end: int) -> Image.Image:
        band = flatten(image.crop((left, start, right, min(end, bottom))), range_)
        return band.reduce(factor) if factor > 1 else band

    rows = factor * max(1, _BAND_PIXELS // (right - left) // factor)
    if bottom - top <= rows:
        whole = converted(top, bottom)
        whole.info = {}  # comments and profiles of the file, which thumbnails would take along
        return whole
    result = Image.new("RGB", (-(-(right - left) // factor), -(-(bottom - top) // factor)))
    for start in range(top, bottom, rows):
        result.paste(converted(start, start + rows), (0, (start - top) // factor))
    return result
