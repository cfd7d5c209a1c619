"""The one entry of the decoder processes: a path in, its hash and its decoded medium out."""

import io
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, TypeAlias

from embedcurate.errors import DamagedMedium, MediaError
from embedcurate.items import Modality
from embedcurate.media import audio, image, tables, text
from embedcurate.media.formats import TABLE_SUFFIXES
from embedcurate.media.opening import in_words, open_regular

__all__ = ["Decoded", "Medium", "Needs", "content_hash", "decode"]

_BLOCK = 1 << 20
_READ_AT_ONCE = 64 << 20
"""Files up to this size are read once; larger ones are hashed first and then read again."""

Medium: TypeAlias = image.Picture | audio.Sound | text.Document | tuple[tables.Row, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """What the encoders of a space ask of media; see `spaces.encoder` for the meanings.

    The defaults do for a modality that the space has no encoder of.
    """

    size_px: int = 224
    rate_hz: int = 16_000
    window_s: float = 10.0
    hop_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded file. `content` is the blake3 of its bytes, in hex; a table of texts gives rows."""

    content: str
    size: int
    mtime_ns: int
    medium: Medium


def decode(path: Path, modality: Modality, needs: Needs) -> Decoded:
    """Read, hash and decode a file, and make sure that it did not change meanwhile.

    Raises
    ------
    MediaError
        If the file can't be used; the sentence names the reason, without the path.
    """
    with open_regular(path) as file:
        before = os.fstat(file.fileno())
        try:
            content, content_file = _hash(file, before.st_size)
            medium = _decode(content_file, path.suffix.lower(), modality, needs)
        except MediaError:
            _require_unchanged(path, before)  # a file that still grows looks truncated
            raise
    _require_unchanged(path, before)
    return Decoded(content, before.st_size, before.st_mtime_ns, medium)


def content_hash(path: Path) -> str:
    """Return the blake3 of a file's bytes, in hex.

    Raises
    ------
    MediaError
        If the file can't be read, or changes meanwhile.
    """
    with open_regular(path) as file:
        before = os.fstat(file.fileno())
        content = _hash_stream(file)
    _require_unchanged(path, before)
    return content


def _hash(file: BinaryIO, size: int) -> tuple[str, BinaryIO]:
    if size > _READ_AT_ONCE:
        content = _hash_stream(file)
        file.seek(0)
        return content, file
    from blake3 import blake3

    with in_words():
        data = file.read(_READ_AT_ONCE)
    return blake3(data).hexdigest(), io.BytesIO(data)


def _hash_stream(file: BinaryIO) -> str:
    from blake3 import blake3

    hasher = blake3()
    with in_words():
        while block := file.read(_BLOCK):
            hasher.update(block)
    return hasher.hexdigest()


def _decode(file: BinaryIO, suffix: str, modality: Modality, needs: Needs) -> Medium:
    if modality is Modality.IMAGE:
        return image.read(file, suffix=suffix, size_px=needs.size_px)
    if modality is Modality.AUDIO:
        return audio.read(
            file,
            suffix=suffix,
            rate_hz=needs.rate_hz,
            window_s=needs.window_s,
            hop_s=needs.hop_s,
        )
    if suffix in TABLE_SUFFIXES:
        return tuple(tables.read(file, suffix=suffix))
    document = text.read(file, suffix=suffix)
    return replace(document, facts=text.measured(document.text, document.facts))


def _require_unchanged(path: Path, before: os.stat_result) -> None:
    with in_words():
        after = os.stat(path)  # noqa: PTH116  as in `opening`
    for name in ("st_dev", "st_ino", "st_size", "st_mtime_ns"):
        if getattr(after, name) != getattr(before, name):
            raise DamagedMedium("it changed while it was read; index again")
