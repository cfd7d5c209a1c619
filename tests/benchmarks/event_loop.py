"""How long the thread of the window lets its events wait, and waiting for something to be so."""

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

__all__ = ["Stalls", "until"]


class Stalls:
    """How long the event loop kept a timer of 1 ms waiting while the block ran.

    gaps_ms : between one time and the next; cpu_ms : what of it the thread itself worked. The rest
    is the time in which other threads and processes had the processor.
    """

    def __enter__(self) -> "Stalls":
        self.gaps_ms: list[float] = []
        self.cpu_ms: list[float] = []
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer(interval=1)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._tick()
        self._timer.stop()

    def _tick(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.gaps_ms.append((now - self._last) * 1000)
        self.cpu_ms.append((worked - self._worked) * 1000)
        self._last, self._worked = now, worked

    @property
    def longest_ms(self) -> float:
        """The longest gap."""
        return max(self.gaps_ms)

    @property
    def longest_cpu_ms(self) -> float:
        """The most that the thread worked in one gap."""
        return max(self.cpu_ms)

    def percentile_ms(self, percent: float) -> float:
        """Return what `percent` of the gaps do not exceed."""
        return float(np.percentile(self.gaps_ms, percent))


def until(condition: Callable[[], bool], timeout_s: float = 600.0) -> None:
    """Run the event loop until something is so; raise `TimeoutError` if it never is."""
    loop, timer, end = QEventLoop(), QTimer(interval=1), time.monotonic() + timeout_s
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
    timer.start()
    loop.exec()
    timer.stop()
    if not condition():
        raise TimeoutError(f"waited {timeout_s:.0f} s")
