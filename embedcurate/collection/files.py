"""The folders and plain files of a collection."""

import os
import secrets
from pathlib import Path

from embedcurate.collection.tables import translated
from embedcurate.errors import HardLinksUnsupported

__all__ = ["FOLDERS", "LANCE", "LOG", "bytes_under", "flush_folder", "probe_hard_links"]

LANCE = "lance"
LOG = "log"
FOLDERS = (LANCE, LOG)


def probe_hard_links(folder: Path) -> None:
    """Raise `HardLinksUnsupported` if files in `folder` can't have two names."""
    first = folder / f"probe-{secrets.token_hex(4)}"
    second = first.with_suffix(".link")
    with translated(folder):
        first.touch()
        try:
            os.link(first, second)
        except OSError as error:
            raise HardLinksUnsupported(folder) from error
        finally:
            first.unlink(missing_ok=True)
            second.unlink(missing_ok=True)


def bytes_under(folder: Path) -> int:
    """Return the sum of the sizes of all files under `folder`."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(parent, name)).st_size  # noqa: PTH116, PTH118
            except FileNotFoundError:  # a writer cleaned up meanwhile
                continue
    return total


def flush_folder(folder: Path) -> None:
    """Bring the names of a folder's files down to the disk, where the system can do that."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
