"""Named selections: ordered lists of items, each with the story of how it was chosen.

`COLLECTION/selections/<name>.json` holds one. They are the user's work: replaced whole, brought
down to the disk, and checked when they are read.

Each version of such a file that there ever was is kept, named after its digest, in
`COLLECTION/log/selections/`: an entry of the log says which version stands for which. A list of a
million ids is 35 MB, too much for a line of the log, which is read again for each change.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from embedcurate.collection.files import LOG
from embedcurate.collection.operations import SelectionChange
from embedcurate.collection.settings import write_whole
from embedcurate.collection.tables import translated
from embedcurate.errors import CollectionDamaged, QueryError, UnknownSelection

__all__ = ["SELECTIONS_FOLDER", "Selection", "Selections", "Versions", "list_digest"]

SELECTIONS_FOLDER = "selections"
_VERSIONS = f"{LOG}/{SELECTIONS_FOLDER}"
_NAME = re.compile(r"\w[\w .-]{0,79}")


@dataclass(frozen=True, slots=True)
class Selection:
    """An ordered list of items; `story` is its recipe as TOML, `created` an ISO 8601 time."""

    name: str
    ids: tuple[str, ...]
    story: str
    created: str

    @property
    def digest(self) -> str:
        """What follows from the ids and their order."""
        return list_digest(self.ids)


def list_digest(ids: Iterable[str]) -> str:
    """Return 32 hex digits that follow from the ids and their order."""
    return hashlib.blake2b("\n".join(ids).encode(), digest_size=16).hexdigest()


class Selections:
    """The named selections of a collection, to read; `Writer` changes them."""

    def __init__(self, collection: Path) -> None:
        self._collection = collection
        self._folder = collection / SELECTIONS_FOLDER

    def get(self, name: str) -> Selection:
        """Return a selection.

        Raises `UnknownSelection`, or `CollectionDamaged` if the file was altered.
        """
        try:
            text = (self._collection / self._file(name)).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise UnknownSelection(name, self.names()) from None
        try:
            document = json.loads(text)
            selection = Selection(
                document["name"],
                tuple(document["ids"]),
                document["story"],
                document["created"],
            )
            whole = selection.digest == document["digest"]
        except (ValueError, KeyError, TypeError):
            whole = False
        if not whole:
            raise CollectionDamaged(self._collection, f"the selection '{name}' was altered")
        return selection

    def names(self) -> list[str]:
        """Return the names of the selections, sorted."""
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def version(self) -> int:
        """Return a number that changes whenever a selection comes, goes or is replaced."""
        try:
            return self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def version_of(self, name: str) -> int:
        """Return a number that changes whenever a selection is replaced, 0 if it is not there."""
        try:
            return (self._collection / self._file(name)).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def _file(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise UnknownSelection(name, self.names())
        return _file_of(name)


class Versions:
    """The files of selections as the log knows them, for who holds the lock.

    `saving`, `renaming` and `deleting` return changes that are still to be made, by `put`; the
    versions that they name are on the disk by then.
    """

    def __init__(self, collection: Path) -> None:
        self._collection = collection

    def saving(
        self, name: str, ids: Sequence[str], story: str, said: str
    ) -> tuple[Selection, SelectionChange]:
        """Return a new selection, and the change that keeps it under its name."""
        _check_name(name)
        selection = Selection(name, tuple(ids), story, datetime.now(UTC).isoformat())
        was = self._stored(name)
        said = said or f"selection '{name}' {'saved' if was is None else 'replaced'}"
        return selection, SelectionChange(name, was, self._kept(_written(selection)), said)

    def renaming(self, name: str, new: str) -> tuple[SelectionChange, ...]:
        """Return what gives a selection another name: none if it is the same."""
        _check_name(new)
        known = Selections(self._collection)
        if new != name and new in known.names():
            raise QueryError(f"There is a selection '{new}' already: take another name.")
        selection = known.get(name)
        if new == name:
            return ()
        said = f"selection '{name}' renamed to '{new}'"
        now = self._kept(_written(replace(selection, name=new)))
        return (
            SelectionChange(new, None, now, said),
            SelectionChange(name, self._stored(name), None, said),
        )

    def deleting(self, name: str) -> SelectionChange:
        """Return what takes a selection away."""
        was = self._stored(name)
        if was is None:
            raise UnknownSelection(name, Selections(self._collection).names())
        return SelectionChange(name, was, None, f"selection '{name}' deleted")

    def can_put(self, change: SelectionChange) -> bool:
        """Tell whether the version is whole that a change asks for."""
        return change.now is None or self._content(change.now) is not None

    def put(self, change: SelectionChange) -> None:
        """Make the file what a change says; twice is as once."""
        path = self._collection / _file_of(change.name)
        content = None if change.now is None else self._content(change.now)
        with translated(self._collection):
            if change.now is None:
                path.unlink(missing_ok=True)
                return
            path.parent.mkdir(exist_ok=True)
        if content is not None:
            write_whole(self._collection, _file_of(change.name), content)

    def restore(self, newest: Mapping[str, str | None]) -> int:
        """Bring back files that are lost or altered: name -> version; return how many."""
        changes = (
            SelectionChange(name, None, now, "")
            for name, now in newest.items()
            if now is not None and _digest(self._read(_file_of(name))) != now
        )
        lost = [change for change in changes if self.can_put(change)]
        for change in lost:
            self.put(change)
        return len(lost)

    def _stored(self, name: str) -> str | None:
        """Return the version of a selection's file as it is now, whole or not, and keep it."""
        content = self._read(_file_of(name)) if _NAME.fullmatch(name) else None
        return None if content is None else self._kept(content)

    def _kept(self, content: bytes) -> str:
        digest = _digest(content)
        if self._content(digest) is None:
            with translated(self._collection):
                (self._collection / _VERSIONS).mkdir(parents=True, exist_ok=True)
            write_whole(self._collection, f"{_VERSIONS}/{digest}.json", content)
        return digest

    def _content(self, version: str) -> bytes | None:
        content = self._read(f"{_VERSIONS}/{version}.json")
        return content if _digest(content) == version else None

    def _read(self, name: str) -> bytes | None:
        with translated(self._collection), suppress(FileNotFoundError):
            return (self._collection / name).read_bytes()
        return None


def _file_of(name: str) -> str:
    return f"{SELECTIONS_FOLDER}/{name}.json"


def _written(selection: Selection) -> bytes:
    return json.dumps({**asdict(selection), "digest": selection.digest}).encode()


def _digest(content: bytes | None) -> str:
    return "" if content is None else hashlib.blake2b(content, digest_size=16).hexdigest()


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise QueryError(
            f"A selection can't be named {name!r}: start with a letter or digit and use "
            "letters, digits, spaces, dots and dashes, 80 at most."
        )
