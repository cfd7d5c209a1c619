"""The exceptions that embedcurate raises on purpose.

Every message is a sentence that says what happened, to which file or setting, and what to do.

    EmbedcurateError
    ├── Cancelled                   the user stopped the work
    ├── SourceError                 a folder, list or table that items come from
    │   ├── SourceNotFound
    │   └── UnreadableSource
    ├── MediaError                  one file that can't be used: an outcome, never the end of a run
    │   ├── UnsupportedMedium       not a picture, sound or text that we read: outcome `skipped`
    │   ├── DamagedMedium           outcome `failed`
    │   ├── MediumTooLarge          over a limit that keeps memory bounded: outcome `failed`
    │   ├── UnusableVector          its encoder gave no unit vector: outcome `failed`
    │   └── UnreadableMedium        the disk or its permissions are in the way: outcome `failed`
    │       └── MediumMissing       it vanished since it was found: outcome `missing`
    ├── SpaceError                  encoders and their weights
    │   ├── UnknownSpace
    │   ├── SpaceUnavailable
    │   ├── SpaceOptionError
    │   ├── DeviceError
    │   ├── WeightsError            a file of weights that can't be used, or can't be fetched
    │   ├── BridgeError             texts that two spaces can't be aligned by
    │   └── NoRoute
    ├── CollectionError             the store
    │   ├── NotACollection
    │   ├── FolderNotEmpty
    │   ├── CollectionVersionError
    │   ├── CollectionLocked
    │   ├── CollectionReadOnly
    │   ├── CollectionDamaged
    │   ├── DiskFull
    │   ├── HardLinksUnsupported
    │   ├── SpaceMismatch
    │   ├── UnknownItem
    │   └── UnknownSelection
    ├── QueryError                  a query or filter that can't be understood
    │   └── UnknownFilter
    ├── ResultMissing               a filter that needs an analysis which has not been run
    ├── RecipeError                 a recipe that can't be read
    │   └── RecipeNeeds             it names a run, tag or item that the collection lacks
    └── ExportError
        └── TargetExists
"""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

__all__ = [
    "BridgeError",
    "Cancelled",
    "CollectionDamaged",
    "CollectionError",
    "CollectionLocked",
    "CollectionReadOnly",
    "CollectionVersionError",
    "DamagedMedium",
    "DeviceError",
    "DiskFull",
    "EmbedcurateError",
    "ExportError",
    "FolderNotEmpty",
    "HardLinksUnsupported",
    "MediaError",
    "MediumMissing",
    "MediumTooLarge",
    "NoRoute",
    "NotACollection",
    "QueryError",
    "RecipeError",
    "RecipeNeeds",
    "ResultMissing",
    "SourceError",
    "SourceNotFound",
    "SpaceError",
    "SpaceMismatch",
    "SpaceOptionError",
    "SpaceUnavailable",
    "TargetExists",
    "UnknownFilter",
    "UnknownItem",
    "UnknownSelection",
    "UnknownSpace",
    "UnreadableMedium",
    "UnreadableSource",
    "UnsupportedMedium",
    "UnusableVector",
    "WeightsError",
]


class EmbedcurateError(Exception):
    """Root of every error that a user can act on."""


class Cancelled(EmbedcurateError):
    """The user stopped the work; what was finished before is kept."""

    def __init__(self) -> None:
        super().__init__("Stopped. What was finished before is kept; run it again to go on.")


class SourceError(EmbedcurateError):
    """A source that items can't be taken from."""


class SourceNotFound(SourceError):
    """The source named by the user does not exist."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"There is no file or folder '{path}'. Check the path and try again.")
        self.path = path


class UnreadableSource(SourceError):
    """The source exists but can't be read as a folder, list or table."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"'{path}' can't be used as a source: {why}.")
        self.path = path


class MediaError(EmbedcurateError):
    """One file that can't be used. Indexing stores it as that file's outcome and goes on."""


class UnsupportedMedium(MediaError):
    """The file is of a kind that embedcurate does not read."""


class DamagedMedium(MediaError):
    """The file is of a known kind but its content is broken."""


