"""One run and one writer at a time: the locks, and who holds them in words."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from embedcurate.collection.tables import translated
from embedcurate.errors import CollectionLocked

__all__ = ["HOLDER_NAME", "LOCK_NAME", "holder", "running", "writing"]

LOCK_NAME = "writer.lock"
HOLDER_NAME = "writer.json"
_RUN_LOCK_NAME = "run.lock"
_RUN_HOLDER_NAME = "run.json"


@contextmanager
def running(collection: Path, *, doing: str, wait_s: float = 0.0) -> Iterator[None]:
    """Keep other long runs off a collection, but not those who write for a moment.

    Who runs holds `writing` as well, a turn at a time. Raises as that does.
    """
    lock = _acquired(collection, _RUN_LOCK_NAME, _RUN_HOLDER_NAME, wait_s)
    beside = collection / _RUN_HOLDER_NAME
    try:
        with translated(collection):
            beside.write_text(json.dumps(_myself(doing)), encoding="utf-8")
        yield
        with suppress(OSError):
            beside.unlink()
    finally:
        lock.release()


@contextmanager
def writing(collection: Path, *, doing: str, wait_s: float = 0.0) -> Iterator[bool]:
    """Hold the writer lock of a collection; `doing` is what others are told.

    Yields whether the writer before was cut short, by its death or by an error. Raises
    `CollectionLocked` if another process still holds the lock after `wait_s` seconds.
    """
    lock = _acquired(collection, LOCK_NAME, HOLDER_NAME, wait_s)
    beside = collection / HOLDER_NAME
    died = beside.exists()
    try:
        with translated(collection):
            beside.write_text(json.dumps(_myself(doing)), encoding="utf-8")
        try:
            yield died
        except BaseException:
            # What was begun may be half done: the next writer is to look.
            with suppress(OSError):
                beside.write_text("", encoding="utf-8")
            raise
        beside.unlink(missing_ok=True)
    finally:
        lock.release()


def _acquired(collection: Path, name: str, holder_name: str, wait_s: float) -> FileLock:
    path = collection / name
    lock = FileLock(path, thread_local=False)
    with translated(collection):
        try:
            lock.acquire(timeout=wait_s)
        except Timeout:
            found = _read_holder(collection / holder_name)
            if not _is_dead(found):
                raise CollectionLocked(collection, _in_words(found)) from None
            # The system frees a dead process's lock, unless a child of it lives on or the lock
            # is only a file (network drives): then a new lock file takes its place.
            path.unlink(missing_ok=True)
            lock = FileLock(path, thread_local=False)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                words = _in_words(_read_holder(collection / holder_name))
                raise CollectionLocked(collection, words) from None
    return lock


def holder(collection: Path) -> str | None:
    """Return in words who was last seen writing to a collection; None if nobody is."""
    found = _read_holder(collection / HOLDER_NAME)
    return _in_words(found) if "pid" in found and not _is_dead(found) else None


def _myself(doing: str) -> dict[str, Any]:
    return {
        "doing": doing,
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "started": _process_start(os.getpid()),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
    }


def _read_holder(beside: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads(beside.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _is_dead(found: dict[str, Any]) -> bool:
    """Return True only if the holder is surely gone: another host's processes can't be seen."""
    if found.get("host") != socket.gethostname() or not Path("/proc/self/stat").exists():
        return False
    pid = found.get("pid")
    return isinstance(pid, int) and _process_start(pid) != found.get("started")


def _process_start(pid: int) -> str | None:
    """Return when a process started, in ticks since the boot named; None if there is none."""
    # A process id is used again after a while; its start time tells the two apart.
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2]
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return f"{boot}:{after_name.split()[19]}"


def _in_words(found: dict[str, Any]) -> str:
    if not found:
        return "another process"
    since = str(found.get("since", ""))[11:16]
    return (
        f"{found.get('doing')}, process {found.get('pid')} on {found.get('host')}"
        f"{f', since {since}' if since else ''}"
    )
