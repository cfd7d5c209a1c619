"""The log of all that the user changed: from it the marks and the decisions can be made again.

`COLLECTION/log/journal/` holds plain files of one JSON document a line, each line with a checksum
of its own, that are only ever appended to. That is simpler and safer here than a table of the
store: a line is on the disk when `append` returns (LanceDB never asks for that), no compaction
rewrites it, damage costs the lines that it hits and no other, any program can read it, and a copy
of the folder is a backup. The log is written before the state that follows from it, so that
whoever finds the state behind can bring it up.

A new file begins when the last has grown large, and is named after its first entry: what undo
needs is found without reading the rest. A file whose last line is torn, by a kill or a full disk,
is never written to again; that line was never acknowledged, and is passed over.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from embedcurate.collection.files import LOG, flush_folder
from embedcurate.collection.operations import Operation
from embedcurate.collection.settings import write_whole
from embedcurate.collection.tables import translated
from embedcurate.progress import Progress, ignore

__all__ = ["JOURNAL", "Damage", "Journal", "sealed", "unsealed"]

JOURNAL = "journal"
_SEGMENT_BYTES = 4 << 20
_NAME = re.compile(r"\d{12}\.jsonl")
_SEAL = re.compile(rb',"check":"([0-9a-f]{16})"}\Z')
_SEQ = re.compile(rb'\{"seq":(\d+),')


def sealed(operation: Operation) -> bytes:
    """Return an entry as a line, with its checksum, without the line's end."""
    from blake3 import blake3

    text = json.dumps(operation.as_entry(), ensure_ascii=False, separators=(",", ":"))
    body = text.encode()[:-1]
    return body + b',"check":"%s"}' % blake3(body).hexdigest(8).encode()


def unsealed(line: bytes) -> Operation | None:
    """Return the entry that a line holds; None if the line is not what was written."""
    from blake3 import blake3

    seal = _SEAL.search(line)
    if seal is None or blake3(line[: seal.start()]).hexdigest(8).encode() != seal[1]:
        return None
    return Operation.from_entry(json.loads(line))


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a log.

    `lines` counts by file the lines that are not what was written; `lost` has the first and the
    last of each row of entries that are gone and that no repair has noted.
    """

    lines: dict[Path, int]
    lost: tuple[tuple[int, int], ...]

    def __bool__(self) -> bool:
        return bool(self.lines or self.lost)

    @property
    def entries(self) -> int:
        """How many entries are lost, as far as can be told."""
        gone = sum(last - first + 1 for first, last in self.lost)
        return max(gone, sum(self.lines.values()))


class Journal:
    """Append to the log of a collection, under its lock; read it from anywhere."""

    def __init__(self, collection: Path) -> None:
        self._collection = collection
        self.folder = collection / LOG / JOURNAL

    def files(self) -> list[Path]:
        """Return the files of the log, the oldest first."""
        try:
            names = [entry.name for entry in os.scandir(self.folder)]
        except FileNotFoundError:
            return []
        return [self.folder / name for name in sorted(filter(_NAME.fullmatch, names))]

    def append(self, operation: Operation) -> None:
        """Add an entry, and return when it is on the disk.

        Raises `CollectionReadOnly` or `DiskFull`; the entry is then not in the log.
        """
        line = sealed(operation) + b"\n"
        with translated(self._collection):
            self.folder.mkdir(parents=True, exist_ok=True)
            files = self.files()
            file = files[-1] if files and _takes_more(files[-1]) else None
            fresh = file is None
            if file is None:
                file = self.folder / f"{operation.seq:012d}.jsonl"
                if file.exists():  # nothing but a torn line is in it
                    file.rename(file.with_suffix(".torn"))
            with file.open("ab", buffering=0) as opened:
                size = opened.tell()
                try:
                    while line:  # a disk that fills up takes a part
                        line = line[opened.write(line) :]
                    os.fsync(opened.fileno())
                except OSError:
                    opened.truncate(size)
                    raise
            if fresh:
                flush_folder(self.folder)

    def last(self) -> Operation | None:
        """Return the newest entry."""
        return next(self.backwards(), None)

    def get(self, seq: int) -> Operation | None:
        """Return an entry by its number; None if it is lost."""
        files = self.files()
        for file in reversed(files):
            if int(file.stem) <= seq:
                for line in reversed(_lines(file)):
                    found = _SEQ.match(line)
                    if found and int(found[1]) == seq and (operation := unsealed(line)):
                        return operation
                return None
        return None

    def backwards(self) -> Iterator[Operation]:
        """Yield the entries from the newest on."""
        for file in reversed(self.files()):
            for line in reversed(_lines(file)):
                if operation := unsealed(line):
                    yield operation

    def damage(self, progress: Progress = ignore) -> Damage:
        """Read all of the log and return what is wrong with it."""
        lines: dict[Path, int] = {}
        gaps: list[tuple[int, int]] = []
        noted: set[tuple[int, int]] = set()
        files = self.files()
        at = 0
        for done, file in enumerate(files):
            progress(done, len(files), "reading the log")
            for line in _lines(file):
                operation = unsealed(line)
                if operation is None:
                    lines[file] = lines.get(file, 0) + 1
                    continue
                if operation.seq > at + 1:
                    gaps.append((at + 1, operation.seq - 1))
                at = operation.seq
                noted.update(operation.lost)
        return Damage(lines, tuple(gap for gap in gaps if gap not in noted))

    def mend(self, damage: Damage, aside: Path) -> None:
        """Take damaged lines out of the log; the files as they were are kept in `aside`."""
        with translated(self._collection):
            for file in damage.lines:
                aside.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, aside / file.name)
                whole = [line + b"\n" for line in _lines(file) if unsealed(line)]
                name = file.relative_to(self._collection).as_posix()
                write_whole(self._collection, name, b"".join(whole))

    def __iter__(self) -> Iterator[Operation]:
        """Yield the entries from the oldest on."""
        for file in self.files():
            for line in _lines(file):
                if operation := unsealed(line):
                    yield operation


def _takes_more(file: Path) -> bool:
    """Tell whether a file is small enough and ends with a line's end."""
    size = file.stat().st_size
    if size >= _SEGMENT_BYTES:
        return False
    if not size:
        return True
    with file.open("rb") as opened:
        opened.seek(-1, os.SEEK_END)
        return opened.read(1) == b"\n"


def _lines(file: Path) -> list[bytes]:
    """Return the lines of a file that were written to their end."""
    return file.read_bytes().split(b"\n")[:-1]
