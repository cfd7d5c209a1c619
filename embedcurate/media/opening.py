"""Open a file for reading without ever waiting for it."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from embedcurate.errors import MediumMissing, UnreadableMedium, UnsupportedMedium

__all__ = ["in_words", "open_regular"]

# A FIFO without a writer would block its reader for ever; Windows has neither flag nor FIFO.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file; FIFOs, sockets, devices and folders are refused.

    Raises
    ------
    UnsupportedMedium
        If it is not a regular file.
    MediumMissing
        If there is no such file.
    UnreadableMedium
        If it may not be read, or its disk fails.
    """
    with in_words():
        # Looked at before it is opened as well: opening a device can already do something to it.
        _require_regular(os.stat(path).st_mode)  # noqa: PTH116  Path.stat is this, with more calls
        file = os.fdopen(os.open(path, _FLAGS), "rb")
    with file:
        _require_regular(os.fstat(file.fileno()).st_mode)
        yield file


@contextmanager
def in_words() -> Iterator[None]:
    """Turn errors of the file system into sentences, as MediaError."""
    try:
        yield
    except FileNotFoundError as error:
        raise MediumMissing(_what_is_gone(error.filename)) from error
    except PermissionError as error:
        raise UnreadableMedium("you have no permission to read it") from error
    except OSError as error:
        raise UnreadableMedium(f"it can't be read: {error.strerror or error}") from error


def _what_is_gone(name: str | bytes) -> str:
    """Tell a file that is gone from the folder or disk that it lay in."""
    gone = [folder for folder in Path(os.fsdecode(name)).parents if not folder.exists()]
    if not gone:
        return "the file is no longer there; index again"
    return f"its folder is not there any more: plug its disk in, or put back '{gone[-1]}'"


def _require_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise UnsupportedMedium("it is not a regular file")
