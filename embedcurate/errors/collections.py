"""The store."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from embedcurate.errors.base import EmbedcurateError

__all__ = [
    "CollectionDamaged",
    "CollectionError",
    "CollectionLocked",
    "CollectionReadOnly",
    "CollectionVersionError",
    "DiskFull",
    "FolderNotEmpty",
    "HardLinksUnsupported",
    "NotACollection",
    "SpaceMismatch",
    "StorageMismatch",
    "UnknownItem",
    "UnknownSelection",
]


class CollectionError(EmbedcurateError):
    """The collection can't be read or written."""


class NotACollection(CollectionError):
    """The folder holds no collection."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"'{path}' is not a collection. Make one with: embedcurate index '{path}' FOLDER"
        )
        self.path = path


class FolderNotEmpty(CollectionError):
    """A collection was to be made in a folder that holds something else."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The folder '{path}' is not empty, and a collection never mixes its files with "
            "others. Name a folder that is empty or does not exist yet."
        )
        self.path = path


class CollectionVersionError(CollectionError):
    """The collection was written by a version of embedcurate that this one can't read."""

    def __init__(self, path: Path, found: int, supported: int) -> None:
        super().__init__(
            f"The collection '{path}' has format version {found}; this embedcurate reads up to "
            f"{supported}. Update embedcurate to open it."
        )
        self.path, self.found, self.supported = path, found, supported


class CollectionLocked(CollectionError):
    """Another process is writing to the collection."""

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(
            f"The collection '{path}' is being written by {holder}. Wait for it, or stop it."
        )
        self.path, self.holder = path, holder


class CollectionReadOnly(CollectionError):
    """The collection's folder can't be written."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The collection '{path}' can't be written: its folder or disk is read-only. "
            "Searching still works."
        )
        self.path = path


class CollectionDamaged(CollectionError):
    """A table of the collection can't be read."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"The collection '{path}' is damaged: {what}. See what is whole with "
            f"'embedcurate verify' and bring it back with 'embedcurate repair'."
        )
        self.path = path


class DiskFull(CollectionError):
    """The disk that holds the collection is full."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The disk that holds '{path}' is full. What was stored before is safe; "
            "free some space and run it again."
        )
        self.path = path


class HardLinksUnsupported(CollectionError):
    """The file system lacks the hard links that the store's commits need."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The disk that holds '{path}' has no hard links (exFAT sticks and some network "
            "drives have none), and the store needs them. Choose a folder on another disk."
        )
        self.path = path


class SpaceMismatch(CollectionError):
    """The collection was made with another space or with other weights."""

    def __init__(self, path: Path, stored: str, asked: str) -> None:
        super().__init__(
            f"The collection '{path}' was made with the space '{stored}', not '{asked}'. "
            "Vectors of different spaces can't be compared: use that space, or another folder."
        )


class StorageMismatch(CollectionError):
    """The collection stores its vectors otherwise than is asked for."""

    def __init__(self, path: Path, stored: str, asked: str) -> None:
        super().__init__(
            f"The collection '{path}' stores its vectors as {stored}, not as {asked}: that was "
            "settled when it was made. Leave the storage away, or index into another folder."
        )


class UnknownItem(CollectionError):
    """The collection holds no item of that id."""

    def __init__(self, path: Path, item_id: str) -> None:
        super().__init__(
            f"The collection '{path}' has no item '{item_id}'. It may have been moved or removed "
            "since; search again."
        )
        self.path, self.item_id = path, item_id


class UnknownSelection(CollectionError):
    """The collection has no selection of that name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        close = get_close_matches(name, known, n=1)
        hint = f"There are: {', '.join(known)}." if known else "Save one with: embedcurate sample"
        hint = f"Did you mean '{close[0]}'?" if close else hint
        super().__init__(f"There is no selection '{name}'. {hint}")
        self.name = name
