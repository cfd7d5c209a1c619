"""One callback that both reports and cancels."""

import time
from collections.abc import Callable

__all__ = ["Progress", "ignore", "throttled"]

Progress = Callable[[int, int | None, str], None]
"""Called as ``progress(done, total, doing)``; `total` is None while it is not known.

It may raise `embedcurate.errors.Cancelled`: the work then stops at that point, with everything
stored that was finished before.
"""


def ignore(done: int, total: int | None, doing: str) -> None:
    """Report to nobody and never cancel."""


def throttled(report: Progress, *, least_s: float = 0.05) -> Progress:
    """Pass on at most one report in `least_s`, and always the last."""
    last = -least_s

    def progress(done: int, total: int | None, doing: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= least_s or done == total:
            last = now
            report(done, total, doing)

    return progress
