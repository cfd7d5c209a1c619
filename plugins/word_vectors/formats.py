"""Files of word vectors: which format one has, and what is in it.

Word2Vec writes a line ``words dimension`` and then rows, as text or as float32; GloVe the same text
without the first line; fastText's ``.vec`` is Word2Vec's text, and its ``.bin`` a format of its own
(`fasttext`). Words come from the most to the least frequent.
"""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from embedcurate.errors import WeightsError
from embedcurate.spaces.encoder import Vectors

from . import fasttext

__all__ = ["Format", "Words", "read", "sniff"]

_HEADER = re.compile(rb"(\d{1,12}) (\d{1,6})\s*")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BLOCK = 1 << 20
_AT_ONCE = 8_192  # rows
_GZIP = b"\x1f\x8b"
_PICKLE = b"\x80"
_MOST_UNPACKED = 1032  # times its size: more than that no gzip file holds


class Words(Protocol):
    """Words with vectors."""

    @property
    def index(self) -> Mapping[str, int]:
        """Each word, and how many are more frequent."""

    def of(self, word: str) -> Vectors:
        """Return the vector (d,) of a word in `index`."""

    def of_parts(self, word: str) -> Vectors | None:
        """Return a vector (d,) that the file gives a word that is not in `index`, if it can."""


@dataclass(frozen=True, slots=True)
class Format:
    """What the first bytes of a file tell; `words` is None where only reading on would."""

    kind: str
    dimension: int
    words: int | None


@dataclass(frozen=True, slots=True)
class _Table:
    index: Mapping[str, int]
    rows: Vectors

    def of(self, word: str) -> Vectors:
        row: Vectors = self.rows[self.index[word]]
        return row

    def of_parts(self, word: str) -> Vectors | None:
        return None


def sniff(path: Path) -> Format:
    """Tell the format of a file by its first bytes; raises `WeightsError` if it is of none."""
    with _reading(path) as file:
        start = file.read(_BLOCK)
    if start.startswith(_PICKLE):
        raise WeightsError(
            f"'{path}' is a pickle, which can run any code, and is not opened. Save the vectors "
            "from gensim with: vectors.save_word2vec_format('vectors.bin', binary=True)"
        )
    if start.startswith(fasttext.MAGIC):
        if _is_packed(path):
            raise WeightsError(f"'{path}' is read in place. Unpack it first: gunzip -k '{path}'")
        return Format("fasttext", fasttext.header(path, start).dimension, None)
    first, _, rest = start.partition(b"\n")
    if header := _HEADER.fullmatch(first):
        words, dimension = int(header[1]), int(header[2])
        if not words or not dimension:
            raise _broken(path, "its first line promises no words")
        kind = "binary" if _CONTROL.search(rest) else "text"
        return Format(kind, dimension, words)
    dimension = len(first.split()) - 1
    if dimension < 2 or _CONTROL.search(start) or not _is_number(first.split()[-1]):
        raise _broken(path, "it begins neither as Word2Vec's, GloVe's nor fastText's do")
    return Format("text", dimension, None)


def read(path: Path) -> Words:
    """Read the words of a file, float32; raises `WeightsError` that names the line or byte."""
    found = sniff(path)
    if found.kind == "fasttext":
        return fasttext.FastText(path)
    table = _binary(path, found) if found.kind == "binary" else _text(path, found)
    for start in range(0, len(table.rows), _AT_ONCE):
        finite = np.isfinite(table.rows[start : start + _AT_ONCE]).all(axis=1)
        if not finite.all():
            word = start + int(np.argmin(finite)) + 1
            raise _broken(path, f"the vector of its word {word} is not finite")
    return table


def _text(path: Path, found: Format) -> _Table:
    lines = _count_lines(path) - (found.words is not None)
    if found.words is not None and lines != found.words:
        raise _broken(path, f"its first line promises {found.words} words, and it has {lines}")
    rows = np.empty((lines, found.dimension), np.float32)
    index: dict[str, int] = {}
    with _reading(path) as file:
        if found.words is not None:
            file.readline()
        for number, line in enumerate(file, 1 + (found.words is not None)):
            # A word may have spaces in it (some of GloVe's do), so numbers are counted from behind.
            word, *fields = line.rstrip().rsplit(b" ", found.dimension)
            try:
                name = word.decode()
                rows[len(index)] = list(map(float, fields))
            except UnicodeDecodeError as error:
                where = f"byte {error.start + 1} of line {number}"
                raise _broken(path, f"{where} is not UTF-8") from error
            except ValueError as error:
                why = f"line {number} is not a word and {found.dimension} numbers"
                raise _broken(path, why) from error
            index.setdefault(name, len(index))
    return _Table(index, rows[: len(index)])


def _binary(path: Path, found: Format) -> _Table:
    assert found.words is not None, "binary files have a first line"
    row_bytes = 4 * found.dimension
    most = path.stat().st_size * (_MOST_UNPACKED if _is_packed(path) else 1)
    if found.words * (row_bytes + 1) > most:
        raise _broken(path, f"it is too short for the {found.words} words that it promises")
    rows = np.empty((found.words, found.dimension), np.float32)
    index: dict[str, int] = {}
    with _reading(path) as file:
        done, buffer, start = len(file.readline()), b"", 0
        for number in range(found.words):
            while (space := buffer.find(b" ", start)) < 0 or len(buffer) <= space + row_bytes:
                more = file.read(_BLOCK)
                if not more:
                    at = done + len(buffer)
                    raise _broken(path, f"it ends at byte {at}, in its word {number + 1}")
                done, buffer, start = done + start, buffer[start:] + more, 0
            # Files may end a row with a line break, and may cut a word within a character.
            name = buffer[start:space].lstrip(b"\n").decode(errors="replace")
            rows[len(index)] = np.frombuffer(buffer, "<f4", found.dimension, space + 1)
            index.setdefault(name, len(index))
            start = space + 1 + row_bytes
    return _Table(index, rows[: len(index)])


def _count_lines(path: Path) -> int:
    lines, last = 0, b"\n"
    with _reading(path) as file:
        while block := file.read(_BLOCK):
            lines, last = lines + block.count(b"\n"), block[-1:]
    return lines + (last != b"\n")


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacking it if it is packed, and tell what stands in the way in a sentence."""
    try:
        with gzip.open(path) if _is_packed(path) else path.open("rb") as file:
            yield file  # type: ignore[misc]
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _broken(path, f"it can't be unpacked ({error})") from error
    except OSError as error:
        raise WeightsError(f"'{path}' can't be read: {error.strerror or error}.") from error


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _is_number(field: bytes) -> bool:
    try:
        return bool(np.isfinite(float(field)))
    except ValueError:
        return False


def _broken(path: Path, why: str) -> WeightsError:
    return WeightsError(
        f"'{path}' can't be used as word vectors: {why}. Fetch or save the file again."
    )
