"""Which of several copies stays, by rules in an order that the user may change, and why."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embedcurate.collection.catalogue import Catalogue
from embedcurate.duplicates.grouping import Rows

__all__ = ["RULES", "Merits", "Rule", "merits"]


class Rule(StrEnum):
    """What makes one of two copies the better one."""

    MARKS = "marks"
    """Picked before unflagged before rejected; then the more stars."""
    FOLDER = "folder"
    """In a preferred folder, the first ones before the others."""
    DURATION = "duration"
    """Longer, by at least half a second."""
    RESOLUTION = "resolution"
    """More pixels; a higher sampling rate times channels."""
    LENGTH = "length"
    """More characters."""
    LOSSLESS = "lossless"
    """In a format that keeps every pixel or sample."""
    DETAIL = "detail"
    """More bytes a pixel, or a second: less was lost to compression."""
    OLDER = "older"
    """Changed last at an earlier time."""
    NAME = "name"
    """Not named as a copy; then a shorter name."""


RULES = tuple(Rule)
"""The rules in the order in which they are asked unless the user says otherwise."""

_LOSSLESS = frozenset({"png", "tiff", "bmp", "ppm", "tga", "qoi", "flac", "wav", "aiff", "alac"})
_COPY = re.compile(r"\bcopy\b|\bkopie\b|\bcopie\b|\(\d+\)|~$|_edited$", re.IGNORECASE)
_COLUMNS = (
    "pick", "stars", "path", "width_px", "height_px", "rate_hz", "channels", "duration_s",
    "characters", "size", "format", "mtime_ns",
)  # fmt: skip

Values: TypeAlias = NDArray[np.float64]
Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Merits:
    """Items, what the rules look at, and how they stand by each rule: (n,), the more the better."""

    rows: Rows
    columns: pa.Table
    values: Mapping[Rule, Values]

    def places(self) -> Rows:
        """Return the place of each item in the order of preference; equals are in that of ids."""
        order = np.lexsort(
            [self.rows, *(-self.values[rule] for rule in reversed(list(self.values)))]
        )
        places = np.empty(len(order), np.int64)
        places[order] = np.arange(len(order))
        return places

    def reasons(self, items: Rows, others: Rows) -> list[str]:
        """Say what made the difference between each item and the other one."""
        deciding: list[Rule | None] = [None] * len(items)
        open_ = np.arange(len(items))
        for rule, values in self.values.items():
            differ = values[items[open_]] != values[others[open_]]
            for at in open_[differ].tolist():
                deciding[at] = rule
            open_ = open_[~differ]
        needed = np.unique(np.concatenate([items, others]))
        rows = self.columns.take(pa.array(needed)).to_pylist()
        shown = dict(zip(needed.tolist(), rows, strict=True))
        return [
            "equal by every rule"
            if rule is None
            else f"{_WORDS[rule](shown[item])} against {_WORDS[rule](shown[other])}"
            for rule, item, other in zip(deciding, items.tolist(), others.tolist(), strict=True)
        ]


def merits(
    catalogue: Catalogue,
    rows: Rows,
    *,
    rules: Sequence[Rule] = RULES,
    folders: Sequence[Path] = (),
) -> Merits:
    """Look at the items in `rows` of the catalogue; of `folders` the first is preferred most."""
    places = pa.array(rows)
    columns = pa.table({name: catalogue.column(name).take(places) for name in _COLUMNS})
    columns = columns.append_column("folder", pa.array(_folders(columns["path"], folders)))
    return Merits(rows, columns, {rule: _VALUES[rule](columns) for rule in rules})


def _numbers(columns: pa.Table, name: str) -> Values:
    values: Values = columns[name].cast(pa.float64(), safe=False).to_numpy()
    return np.nan_to_num(values, nan=0.0)


def _folders(paths: pa.ChunkedArray, folders: Sequence[Path]) -> NDArray[np.int32]:
    found = np.full(len(paths), len(folders), np.int32)
    if folders:
        wanted = [folder.absolute() for folder in folders]
        for row, path in enumerate(paths.to_pylist()):
            parents = PurePath(path).parents
            found[row] = next(
                (at for at, folder in enumerate(wanted) if folder in parents), len(folders)
            )
    return found


def _marks(columns: pa.Table) -> Values:
    picks = columns["pick"].cast(pa.string()).to_numpy()
    flags = np.where(picks == "pick", 10.0, np.where(picks == "reject", -10.0, 0.0))
    return flags + _numbers(columns, "stars")


def _resolution(columns: pa.Table) -> Values:
    pixels = _numbers(columns, "width_px") * _numbers(columns, "height_px")
    return pixels + _numbers(columns, "rate_hz") * _numbers(columns, "channels")


def _detail(columns: pa.Table) -> Values:
    pixels = _numbers(columns, "width_px") * _numbers(columns, "height_px")
    extent = np.where(pixels > 0, pixels, _numbers(columns, "duration_s"))
    return np.where(extent > 0, _numbers(columns, "size") / np.maximum(extent, 1e-9), 0)


def _lossless(columns: pa.Table) -> Values:
    formats = columns["format"].cast(pa.string()).to_pylist()
    return np.array([(name or "").lower() in _LOSSLESS for name in formats], np.float64)


def _name(columns: pa.Table) -> Values:
    stems = (PurePath(path).stem for path in columns["path"].to_pylist())
    return np.array([-len(stem) - 1000 * bool(_COPY.search(stem)) for stem in stems], np.float64)


_VALUES: Mapping[Rule, Callable[[pa.Table], Values]] = {
    Rule.MARKS: _marks,
    Rule.FOLDER: lambda columns: -_numbers(columns, "folder"),
    Rule.DURATION: lambda columns: np.round(_numbers(columns, "duration_s") * 2),
    Rule.RESOLUTION: _resolution,
    Rule.LENGTH: lambda columns: _numbers(columns, "characters"),
    Rule.LOSSLESS: _lossless,
    Rule.DETAIL: _detail,
    Rule.OLDER: lambda columns: -np.floor(_numbers(columns, "mtime_ns") / 1e9),
    Rule.NAME: _name,
}


def _marks_words(row: Row) -> str:
    flag = {"pick": "picked", "reject": "rejected"}.get(row["pick"])
    stars = f"{row['stars']} star{'s' * (row['stars'] != 1)}" if row["stars"] else None
    return ", ".join(filter(None, (flag, stars))) or "no marks"


def _resolution_words(row: Row) -> str:
    if row["width_px"]:
        return f"{row['width_px']}x{row['height_px']}"
    sides = {1: "mono", 2: "stereo"}.get(row["channels"], f"in {row['channels']} channels")
    return f"{(row['rate_hz'] or 0) / 1000:g} kHz {sides}"


def _detail_words(row: Row) -> str:
    if row["width_px"]:
        return f"{row['size'] / (row['width_px'] * row['height_px']):.2f} bytes a pixel"
    return f"{row['size'] / max(row['duration_s'] or 0, 1e-9) / 1000:.1f} kB a second"


def _older_words(row: Row) -> str:
    when = datetime.fromtimestamp(row["mtime_ns"] / 1e9, UTC)
    return f"changed {when.isoformat(sep=' ', timespec='seconds')[:-6]}"


_WORDS: Mapping[Rule, Callable[[Row], str]] = {
    Rule.MARKS: _marks_words,
    Rule.FOLDER: lambda row: f"in '{PurePath(row['path']).parent}'",
    Rule.DURATION: lambda row: f"{row['duration_s'] or 0:.1f} s",
    Rule.RESOLUTION: _resolution_words,
    Rule.LENGTH: lambda row: f"{row['characters'] or 0} characters",
    Rule.LOSSLESS: lambda row: str(row["format"]),
    Rule.DETAIL: _detail_words,
    Rule.OLDER: _older_words,
    Rule.NAME: lambda row: f"'{PurePath(row['path']).name}'",
}
