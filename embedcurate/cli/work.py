"""`embedcurate worker`: what the window talks to."""

import sys

__all__ = ["worker"]


def worker() -> None:
    """Answer requests on standard input, one JSON document a line."""
    import os

    from embedcurate.worker import serve

    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(sys.stdin, answers)
