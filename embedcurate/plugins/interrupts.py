"""Ctrl-C told from a plugin that raises what Ctrl-C raises."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["presses"]


@contextmanager
def presses() -> Iterator[list[int]]:
    """Lend a list that gets an entry whenever the user presses Ctrl-C meanwhile."""
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield came  # no signal is handled here
        return
    handle = before

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)
        handle(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)
