"""What the benchmarks share: contenders in processes of their own, and how a table is printed."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from threading import Event, Thread
from typing import Any, Self

import psutil

__all__ = ["Memory", "contend", "cpu_s", "heading", "table"]


def contend(module: str, *arguments: str) -> Any:
    """Run a benchmark's module with other arguments; return the JSON document that it prints.

    A contender has a process of its own, so that its memory is its own and nothing is warm.
    """
    program = [sys.executable, "-m", "tests.benchmarks.contender", module, *arguments]
    return json.loads(subprocess.run(program, check=True, stdout=subprocess.PIPE).stdout)


class Memory:
    """The most memory that this process and its children had while the block ran, in MB.

    Sampled: the kernel's own peak of a process begins with that of the process that started it.
    """

    own = 0
    children = 0

    def __enter__(self) -> Self:
        self._ended = Event()
        self._thread = Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        process = psutil.Process()
        while True:
            self.own = max(self.own, _resident(process))
            self.children = max(
                self.children, sum(_resident(child) for child in process.children(recursive=True))
            )
            if self._ended.wait(0.02):
                return


def _resident(process: psutil.Process) -> int:
    try:
        return round(int(process.memory_info().rss) / 1e6)
    except psutil.NoSuchProcess:
        return 0


def cpu_s() -> float:
    """Return the processors' time that this process, and those of its children that ended, took."""
    return sum(os.times()[:4])


def heading(title: str) -> str:
    """Return the title with what else was going on: figures of a busy machine are worse."""
    load = os.getloadavg()[0]
    return (
        f"{title}\n{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} before, "
        f"Python {platform.python_version()}"
    )


def table(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return rows as Markdown, numbers with three significant digits and to the right."""
    return "\n".join(_lines([list(names), *([_cell(value) for value in row] for row in rows)]))


def _lines(cells: list[list[str]]) -> Iterator[str]:
    widths = [max(2, *map(len, column)) for column in zip(*cells, strict=True)]
    for index, row in enumerate(cells):
        first, *others = zip(row, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        yield f"| {' | '.join(padded)} |"
        if index == 0:
            rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
            yield f"| {' | '.join(rule)} |"


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{0 if value == 0 else 2 if abs(value) < 10 else 1}f}"
