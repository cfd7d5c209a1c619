"""`embedcurate worker`: what the window talks to."""

import sys

from embedcurate.cli import documents

__all__ = ["worker"]


def worker() -> None:
    """Answer requests on standard input, one JSON document a line."""
    from embedcurate.worker import serve

    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    serve(sys.stdin, documents.claim())
