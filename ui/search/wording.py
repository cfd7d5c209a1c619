"""How a filter is shown: as it is written, but folders by their last names."""

import os
from pathlib import Path

from embedcurate.clauses import read
from embedcurate.filters import Glob

__all__ = ["said_of"]

_NAMES = 2


def said_of(clause: str) -> str:
    """Return a clause in few characters."""
    match read(clause, 0)[0]:
        case Glob("path", pattern) if pattern.startswith(os.sep) and pattern.endswith(f"{os.sep}*"):
            names = Path(pattern).parent.parts[1:]
            start = "\u2026" if len(names) > _NAMES else ""
            return f"path:{start}/{'/'.join(names[-_NAMES:])}"
    return clause
