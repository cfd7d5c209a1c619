"""Logs as files that travel: one entry a line, as in the log itself, with the line's checksum."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from embedcurate.collection.journal import Journal, sealed, unsealed
from embedcurate.collection.operations import DecisionKind, Operation
from embedcurate.collection.records import storable
from embedcurate.errors import ExportError, SourceNotFound, TargetExists, UnreadableSource

__all__ = ["export_log", "read_log", "statements"]

_NAME = re.compile(r"[0-9a-f]{1,64}")


def statements(journal: Journal) -> Iterator[Operation]:
    """Yield what was said here and what was heard from elsewhere, without how it took place."""
    for operation in journal:
        if operation.kind == "import":
            yield from operation.heard
        elif operation.marks or operation.decisions:
            yield _bare(operation)


def export_log(journal: Journal, path: Path, *, overwrite: bool = False) -> int:
    """Write all statements of a log to a file, and return how many; see `Collection.export_log`."""
    if path.exists() and not overwrite:
        raise TargetExists(path)
    fresh = path.with_name(path.name + ".new")
    count = 0
    try:
        with fresh.open("wb") as file:
            for operation in statements(journal):
                file.write(sealed(operation) + b"\n")
                count += 1
        fresh.replace(path)
    except OSError as error:
        raise ExportError(f"'{path}' can't be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            fresh.unlink()
    return count


def read_log(path: Path) -> list[Operation]:
    """Return the entries of a file that `export_log` wrote, each once.

    Lines without a checksum, as another program may write them, are taken as they are. Raises
    `SourceNotFound`, or `UnreadableSource` with the number of the first line that is no entry.
    """
    found: dict[str, Operation] = {}
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    operation = _entry(line.strip())
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    why = f"line {number} is no entry of a log ({error})"
                    raise UnreadableSource(path, why) from error
                found[operation.id] = operation
    except FileNotFoundError:
        raise SourceNotFound(path) from None
    except OSError as error:
        raise UnreadableSource(path, error.strerror or str(error)) from error
    return list(found.values())


def _entry(line: bytes) -> Operation:
    document = json.loads(line)
    operation = unsealed(line) if "check" in document else Operation.from_entry(document)
    if operation is None:
        raise ValueError("it is not what was written")
    _check(operation)
    return _bare(operation)


def _check(operation: Operation) -> None:
    """Raise `TypeError` or `ValueError` for an entry that the store could not hold."""
    moment = datetime.fromisoformat(operation.time).astimezone(UTC)
    if moment.isoformat(timespec="microseconds") != operation.time:
        raise ValueError(f"the time '{operation.time}' is not in UTC to the microsecond")
    if not (_NAME.fullmatch(operation.id) and _NAME.fullmatch(operation.machine)):
        raise ValueError("its id or its machine is not in hex digits")
    if operation.kind in ("import", "move"):
        raise ValueError(f"an entry of the kind '{operation.kind}' says nothing of its own")
    for change in operation.marks:
        texts = [id_ for id_, _ in change.items]
        texts += [content for _, content in change.items if content is not None]
        texts += [*change.add, *change.remove, *(change.note or ())]
        if any(storable(text) != text for text in texts):
            raise ValueError("a text is not in Unicode")
        if any(type(stars) is not int or not 0 <= stars <= 5 for stars in change.stars or ()):
            raise ValueError("stars go from 0 to 5")
        if not {"", "pick", "reject"}.issuperset(change.pick or ()):
            raise ValueError("a pick is 'pick', 'reject' or ''")
    for made in operation.decisions:
        for decision in (made.was, made.now):
            if decision is not None and decision.kind not in get_args(DecisionKind):
                raise ValueError(f"there is no decision '{decision.kind}'")
            if decision is not None and decision.keep is not None:
                storable(decision.keep)
        if any(storable(first) > storable(second) for first, second in made.pairs):
            raise ValueError("a pair is not in order")


def _bare(operation: Operation) -> Operation:
    """Return an entry without what only means something in its own log."""
    return replace(
        operation, undo=None, redo=None, below=None, moved=None, moves=(), heard=(), lost=()
    )
