"""Where an export goes: it appears whole or not at all, and never in the place of others' files."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from embedcurate.errors import ExportError, TargetExists

__all__ = ["ITEMS_NAME", "MANIFEST_NAME", "check", "manifest_beside", "replacing", "writable"]

MANIFEST_NAME = "manifest.json"
ITEMS_NAME = "manifest.items.jsonl"
_LOCK, _NEW, _OLD = ".export-lock", ".export-new", ".export-old"


def manifest_beside(out: Path) -> Path:
    """Return where the manifest of a list is."""
    return out.with_name(f"{out.name}.{MANIFEST_NAME}")


@contextmanager
def writable(out: Path) -> Iterator[None]:
    """Turn errors of the file system into the sentence that names the target."""
    try:
        yield
    except OSError as error:
        raise ExportError(f"'{out}' can't be written: {error.strerror or error}.") from error


def check(out: Path, *, folder: bool, overwrite: bool) -> None:
    """Raise `TargetExists` or `ExportError` where something is in the way at `out`."""
    with writable(out):
        if not out.parent.is_dir():
            raise ExportError(
                f"'{out}' can't be written: there is no folder '{out.parent}'. Make it first."
            )
        if not folder:
            _check_file(out, overwrite=overwrite)
        elif out.is_symlink() or (out.exists() and not out.is_dir()):
            raise ExportError(
                f"'{out}' is no folder, and an export never writes through a link. "
                "Name another target."
            )
        elif out.exists() and any(out.iterdir()):
            if not overwrite:
                raise TargetExists(out)
            _check_ours(out)


def _check_file(out: Path, *, overwrite: bool) -> None:
    if out.is_dir():
        raise ExportError(f"'{out}' is a folder, and a list is a file. Name another target.")
    for path in (out, manifest_beside(out)):
        if os.path.lexists(path) and not overwrite:
            raise TargetExists(path)


def _check_ours(out: Path) -> None:
    """Raise unless every file in the folder was written by the export that its manifest is of."""
    written = {MANIFEST_NAME, ITEMS_NAME}
    try:
        manifest = json.loads((out / MANIFEST_NAME).read_bytes())
        written.update(manifest["files"])
        with (out / ITEMS_NAME).open("rb") as lines:
            written.update(json.loads(line)["file"] for line in lines)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise ExportError(
            f"'{out}' is not a folder that embedcurate has exported, so it is not replaced. "
            "Name another target."
        ) from None
    for parent, _, names in os.walk(out):
        for name in names:
            inside = os.path.relpath(os.path.join(parent, name), out)  # noqa: PTH118
            if inside.replace(os.sep, "/") not in written:
                raise ExportError(
                    f"'{out}' holds '{inside}', which no export wrote, so it is not replaced. "
                    "Move that file away, or name another target."
                )


@contextmanager
def replacing(out: Path, *, folder: bool, overwrite: bool) -> Iterator[Path]:
    """Lend the path of a new file or folder beside `out`; at the end it takes the place of `out`.

    A list's manifest is written to `manifest_beside` of the path lent. Where the body raises, all
    is as before; what a killed export left is put right by the next one to the same target.
    Raises as `check` does, or if another export to `out` is running.
    """
    fresh, old = (out.with_name(f".{out.name}{suffix}") for suffix in (_NEW, _OLD))
    with writable(out), _alone(out):
        _recover(out, fresh, old)
        check(out, folder=folder, overwrite=overwrite)
        try:
            if folder:
                fresh.mkdir()
            yield fresh
            if folder:
                _swap_folder(fresh, out, old)
            else:
                manifest_beside(fresh).replace(manifest_beside(out))
                fresh.replace(out)
        finally:
            _remove(fresh)
            _remove(manifest_beside(fresh))


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Hold a lock beside `out`, which the system frees when the process dies."""
    try:
        path = out.with_name(f".{out.name}{_LOCK}")
        with FileLock(path, timeout=0):
            try:
                yield
            finally:
                _remove(path)  # whoever waits for this very file finds it gone, and makes another
    except Timeout:
        raise ExportError(
            f"Another export to '{out}' is running. Wait for it, or stop it."
        ) from None


def _recover(out: Path, fresh: Path, old: Path) -> None:
    if old.exists() and not out.exists():  # killed between the two renames of a swap
        old.rename(out)
    for path in (old, fresh, manifest_beside(fresh)):
        _remove(path)


def _swap_folder(fresh: Path, out: Path, old: Path) -> None:
    if out.exists():
        out.rename(old)
    try:
        fresh.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    """Remove a file, a link or a folder; what can't be removed is left for the next export."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
