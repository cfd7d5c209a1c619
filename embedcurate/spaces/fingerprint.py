"""What tells one set of weights from another."""

import time
from pathlib import Path

from blake3 import blake3

__all__ = ["fingerprint"]

_SMALL = 16_000_000  # bytes, which are hashed in some milliseconds
_SETTLED_S = 2.0  # since a file was written: clocks of file systems are coarse


def fingerprint(name: str, *files: Path) -> str:
    """Return `name` with a hash of the content of `files`, in order: `model@0123456789abcdef`.

    Change `name` when the code around the weights begins to give other vectors. The hash of large
    files is remembered in the user's cache for as long as their paths, sizes and times of change
    stay as they are.
    """
    stats = [file.stat() for file in files]
    if sum(stat.st_size for stat in stats) <= _SMALL:
        return f"{name}@{_hash(files)}"
    told = "".join(
        f"{file.resolve()}\n{stat.st_size}\n{stat.st_mtime_ns}\n"
        for file, stat in zip(files, stats, strict=True)
    )
    remembered = _folder() / blake3(told.encode(errors="surrogateescape")).hexdigest(16)
    try:
        return f"{name}@{remembered.read_text('ascii')}"
    except (FileNotFoundError, UnicodeDecodeError):
        found = _hash(files)
    if max(stat.st_mtime for stat in stats) < time.time() - _SETTLED_S:
        _remember(remembered, found)
    return f"{name}@{found}"


def _hash(files: tuple[Path, ...]) -> str:
    content = blake3(max_threads=blake3.AUTO)
    for file in files:
        content.update_mmap(file)
    return content.hexdigest(8)


def _folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("embedcurate", appauthor=False) / "hashes"


def _remember(file: Path, found: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(found, "ascii")
        part.replace(file)
    except OSError:
        return  # a disk that is full or read-only costs the time of hashing again, nothing else
