"""Standard output, kept for documents: whatever a library prints must not get among them."""

import io
import os
import sys
from typing import TextIO

__all__ = ["claim", "stream"]

_claimed: list[TextIO] = []


def claim() -> TextIO:
    """Take standard output for documents alone; what else is printed goes to standard error."""
    if not _claimed:
        try:
            number = sys.stdout.fileno()
        except io.UnsupportedOperation:  # inside another program, which has put something in place
            return sys.stdout
        _claimed.append(os.fdopen(os.dup(number), "w", encoding="utf-8"))
        os.dup2(sys.stderr.fileno(), number)
    return _claimed[0]


def stream() -> TextIO:
    """Return where documents go."""
    return _claimed[0] if _claimed else sys.stdout
