"""Texts: from a file's bytes to what a person reads in it, without losing a character."""

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import BinaryIO

from embedcurate.errors import DamagedMedium
from embedcurate.figures.text import language, measure
from embedcurate.fingerprints.text import make
from embedcurate.items import Facts
from embedcurate.media import encodings, formats
from embedcurate.media.limits import MAX_TEXT_BYTES, check_size
from embedcurate.media.opening import open_regular

__all__ = ["Document", "decode", "measured", "read"]

_HTML = frozenset({".html", ".htm"})
_UNSEEN = frozenset({"script", "style", "template", "noscript"})
_BLOCKS = frozenset(
    (  # noqa: SIM905
        "address article aside blockquote br dd div dl dt figcaption footer form h1 h2 h3 h4 h5 h6 "
        "header hr li main nav ol p pre section table td th title tr ul"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Document:
    """A decoded text; `facts.note` names its encoding where that is not UTF-8."""

    text: str
    facts: Facts


def decode(path: Path) -> Document:
    """Decode a text file: plain text and Markdown as they are, of others what a reader sees.

    A file without any text is damaged, not skipped: most often something failed to write it.

    Raises
    ------
    MediaError
        If the file can't be used; the sentence says why.
    """
    with open_regular(path) as file:
        return read(file, suffix=path.suffix.lower())


def read(file: BinaryIO, *, suffix: str) -> Document:
    """Decode a text as `decode` does from a seekable file that bore `suffix`."""
    head = file.read(formats.HEAD_BYTES)
    file.seek(0)
    if not head:
        raise DamagedMedium("it is empty")
    note = None
    if suffix == ".pdf":
        from embedcurate.media.text_extras import read_pdf

        text = read_pdf(file, head)
    elif suffix == ".docx":
        from embedcurate.media.text_extras import read_docx

        text = read_docx(file, head)
    else:
        if formats.kind_of(head) is not None:
            raise DamagedMedium(formats.not_a("plain text", head))
        data = file.read(MAX_TEXT_BYTES + 1)
        check_size(max(len(data), file.seek(0, 2)), limit=MAX_TEXT_BYTES, what="a text")
        is_html = suffix in _HTML
        text, encoding = encodings.decode(data, _declared(data) if is_html else None)
        if is_html:
            text = _visible(text)
        if encoding not in ("utf-8", "utf-8-sig"):
            note = f"read as {encoding}"
    if not text.strip():
        raise DamagedMedium("it is empty")
    format_ = suffix.removeprefix(".") or "txt"
    return Document(text, Facts(format=format_.upper(), characters=len(text), note=note))


def measured(text: str, facts: Facts) -> Facts:
    """Add to the facts of a text what makes it comparable: language, figures and fingerprint."""
    return replace(facts, language=language(text), figures=measure(text), fingerprint=make(text))


def _declared(data: bytes) -> str | None:
    from bs4.dammit import EncodingDetector

    return EncodingDetector.find_declared_encoding(data, is_html=True)


def _visible(html: str) -> str:
    """Return the title and the text of a page, a line a block."""
    page = _Page()
    page.feed(html)
    page.close()
    lines = (line.strip() for line in "".join(page.parts).splitlines())
    return "\n".join(line for line in lines if line)


class _Page(HTMLParser):
    """Collects what a reader sees, in one pass: a tree of a large or deep page takes minutes."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._unseen: list[str] = []
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag in _BLOCKS:
            self.parts.append("\n")
            self._preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        elif tag in _BLOCKS:
            self.parts.append("\n")
            self._preformatted = max(0, self._preformatted - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data if self._preformatted else re.sub(r"\s+", " ", data))
