"""What an export must not touch, and what has to be there before it begins."""

import os
import shutil
from pathlib import Path

from embedcurate.collection import Collection
from embedcurate.errors import ExportError

__all__ = ["require_room", "spare_originals"]


def spare_originals(collection: Collection, out: Path, *, folder: bool) -> None:
    """Raise `ExportError` if `out` is an original, among originals, or in the collection."""
    place = out if folder else out.parent
    if place.resolve().is_relative_to(collection.path.resolve()):
        raise ExportError(f"'{out}' is inside the collection. Name a target outside of it.")
    originals = collection.catalogue.column("path_bytes").to_pylist()
    ways = {os.fsencode(out), os.fsencode(out.parent.resolve() / out.name)}
    if not folder:
        if ways & set(originals):
            raise ExportError(f"'{out}' is one of the originals. Name another target.")
        return
    holding = {os.path.dirname(path) for path in originals}  # noqa: PTH120 - a million of them
    for way in ways:
        parts = way.split(os.fsencode(os.sep))
        above = {os.fsencode(os.sep).join(parts[:depth]) for depth in range(2, len(parts) + 1)}
        inside = way + os.fsencode(os.sep)
        if above & holding or any(one.startswith(inside) for one in holding):
            raise ExportError(
                f"'{out}' is among the originals, where the next indexing would take copies for "
                "new items. Name a target outside of their folders."
            )


def require_room(out: Path, needed: int) -> None:
    """Raise `ExportError` unless the disk of `out` has `needed` bytes and 1 % more."""
    free = shutil.disk_usage(out.parent).free
    if needed * 1.01 > free:
        raise ExportError(
            f"The disk of '{out}' has {free / 1e9:.1f} GB free, and the export takes "
            f"{needed / 1e9:.1f} GB. Free some space, export fewer items or name another disk."
        )
