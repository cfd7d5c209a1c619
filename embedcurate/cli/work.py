"""`embedcurate worker`: what the window talks to."""

import os
import sys
from typing import Annotated

import typer

from embedcurate.cli import documents

__all__ = ["worker"]

_NICENESS = 10


def worker(
    background: Annotated[
        bool, typer.Option("--background", help="Leave the processor to others first.")
    ] = False,
) -> None:
    """Answer requests on standard input, one JSON document a line."""
    from embedcurate.worker import serve

    if background and hasattr(os, "nice"):  # Windows has no such thing
        os.nice(_NICENESS)
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    serve(sys.stdin, documents.claim())
