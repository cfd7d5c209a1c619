"""A collection that is to be made: from what, where, in which space, with which words."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TypeAlias

from ..spaces import SpaceChoice

__all__ = ["KINDS", "Creation", "State", "is_collection", "name_for", "without_nested"]

Document: TypeAlias = dict[str, Any]

KINDS = ("captions", "labels", "splits")
"""What sources may say of their files beside the files themselves."""

_COLLECTION_FILE = "collection.toml"


class State(Enum):
    """What stands in the way of making it; the dialog says it in words."""

    READY = "ready"
    EXISTS = "exists"
    NO_SOURCES = "no sources"
    NOTHING_THERE = "nothing there"
    NO_SPACE = "no space"
    NO_FOLDER = "no folder"
    NOT_EMPTY = "not empty"
    INSIDE_SOURCE = "inside a source"
    NOT_WRITABLE = "not writable"


@dataclass(slots=True)
class Creation:
    """What the dialog asks for.

    Attributes
    ----------
    sources : folders and files that items come from.
    collection : the folder that the collection will be; it may be one already.
    found : what the verb `look` said of the sources, None while it looks.
    chosen : of `KINDS`, where it comes from: ``sidecar``, ``folder``, a table, or None.
    space : what is chosen of the spaces that are installed.
    """

    sources: list[Path] = field(default_factory=list)
    collection: Path | None = None
    found: Document | None = None
    chosen: dict[str, str | None] = field(default_factory=dict)
    space: SpaceChoice = field(default_factory=SpaceChoice)

    def add(self, paths: Iterable[Path]) -> bool:
        """Add sources; return whether there are others now. What was found is forgotten then."""
        given = (Path(os.path.abspath(path)) for path in paths)  # noqa: PTH100 - keeps links
        return self._take(without_nested([*self.sources, *given]))

    def remove(self, path: Path) -> bool:
        """Take a source out; return whether it was there."""
        return self._take([other for other in self.sources if other != path])

    def _take(self, sources: list[Path]) -> bool:
        if sources == self.sources:
            return False
        self.sources, self.found, self.chosen = sources, None, {}
        return True

    def saw(self, found: Document) -> None:
        """Take what the verb `look` found; the best offer of each kind is chosen."""
        self.found = found
        self.chosen = {kind: offers[0]["source"] for kind in KINDS if (offers := found[kind])}

    @property
    def count(self) -> int:
        """How many files were found, at least."""
        return sum(self.found["items"].values()) if self.found else 0

    def state(self) -> State:
        """Say whether it can be made, and if not, the first thing that stands in the way."""
        if not self.sources:
            return State.NO_SOURCES
        if self.found is not None and self.count == 0:
            return State.NOTHING_THERE
        if self.collection is None:
            return State.NO_FOLDER
        if is_collection(self.collection):
            return State.EXISTS
        if not self.space.is_ready:
            return State.NO_SPACE
        return _state_of_folder(self.collection, self.sources)

    def arguments(self) -> Document:
        """Return the arguments of the verb `index` that makes it."""
        document: Document = {
            "collection": os.fspath(self.collection or ""),
            "sources": [os.fspath(source) for source in self.sources],
            "captions": self.chosen.get("captions"),
            "labels": self.chosen.get("labels"),
            "split": self.chosen.get("splits"),
        }
        # A collection keeps the space that it was made in.
        if self.collection is not None and not is_collection(self.collection):
            document["space"] = self.space.name
        return {name: value for name, value in document.items() if value is not None}


def is_collection(path: Path) -> bool:
    """Tell whether a folder is a collection."""
    return (path / _COLLECTION_FILE).is_file()


def name_for(sources: list[Path], folder: Path) -> str:
    """Return a name for a new collection in `folder`: that of the first source, not taken yet."""
    stem = sources[0].name if sources else ""
    name = re.sub(r'[<>:"/\\|?*\x00-\x1f\ud800-\udfff]', "-", stem).strip(" .-") or "collection"
    number, free = 1, name
    while os.path.lexists(folder / free):
        number += 1
        free = f"{name} {number}"
    return free


def without_nested(paths: Iterable[Path]) -> list[Path]:
    """Return the paths, each once, without those that lie in another one of them."""
    unique = list(dict.fromkeys(paths))
    folders = {path for path in unique if path.is_dir()}
    return [path for path in unique if not folders.intersection(path.parents)]


def _state_of_folder(folder: Path, sources: Iterable[Path]) -> State:
    if any(folder == source or source in folder.parents for source in sources):
        return State.INSIDE_SOURCE
    if os.path.lexists(folder) and not folder.is_dir():
        return State.NOT_EMPTY
    above = next(path for path in (folder, *folder.parents) if path.is_dir())
    if not os.access(above, os.W_OK | os.X_OK):
        return State.NOT_WRITABLE
    with os.scandir(above) as inside:
        return State.NOT_EMPTY if above == folder and any(inside) else State.READY
