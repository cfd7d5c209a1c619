"""What can be exported, and what keeps items of a split together."""

from enum import StrEnum
from pathlib import Path

from embedcurate.errors import ExportError
from embedcurate.items import Modality

__all__ = ["COPYING", "LISTS", "TAKES", "Format", "SplitBy", "format_of"]


class Format(StrEnum):
    """A kind of list (one file, one row an item) or of folder."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    TXT = "txt"
    IMAGEFOLDER = "imagefolder"
    AUDIOFOLDER = "audiofolder"
    WEBDATASET = "webdataset"
    COCO = "coco"
    LABELSTUDIO = "labelstudio"
    COPY = "copy"
    SYMLINK = "symlink"

    @property
    def is_list(self) -> bool:
        """Whether it is one file."""
        return self in LISTS

    @property
    def takes(self) -> frozenset[Modality]:
        """The modalities that it can hold."""
        return TAKES.get(self, frozenset(Modality))

    @property
    def copies(self) -> bool:
        """Whether it holds the bytes of the originals."""
        return self in COPYING


class SplitBy(StrEnum):
    """What beside duplicates decides on splits."""

    GROUP = "group"
    CLUSTER = "cluster"
    LABEL = "label"


LISTS = frozenset({Format.CSV, Format.JSONL, Format.PARQUET, Format.TXT})
"""The formats that are one file."""

COPYING = frozenset(
    {Format.IMAGEFOLDER, Format.AUDIOFOLDER, Format.WEBDATASET, Format.COCO, Format.COPY}
)
"""The formats that hold the bytes of the originals."""

TAKES = {
    Format.IMAGEFOLDER: frozenset({Modality.IMAGE}),
    Format.COCO: frozenset({Modality.IMAGE}),
    Format.AUDIOFOLDER: frozenset({Modality.AUDIO}),
}
"""The modalities of formats that don't take all of them."""


def format_of(path: Path) -> Format:
    """Return the kind of list that the suffix of `path` stands for."""
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in LISTS:
        raise ExportError(f"'{path}' does not say what to write. Add --format {'|'.join(Format)}.")
    return Format(suffix)
