"""The frozen records that the rooms exchange."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

__all__ = [
    "FIGURES",
    "ISSUES",
    "Facts",
    "Found",
    "Item",
    "Modality",
    "Outcome",
    "Segment",
    "item_id",
]


class Modality(StrEnum):
    """What kind of medium an item is."""

    IMAGE = "image"
    TEXT = "text"
    AUDIO = "audio"


FIGURES: Mapping[Modality, tuple[str, ...]] = {
    Modality.IMAGE: (
        "sharpness", "dark_level", "bright_level", "entropy", "saturation", "jpeg_quality",
        "frames",
    ),
    Modality.AUDIO: (
        "peak", "rms_db", "silence", "clipping", "dc_offset", "balance_db", "side_db",
        "bandwidth_hz", "played",
    ),
    Modality.TEXT: ("words", "repetition", "gibberish_ratio", "damage"),
}  # fmt: skip
"""What decoding measures of each modality's signal; `embedcurate.figures` says how."""

ISSUES: Mapping[Modality, tuple[str, ...]] = {
    Modality.IMAGE: (
        "blurred", "dark", "bright", "low-information", "odd-size", "odd-aspect", "near-greyscale",
        "jpeg-crushed", "animated",
    ),
    Modality.AUDIO: (
        "silent", "clipped", "dc-offset", "one-sided", "fake-stereo", "band-limited", "truncated",
        "very-short",
    ),
    Modality.TEXT: ("near-empty", "repeated", "gibberish", "wrong-language", "encoding-damage"),
}  # fmt: skip
"""What the quality check looks for; each is a state that filters know, as in ``is:blurred``."""


class Outcome(StrEnum):
    """What became of a file: each file has exactly one."""

    OK = "ok"
    SKIPPED = "skipped"
    FAILED = "failed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a long item: seconds of a sound, characters of a text.

    `end` is exclusive.
    """

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Found:
    """A file that a source named, as the file system describes it; nothing of it was read.

    `mtime_ns` is the newer one of the file and its sidecar, so that a changed caption is noticed.
    `caption`, `label` and `split` come from tables or from the folders' names, where they are
    asked for; `sidecar` is a caption file beside the medium.
    """

    path: Path
    modality: Modality
    size: int
    mtime_ns: int
    caption: str | None = None
    label: str | None = None
    split: str | None = None
    sidecar: Path | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What decoding learnt of a medium; None where it does not apply to the modality.

    `figures` are those of `FIGURES` that could be measured; `fingerprint` is what
    `embedcurate.fingerprints` makes of the medium, by which re-encoded copies are recognised.
    """

    format: str
    width_px: int | None = None
    height_px: int | None = None
    duration_s: float | None = None
    rate_hz: int | None = None
    channels: int | None = None
    characters: int | None = None
    note: str | None = None
    language: str | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
    fingerprint: bytes | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One file, or one row of a text table, as the collection keeps it.

    `row` is the zero-based row in a table of texts, None for a file that is one item.
    `content` is the blake3 of the bytes (of the row's text for a row), in hex; None if unread.
    """

    id: str
    path: Path
    modality: Modality
    size: int
    mtime_ns: int
    outcome: Outcome
    row: int | None = None
    reason: str | None = None
    content: str | None = None
    facts: Facts = field(default_factory=lambda: Facts(format=""))
    caption: str | None = None
    label: str | None = None
    split: str | None = None


def item_id(path: Path, row: int | None = None) -> str:
    """Return the id of the item at `path`: 32 hex digits that depend on the path's bytes alone."""
    key = os.fsencode(path) if row is None else os.fsencode(path) + b"\0%d" % row
    return hashlib.blake2b(key, digest_size=16).hexdigest()
