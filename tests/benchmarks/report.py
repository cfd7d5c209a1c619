"""What the benchmarks share: contenders in processes of their own, and how a table is printed."""

import json
import os
import platform
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["contend", "heading", "megabytes", "table"]


def contend(module: str, *arguments: str) -> Any:
    """Run a benchmark's module with other arguments; return the JSON document that it prints.

    A contender has a process of its own, so that its memory is its own and nothing is warm.
    """
    program = [sys.executable, "-m", module, *arguments]
    return json.loads(subprocess.run(program, check=True, stdout=subprocess.PIPE).stdout)


def megabytes() -> dict[str, float]:
    """Return the most memory that this process had, and the largest of its ended children."""
    mb = 1e6 if sys.platform == "darwin" else 1e3  # kilobytes on Linux, bytes on macOS
    own, children = (
        resource.getrusage(who).ru_maxrss / mb
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {"own": own, "largest child": children}


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
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
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
