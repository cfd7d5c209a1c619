"""What the commands print: one JSON document or lines for people, progress, messages."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from embedcurate.cli import documents
from embedcurate.cli.options import ProgressStyle
from embedcurate.errors import Cancelled
from embedcurate.progress import Progress, throttled

__all__ = ["print_document", "reporting", "say", "size"]


def print_document(document: dict[str, Any]) -> None:
    """Print one JSON document; names that are not UTF-8 come back from it byte for byte."""
    print(json.dumps(document), file=documents.stream(), flush=True)


def say(text: str) -> None:
    """Print a message for people, which never mixes with the document."""
    print(text, file=sys.stderr)


def size(count: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if count >= 100 or unit == "bytes" else f"{count:.1f} {unit}"


@contextmanager
def reporting(style: ProgressStyle) -> Iterator[Progress]:
    """Show progress while the body runs, and let Ctrl-C or SIGTERM cancel it at the next report.

    A second Ctrl-C stops at once.
    """
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    shown = _Bar() if style is ProgressStyle.BAR and sys.stderr.isatty() else None

    def show(done: int, total: int | None, doing: str) -> None:
        if style is ProgressStyle.JSON:
            print(json.dumps({"done": done, "total": total, "doing": doing}), file=sys.stderr)
        elif shown is not None:
            shown.update(done, total, doing)

    told = throttled(show)

    def progress(done: int, total: int | None, doing: str) -> None:
        if asked:
            raise Cancelled
        told(done, total, doing)

    try:
        yield progress
    finally:
        if shown is not None:
            shown.close()
        for number, handler in before.items():
            signal.signal(number, handler)


class _Bar:
    """A progress bar of one line."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)
        self._bar.start()

    def update(self, done: int, total: int | None, doing: str) -> None:
        self._bar.update(self._task, completed=done, total=total, description=doing[:50])

    def close(self) -> None:
        self._bar.stop()
