"""WebDataset: tar files in which the files that share a name are one sample."""

import json
import tarfile
from pathlib import Path
from typing import IO

from embedcurate.errors import MediaError
from embedcurate.export.job import Entry, Job
from embedcurate.export.naming import extension
from embedcurate.export.trees import split_folders
from embedcurate.items import Modality

__all__ = ["write_shards"]

_BLOCK = 512


def write_shards(job: Job, *, shard_bytes: int) -> list[str]:
    """Write tar files of at most `shard_bytes`, or of one sample that is larger.

    A sample has the original's bytes under its extension, `json`, `txt` with the caption of what
    is no text itself, and `cls` with the number of its label, a line of classes.jsonl. The same
    items give the same bytes.
    """
    prefixes = split_folders(job, alone="data")
    labels = sorted(set(job.chosen.column("label").drop_null().to_pylist()))
    classes = {label: number for number, label in enumerate(labels)}
    shards: dict[str, _Shards] = {}
    try:
        for entry in job.entries():
            prefix = prefixes[entry.split]
            if prefix not in shards:
                shards[prefix] = _Shards(job.folder, prefix, shard_bytes)
            if name := shards[prefix].add(job, entry, _members(entry, classes)):
                job.done(entry, name)
    finally:
        for one in shards.values():
            one.close()
    others = sorted(name for one in shards.values() for name in one.names)
    if labels:
        lines = "".join(f"{json.dumps(label)}\n" for label in labels)
        (job.folder / "classes.jsonl").write_text(lines, encoding="ascii")
        others.append("classes.jsonl")
    return others


def _members(entry: Entry, classes: dict[str, int]) -> dict[str, bytes]:
    """Return the extensions and contents of a sample beside the original's own."""
    item = entry.item
    members = {".json": json.dumps({**entry.described(), "name": item.path.name}).encode()}
    if item.label is not None:
        members[".cls"] = str(classes[item.label]).encode()
    if item.caption is not None and item.modality is not Modality.TEXT:
        members[".txt"] = item.caption.encode()
    return members


class _Shards:
    """The tar files of one split."""

    def __init__(self, folder: Path, prefix: str, limit: int) -> None:
        self.names: list[str] = []
        self._folder, self._prefix, self._limit = folder, prefix, limit
        self._file: IO[bytes] | None = None

    def add(self, job: Job, entry: Entry, members: dict[str, bytes]) -> str | None:
        """Append a sample; return its shard's name, None if the original is not what it was."""
        try:
            size = job.originals.size(entry.item)
        except MediaError as error:
            job.fail(entry, error)
            return None
        sizes = [size, *map(len, members.values())]
        need = sum(_BLOCK + _padded(one) for one in sizes)
        file = self._with_room(need)
        start = file.tell()
        file.write(_header(entry.item.id + extension(entry.item), size))
        if not job.read(entry, file.write):
            file.seek(start)
            file.truncate()
            return None
        _pad(file)
        for suffix, data in sorted(members.items()):
            file.write(_header(entry.item.id + suffix, len(data)) + data)
            _pad(file)
        return self.names[-1]

    def _with_room(self, need: int) -> IO[bytes]:
        if self._file is not None and 0 < self._file.tell() > self._limit - need - 2 * _BLOCK:
            self.close()
        if self._file is None:
            self.names.append(f"{self._prefix}-{len(self.names):06}.tar")
            self._file = (self._folder / self.names[-1]).open("xb")
        return self._file

    def close(self) -> None:
        """Write the end of the last tar file."""
        if self._file is not None:
            with self._file:
                self._file.write(bytes(2 * _BLOCK))
            self._file = None


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _pad(file: IO[bytes]) -> None:
    file.write(bytes(_padded(file.tell()) - file.tell()))
