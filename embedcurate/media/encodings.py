"""Which encoding a text is in: stated by a mark, UTF-8, UTF-16 without a mark, or guessed."""

import codecs
import io
import unicodedata
from itertools import pairwise
from typing import BinaryIO

from embedcurate.errors import DamagedMedium

__all__ = ["BINARY", "decode", "detect"]

BINARY = "it is binary, not text in any encoding known"

# The mark of UTF-32 begins with that of UTF-16, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What texts of the last decades are in; a guess among all that Python knows is wrong more often.
_LIKELY = (  # noqa: SIM905
    "cp1252 shift_jis cp932 euc_jp gb18030 big5 euc_kr cp1251 koi8_r cp1250 iso8859_2 cp1253 "
    "cp1254 cp1255 cp1256 cp1257 cp874"
).split()
_SAMPLE = 1 << 18
_TOO_SHORT = 64
"""Letters beyond ASCII below which statistics tell nothing, and Western text is assumed."""

_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\v\f\r\x1a\x1b")


def detect(file: BinaryIO, declared: str | None = None) -> str:
    """Return the name of the encoding of a seekable file, and leave the file at its start.

    `declared` is what the text says of itself, believed where it is not UTF-8 and it fits.

    Raises
    ------
    DamagedMedium
        If it is binary or in no encoding that can be told.
    """
    file.seek(0)
    sample = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            file.seek(0)
            return encoding
    if b"\0" in sample:
        file.seek(0)
        return _unmarked(sample)
    file.seek(0)
    broken = _first_not_utf8(file)
    file.seek(0)
    return "utf-8" if broken is None else _guess(broken, declared)


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return a text without any loss and the encoding that it was in.

    Raises
    ------
    DamagedMedium
        If it is binary, in no encoding that can be told, or breaks its encoding somewhere.
    """
    encoding = detect(io.BytesIO(data), declared)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DamagedMedium(f"byte {error.start:,} is not {encoding.upper()}") from error
    if "\0" in text or sum(map(text.count, _CONTROLS)) > len(text) / 100:
        raise DamagedMedium(BINARY)
    return text, encoding


def _unmarked(sample: bytes) -> str:
    """Tell UTF-16 and UTF-32 without a mark from binary: read right, all of it is text."""
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            text = decoder.decode(sample, final=len(sample) < _SAMPLE)
        except UnicodeDecodeError:
            continue
        if text and not any(
            unicodedata.category(c) in ("Cn", "Co") or c in _CONTROLS for c in text
        ):
            return encoding
    raise DamagedMedium(BINARY)


def _first_not_utf8(file: BinaryIO) -> bytes | None:
    """Return the first block that is not UTF-8, None if all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = file.read(_SAMPLE)
    while True:
        following = file.read(_SAMPLE)
        try:
            decoder.decode(block, final=not following)
        except UnicodeDecodeError:
            return block
        if not following:
            return None
        block = following


def _guess(sample: bytes, declared: str | None) -> str:
    if declared is not None and _fits(sample, declared):
        return declared
    if sum(byte > 127 for byte in sample) < _TOO_SHORT and _fits(sample, "cp1252"):
        return "cp1252"
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample, cp_isolation=_LIKELY))
    if not matches:
        raise DamagedMedium(BINARY)
    # Its order is by letters alone, whatever their case: KOI8-R is cp1251 with the cases swapped.
    equal = [match for match in matches if match.percent_chaos <= matches[0].percent_chaos]
    return min(equal, key=lambda match: _misplaced_capitals(str(match))).encoding


def _misplaced_capitals(text: str) -> int:
    return sum(a.islower() and b.isupper() for a, b in pairwise(text))


def _fits(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except (LookupError, UnicodeDecodeError):
        return False
    return True
