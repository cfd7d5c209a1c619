"""Files that can be made again, kept on disk up to a size."""

import os
import secrets
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

__all__ = ["DiskCache"]

_FOLDERS = 256
_LOOK_AGAIN = 1 / 16
_DOWN_TO = 0.9


class DiskCache:
    """Files by their names, in `folder` or, where that can't be written, in `instead`.

    A name starts with hex digits, of which the first two are the folder that it lies in. What was
    not asked for the longest goes when the files of its folder have more than their share of
    `limit_bytes`. Any number of processes may use the same cache; it may be deleted at any time.
    With `flat`, for few large files, there is one folder, and the last file written always stays.
    """

    def __init__(
        self,
        folder: Path,
        instead: Path | None = None,
        *,
        limit_bytes: int = 4 << 30,
        flat: bool = False,
    ) -> None:
        self._places = [folder] if instead is None else [folder, instead]
        self._flat = flat
        self._share = limit_bytes if flat else limit_bytes // _FOLDERS
        self._unseen: dict[Path, float] = defaultdict(lambda: self._share)

    def find(self, name: str) -> Path | None:
        """Return the file of that name if it is there, and note that it was asked for."""
        for place in self._places:
            path = self._path(place, name)
            try:
                os.utime(path)
            except FileNotFoundError:
                continue
            except OSError:  # it may be read, not touched
                if not path.exists():
                    continue
            return path
        return None

    def store(self, name: str, data: bytes) -> Path:
        """Keep a file, whole or not at all; raises `OSError` if no place can be written."""
        for place in self._places[:-1]:
            with suppress(OSError):  # read-only, or full
                return self._store(self._path(place, name), data)
        return self._store(self._path(self._places[-1], name), data)

    def _path(self, place: Path, name: str) -> Path:
        return place / name if self._flat else place / name[:2] / name

    def _store(self, path: Path, data: bytes) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{secrets.token_hex(6)}")
        try:
            fresh.write_bytes(data)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        self._unseen[path.parent] += len(data)
        if self._unseen[path.parent] > self._share * _LOOK_AGAIN:
            self._unseen[path.parent] = 0
            self._trim(path.parent, path)
        return path

    def _trim(self, folder: Path, newest: Path) -> None:
        """Delete what was not asked for the longest, until the folder keeps to its share."""
        found = []
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):  # another process trims as well
                status = entry.stat()
                found.append((status.st_mtime_ns, status.st_size, entry.path))
        total = sum(size for _, size, _ in found)
        if total <= self._share:
            return
        for _, size, path in sorted(found):
            if total <= self._share * _DOWN_TO:
                break
            if path != str(newest):
                with suppress(FileNotFoundError, PermissionError):  # gone, or mapped on Windows
                    os.unlink(path)  # noqa: PTH108 - a name of `scandir`
                total -= size
