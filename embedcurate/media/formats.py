"""Which files are pictures, sounds and texts: by extension to find them, by content to be sure."""

from pathlib import Path
from types import MappingProxyType

from embedcurate.errors import UnsupportedMedium
from embedcurate.items import Modality

__all__ = [
    "EXTENSIONS",
    "EXTRAS",
    "HEAD_BYTES",
    "RAW_SUFFIXES",
    "TABLE_SUFFIXES",
    "kind_of",
    "missing_extra",
    "modality_of",
    "not_a",
]

RAW_SUFFIXES = frozenset(
    ".arw .cr2 .cr3 .dng .nef .nrw .orf .pef .raf .raw .rw2 .srw".split()  # noqa: SIM905
)
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet"})

_HEIC_SUFFIXES = frozenset({".heic", ".heif", ".hif"})

# Containers of video (.mp4, .mkv, .webm, ...) are left out: what they show is more than a sound.
_BY_MODALITY = {
    Modality.IMAGE: (  # noqa: SIM905
        ".apng .avif .avifs .bmp .dds .dib .gif .ico .j2c .j2k .jfif .jp2 .jpc .jpe .jpeg .jpg "
        ".jpx .pbm .pcx .pfm .pgm .png .pnm .ppm .psd .qoi .sgi .svg .tga .tif .tiff .webp"
    ).split(),
    Modality.AUDIO: (  # noqa: SIM905
        ".aac .ac3 .aif .aifc .aiff .amr .ape .au .caf .flac .m4a .m4b .mka .mp3 .mpc .oga .ogg "
        ".opus .rf64 .snd .tta .voc .w64 .wav .wave .weba .wma .wv"
    ).split(),
    Modality.TEXT: (  # noqa: SIM905
        ".docx .htm .html .markdown .md .org .pdf .rst .srt .tex .text .txt"
    ).split(),
}

EXTENSIONS = MappingProxyType(
    {suffix: modality for modality, suffixes in _BY_MODALITY.items() for suffix in suffixes}
    | dict.fromkeys(RAW_SUFFIXES | _HEIC_SUFFIXES, Modality.IMAGE)
    | dict.fromkeys(TABLE_SUFFIXES, Modality.TEXT)
)
"""Extension, in lower case and with its dot -> modality."""

EXTRAS = MappingProxyType(
    dict.fromkeys(_HEIC_SUFFIXES, "heic")
    | dict.fromkeys(RAW_SUFFIXES, "raw")
    | {".svg": "svg", ".pdf": "documents", ".docx": "documents"}
)
"""Extension -> the optional extra of embedcurate that reads it."""

# (offset, bytes, modality, what it is); the first that fits counts.
_SIGNATURES: tuple[tuple[int, bytes, Modality | None, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", Modality.IMAGE, "a PNG picture"),
    (0, b"\xff\xd8\xff", Modality.IMAGE, "a JPEG picture"),
    (0, b"GIF8", Modality.IMAGE, "a GIF picture"),
    (0, b"II*\0", Modality.IMAGE, "a TIFF picture"),
    (0, b"MM\0*", Modality.IMAGE, "a TIFF picture"),
    (0, b"8BPS", Modality.IMAGE, "a PSD picture"),
    (8, b"WEBP", Modality.IMAGE, "a WebP picture"),
    (8, b"WAVE", Modality.AUDIO, "a WAV sound"),
    (8, b"AVI ", None, "a video"),
    (0, b"fLaC", Modality.AUDIO, "a FLAC sound"),
    (0, b"OggS", Modality.AUDIO, "an Ogg sound"),
    (0, b"ID3", Modality.AUDIO, "an MP3 sound"),
    (4, b"ftypM4A", Modality.AUDIO, "an M4A sound"),
    (4, b"ftypM4B", Modality.AUDIO, "an M4B sound"),
    (4, b"ftypavi", Modality.IMAGE, "an AVIF picture"),
    (4, b"ftyphei", Modality.IMAGE, "a HEIC picture"),
    (4, b"ftypmif1", Modality.IMAGE, "a HEIF picture"),
    (4, b"ftyp", None, "a video"),
    (0, b"\x1aE\xdf\xa3", None, "a Matroska or WebM container"),
    (0, b"%PDF-", Modality.TEXT, "a PDF document"),
    (0, b"PK\x03\x04", None, "a ZIP archive"),
    (0, b"\x1f\x8b", None, "a gzip archive"),
    (0, b"7z\xbc\xaf\x27\x1c", None, "a 7z archive"),
    (0, b"\x7fELF", None, "a program"),
    (0, b"MZ\x90", None, "a program"),
    (0, b"SQLite format 3\0", None, "an SQLite database"),
)
HEAD_BYTES = 32
"""How much of a file's start `kind_of` looks at."""


def modality_of(path: Path) -> Modality | None:
    """Return the modality that the name's extension promises, None for files that are passed over.

    The file is not opened.
    """
    return EXTENSIONS.get(path.suffix.lower())


def kind_of(head: bytes) -> tuple[Modality | None, str] | None:
    """Tell what a file is by its first `HEAD_BYTES`: its modality and its name in words.

    The modality is None for what is no picture, sound or text. Returns None where the bytes are
    not known, as those of plain text are not.
    """
    for offset, magic, modality, name in _SIGNATURES:
        if head.startswith(magic, offset):
            return modality, name
    return None


def missing_extra(suffix: str) -> UnsupportedMedium:
    """Make the error that says which extra reads files that end in `suffix`."""
    extra = EXTRAS[suffix]
    return UnsupportedMedium(
        f"{suffix} files need an extra: install it with: pip install 'embedcurate[{extra}]'"
    )


def not_a(what: str, head: bytes, modality: Modality | None = None) -> str:
    """Say that content is not `what` the name promised, and what it is instead where known.

    Content that does begin as `modality` should is called damaged.
    """
    kind = kind_of(head)
    if kind is None:
        return f"its content is not {what}"
    if modality is not None and kind[0] is modality:
        return f"it begins as {kind[1]} does, but it is damaged"
    return f"its content is not {what} but {kind[1]}"
