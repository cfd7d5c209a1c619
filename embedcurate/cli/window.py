"""The window, which enters by an entry point: the library does not know it."""

import os
import sys
from importlib.metadata import EntryPoints, distribution
from pathlib import Path
from typing import Any

import typer

__all__ = ["can_open", "open_window"]

_GROUP = "embedcurate.window"


def can_open() -> bool:
    """Tell whether there is a window to open and a display to open it on."""
    if not _entries():
        return False
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_window(collection: Path | None = None, *, sample: Path | None = None) -> None:
    """Open the window, on a collection, or on a new one of the sample; end when it is closed."""
    main: Any = next(iter(_entries())).load()
    raise typer.Exit(main(collection=collection, sample=sample))


def _entries() -> EntryPoints:
    """Return the windows that come with embedcurate itself: no other package is looked into."""
    return distribution("embedcurate").entry_points.select(group=_GROUP)
