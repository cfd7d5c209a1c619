"""Sources that items can't be taken from, and files that can't be used."""

from pathlib import Path

from embedcurate.errors.base import EmbedcurateError

__all__ = [
    "DamagedMedium",
    "MediaError",
    "MediumMissing",
    "MediumTooLarge",
    "SourceError",
    "SourceNotFound",
    "UnreadableMedium",
    "UnreadableSource",
    "UnsupportedMedium",
    "UnusableVector",
]


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
