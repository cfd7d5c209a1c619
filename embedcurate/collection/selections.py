"""Named selections: ordered lists of items, each with the story of how it was chosen.

`COLLECTION/selections/<name>.json` holds one. They are the user's work: replaced whole, brought
down to the disk, and checked when they are read.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from embedcurate.collection.settings import write_whole
from embedcurate.collection.tables import translated
from embedcurate.errors import CollectionDamaged, QueryError, UnknownSelection

__all__ = ["SELECTIONS_FOLDER", "Selection", "Selections", "list_digest"]

SELECTIONS_FOLDER = "selections"
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
    """The named selections of a collection."""

    def __init__(self, collection: Path) -> None:
        self._collection = collection
        self._folder = collection / SELECTIONS_FOLDER

    def save(self, name: str, ids: Sequence[str], story: str) -> Selection:
        """Keep a selection under `name`, in the place of one that had it.

        Raises `QueryError` for a name that can't be a file's, `CollectionReadOnly` or `DiskFull`.
        """
        _check_name(name)
        selection = Selection(name, tuple(ids), story, datetime.now(UTC).isoformat())
        self._write(selection)
        return selection

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

    def delete(self, name: str) -> None:
        """Forget a selection; the items stay. Raises `UnknownSelection`."""
        with translated(self._collection):
            try:
                (self._collection / self._file(name)).unlink()
            except FileNotFoundError:
                raise UnknownSelection(name, self.names()) from None

    def rename(self, name: str, new: str) -> None:
        """Give a selection another name.

        Raises `UnknownSelection`, or `QueryError` for a name that is taken or can't be a file's.
        """
        _check_name(new)
        target = self._collection / self._file(new)
        if target.exists() and new != name:
            raise QueryError(f"There is a selection '{new}' already: take another name.")
        selection = self.get(name)
        if new != name:
            self._write(replace(selection, name=new))
            self.delete(name)

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

    def _write(self, selection: Selection) -> None:
        document = {**asdict(selection), "digest": selection.digest}
        with translated(self._collection):
            self._folder.mkdir(exist_ok=True)
        write_whole(self._collection, self._file(selection.name), json.dumps(document).encode())

    def _file(self, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise UnknownSelection(name, self.names())
        return f"{SELECTIONS_FOLDER}/{name}.json"


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise QueryError(
            f"A selection can't be named {name!r}: start with a letter or digit and use "
            "letters, digits, spaces, dots and dashes, 80 at most."
        )
