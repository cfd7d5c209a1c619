"""The digests of the files that Lance wrote, and copies of the small ones that all depends on.

Lance never changes a file that it wrote, has no digests of its own and never asks the system to
bring a file down to the disk. So the writer does both when it closes: any byte that changes later
is found, even where no row depends on it.
"""

import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from embedcurate.collection.files import LOG, flush_folder
from embedcurate.collection.settings import write_whole
from embedcurate.collection.tables import Tables, newest_manifest, translated
from embedcurate.progress import Progress

__all__ = ["backups", "changed_files", "is_in_use", "note_files"]

_NAME = f"{LOG}/files.json"
_COPIES = "copies"
_COPIED = ("_versions", "_deletions")
_MUTABLE = "latest_version_hint.json"


def note_files(tables: Tables, *, anew: bool = False) -> None:
    """Take down the digests of files that are new since the last time, and forget gone ones.

    With `anew` all are taken as they are now.
    """
    known = {} if anew else _read(tables)
    noted = {}
    with translated(tables.collection):
        for name, file in _files(tables):
            with suppress(FileNotFoundError):
                noted[name] = known.get(name) or _digest(file, durably=True)
        folders = {(tables.folder / name).parent for name in noted.keys() - known.keys()}
        for folder in folders:
            flush_folder(folder)
        if noted != known:
            _copy_small(tables)
    if noted != known:
        write_whole(tables.collection, _NAME, json.dumps(noted, indent=0).encode())


def changed_files(tables: Tables, progress: Progress) -> list[Path]:
    """Return the files that are not what was noted of them; gone ones only if they are needed."""
    known = _read(tables)
    changed = []
    for done, (name, digest) in enumerate(known.items()):
        progress(done, len(known), "reading files")
        file = tables.folder / name
        try:
            with translated(tables.collection):
                whole = digest == _digest(file)
        except FileNotFoundError:
            # A writer that died while it cleaned up leaves notes of files that nothing needs.
            whole = not is_in_use(tables, file)
        if not whole:
            changed.append(file)
    return changed


def is_in_use(tables: Tables, file: Path) -> bool:
    """Tell whether the newest version of its table needs a file."""
    table, kind, name = file.relative_to(tables.folder).parts[:3]
    if kind == "_deletions":
        return True
    newest = newest_manifest(tables.folder / table)
    if newest is None or newest == file:
        return newest == file
    manifest = newest.read_bytes()
    if kind == "_indices":
        with suppress(ValueError):
            return uuid.UUID(name).bytes in manifest
    return kind == "data" and name.encode() in manifest


def backups(tables: Tables, name: str) -> list[Path]:
    """Return the copies of a table's manifests and deletion files."""
    return sorted(path for path in _copies(tables, name).rglob("*") if path.is_file())


def _copies(tables: Tables, name: str) -> Path:
    return tables.collection / LOG / _COPIES / name


def _copy_small(tables: Tables) -> None:
    """Keep a copy of each table's newest manifest and of its deletion files, no others."""
    for name in tables.names():
        table = tables.folder / f"{name}.lance"
        copies = _copies(tables, name)
        newest = newest_manifest(table)
        wanted = {newest} if newest else set()
        wanted |= set((table / "_deletions").glob("*"))
        for kind in _COPIED:
            (copies / kind).mkdir(parents=True, exist_ok=True)
        for file in wanted:
            copy = copies / file.parent.name / file.name
            if not copy.exists():
                shutil.copyfile(file, copy)
        for copy in backups(tables, name):
            if table / copy.parent.name / copy.name not in wanted:
                copy.unlink()


def _read(tables: Tables) -> dict[str, list[int | str]]:
    with suppress(OSError, ValueError):
        found = json.loads((tables.collection / _NAME).read_bytes())
        if isinstance(found, dict):
            return found
    return {}


def _files(tables: Tables) -> Iterator[tuple[str, Path]]:
    for parent, _, names in os.walk(tables.folder):
        for name in names:
            file = Path(parent, name)
            if name != _MUTABLE:
                yield file.relative_to(tables.folder).as_posix(), file


def _digest(file: Path, *, durably: bool = False) -> list[int | str]:
    from blake3 import blake3

    with file.open("rb") as opened:
        if durably and os.name == "posix":  # Windows flushes only what is open for writing
            os.fsync(opened.fileno())
        digest = blake3()
        while block := opened.read(1 << 22):
            digest.update(block)
        return [opened.tell(), digest.hexdigest(16)]
