"""What keeps the memory of a decoder bounded, whatever a file claims to be."""

from embedcurate.errors import MediumTooLarge

__all__ = [
    "MAX_ASPECT",
    "MAX_DOCUMENT_BYTES",
    "MAX_PIXELS",
    "MAX_ROW_CHARACTERS",
    "MAX_SCALED_PIXELS",
    "MAX_SOUND_BYTES",
    "MAX_SVG_BYTES",
    "MAX_TABLE_BYTES",
    "MAX_TEXT_BYTES",
    "MAX_WINDOWS",
    "check_pixels",
    "check_size",
]

MAX_PIXELS = 80_000_000
"""Pixels that may be decoded at once: up to 320 MB, as Pillow spends 4 bytes on most."""

MAX_SCALED_PIXELS = 500_000_000
"""Pixels of a baseline JPEG, which is decoded at a reduced scale: bounds its time."""

MAX_ASPECT = 8
"""How many times longer than wide a decoded picture may be; the middle of a longer one is kept."""

MAX_SVG_BYTES = 16 << 20
MAX_TEXT_BYTES = 32 << 20
MAX_DOCUMENT_BYTES = 256 << 20
"""Of a PDF or DOCX, most of which are pictures; what a DOCX unpacks to is bounded by this, too."""

MAX_TABLE_BYTES = 256 << 20
"""Of a table of texts, and of the text columns of a Parquet file before compression."""

MAX_ROW_CHARACTERS = 4 << 20

MAX_WINDOWS = 256
MAX_SOUND_BYTES = 64 << 20
"""Windows of one sound travel between processes; of longer ones they are spread over the sound."""


def check_pixels(pixels: int, *, limit: int = MAX_PIXELS) -> None:
    """Raise MediumTooLarge if that many pixels may not be decoded."""
    if pixels > limit:
        raise MediumTooLarge(
            f"it has {pixels / 1e6:,.0f} megapixels, and at most {limit / 1e6:,.0f} are decoded "
            "at once; make it smaller, or save it as a JPEG (which is decoded at a reduced scale)"
        )


def check_size(size: int, *, limit: int, what: str) -> None:
    """Raise MediumTooLarge if `size` bytes are more than are read of `what`."""
    if size > limit:
        raise MediumTooLarge(
            f"it has {size / (1 << 20):,.0f} MiB, and {what} may have {limit >> 20}; split it"
        )