class MediumTooLarge(MediaError):
    """Decoding the file would take more memory or time than the limits allow."""


class UnreadableMedium(MediaError):
    """The file is there but can't be opened or read: permissions, or a failing disk."""


class MediumMissing(UnreadableMedium):
    """The file vanished between being found and being read."""


class UnusableVector(MediaError):
    """An encoder returned something that can't be stored as the medium's unit vector."""

    def __init__(self, item_id: str, path: Path, why: str) -> None:
        super().__init__(f"The space gave no usable vector for '{path}': {why}.")
        self.item_id, self.path = item_id, path


class SpaceError(EmbedcurateError):
    """A space or one of its encoders can't be used."""


class UnknownSpace(SpaceError):
    """No installed plugin provides the space asked for."""

    def __init__(self, name: str, installed: Iterable[str]) -> None:
        installed = sorted(installed)
        close = get_close_matches(name, installed, n=1)
        hint = f"Did you mean '{close[0]}'?" if close else f"Installed: {', '.join(installed)}."
        super().__init__(f"No space named '{name}' is installed. {hint}")
        self.name = name


class SpaceUnavailable(SpaceError):
    """The space is installed but can't be loaded."""

    def __init__(self, name: str, missing: str, remedy: str) -> None:
        super().__init__(f"The space '{name}' can't be loaded: {missing}. {remedy}")
        self.name = name


class SpaceOptionError(SpaceError):
    """A model or an option that the space does not take."""

    def __init__(self, name: str, given: str, takes: Iterable[str]) -> None:
        known = sorted(takes)
        hint = f"It takes: {', '.join(known)}." if known else "Use its name alone."
        super().__init__(f"The space '{name}' does not take '{given}'. {hint}")


class DeviceError(SpaceError):
    """The device that is asked for is not in this machine."""

    def __init__(self, asked: str, here: Iterable[str]) -> None:
        super().__init__(f"There is no device '{asked}' here. There is: {', '.join(here)}.")


class WeightsError(SpaceError):
    """A file of weights is damaged, is of another model, or can't be fetched."""


class BridgeError(SpaceError):
    """Two spaces can't be aligned by these anchors."""


class NoRoute(SpaceError):
    """The space has no channel in which the query and the items can be compared."""

    def __init__(self, space: str, query: str, item: str) -> None:
        super().__init__(
            f"The space '{space}' can't compare a query that is {query} with items that are {item}."
        )


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


class QueryError(EmbedcurateError):
    """The query can't be understood. `position` counts the characters before the trouble."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message + ("" if position is None else f" (At character {position + 1}.)"))
        self.position = position


class UnknownFilter(QueryError):
    """The query filters by a key that does not exist."""

    def __init__(self, key: str, known: Iterable[str], position: int | None = None) -> None:
        known = sorted(known)
        close = get_close_matches(key, known, n=1)
        hint = f"Did you mean '{close[0]}:'?" if close else f"Known: {', '.join(known)}."
        super().__init__(f"There is no filter '{key}:'. {hint}", position)
        self.key = key


class ResultMissing(EmbedcurateError):
    """A filter or verb needs the result of an analysis that has not been run."""

    def __init__(self, what: str, command: str) -> None:
        super().__init__(f"This collection has no {what} yet. Run: embedcurate {command}")


class RecipeError(EmbedcurateError):
    """A recipe can't be read."""

    def __init__(self, name: Path | str, why: str) -> None:
        super().__init__(f"'{name}' can't be used as a recipe: {why}.")


class RecipeNeeds(RecipeError):
    """A recipe names a run, tag or item that the collection lacks."""

    def __init__(self, what: str, remedy: str) -> None:
        EmbedcurateError.__init__(
            self, f"The recipe needs {what}, which this collection does not have. {remedy}"
        )
        self.what = what


class ExportError(EmbedcurateError):
    """A list or folder can't be exported."""


class TargetExists(ExportError):
    """The export would overwrite something."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"'{path}' exists already. Name another target or add --overwrite.")
        self.path = path
