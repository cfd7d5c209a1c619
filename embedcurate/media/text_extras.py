"""Texts that need the optional extra `documents`: PDF (pypdf) and Word (python-docx)."""

import logging
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from embedcurate.errors import DamagedMedium, MediumTooLarge, UnsupportedMedium
from embedcurate.media.formats import missing_extra, not_a
from embedcurate.media.limits import MAX_DOCUMENT_BYTES, MAX_TEXT_BYTES, check_size

__all__ = ["read_docx", "read_pdf"]

# What the two libraries were seen to raise on broken files, beside their own exceptions.
_BROKEN = (
    OSError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    AssertionError,
)


def read_pdf(file: BinaryIO, head: bytes) -> str:
    """Return the text layer of a PDF, a blank line between pages."""
    if b"%PDF-" not in head:
        raise DamagedMedium(not_a("a PDF document", head))
    check_size(file.seek(0, 2), limit=MAX_DOCUMENT_BYTES, what="a PDF")
    file.seek(0)
    try:
        import pypdf
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise missing_extra(".pdf") from error
    # It logs a line for each oddity that it gets over, and a decoder's stderr is the program's.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnsupportedMedium("it is protected by a password")
        text = _joined(page.extract_text() for page in reader.pages)
    except (PyPdfError, *_BROKEN) as error:
        raise DamagedMedium(f"the PDF is damaged: {str(error)[:200]}") from error
    if not text.strip():
        raise UnsupportedMedium("it has no text layer; its pages may be scanned pictures")
    return text


def read_docx(file: BinaryIO, head: bytes) -> str:
    """Return the paragraphs and the tables of a Word document, in their order."""
    if not head.startswith(b"PK"):
        raise DamagedMedium(not_a("a Word document", head))
    try:
        import docx
        from docx.opc.exceptions import OpcError
        from lxml.etree import LxmlError  # type: ignore[import-untyped]
    except ImportError as error:
        raise missing_extra(".docx") from error
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        check_size(unpacked, limit=MAX_DOCUMENT_BYTES, what="a Word document, unpacked,")
        file.seek(0)
        return _joined(_blocks(docx.Document(file)))
    except (OpcError, LxmlError, zipfile.BadZipFile, *_BROKEN) as error:
        raise DamagedMedium(f"the Word document is damaged: {str(error)[:200]}") from error


def _blocks(container: Any) -> Iterator[str]:
    from docx.table import Table

    for block in container.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield "\t".join(cell.text for cell in row.cells)
        else:
            yield block.text


def _joined(parts: Iterator[str]) -> str:
    kept, characters = [], 0
    for part in parts:
        characters += len(part)
        if characters > MAX_TEXT_BYTES:
            raise MediumTooLarge(f"its text has more than {MAX_TEXT_BYTES >> 20} M characters")
        kept.append(part)
    return "\n".join(kept).encode("utf-8", "replace").decode()
