"""What the points' colours stand for: categories or a scale, for all rows of the items."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate import clauses
from embedcurate.filters import Compare, Filter, Is, Not, Tagged

from ..items import MODALITIES, Items, Rows, Tags, tag_counts

__all__ = [
    "FIRST_STEP",
    "KINDS",
    "NONE",
    "STEPS",
    "Codes",
    "Colouring",
    "Entry",
    "by_column",
    "by_modality",
    "by_number",
    "by_tag",
    "categories",
]

Codes: TypeAlias = NDArray[np.uint8]

NONE = 0
"""The code of what has no value."""
KINDS = 11
"""Codes 1 to 11 are the categories' colours; the palette's last is a grey, as that of `NONE`."""
FIRST_STEP, STEPS = 16, 64
"""Codes 16 to 79 are the steps of a scale."""

_MOST = 60  # entries of a legend; the others share one


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend.

    `code` is its colour, `count` how many points of the whole map it has, `clause` the filter that
    shows its items alone, empty if there is none.
    """

    text: str
    code: int
    count: int
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Colouring:
    """Colours for the rows of the items.

    codes : (len(items),) uint8
    entries : the legend's lines, of categories; lines : (len(items),) uint8, the one of each row
    low, high : what the ends of a scale stand for, in words; empty for categories
    lacking : a sentence about what has to be done first, if there is nothing to colour by
    """

    codes: Codes
    entries: tuple[Entry, ...] = ()
    low: str = ""
    high: str = ""
    lacking: str = ""
    lines: Codes | None = None

    def counts(self, rows: Rows) -> tuple[int, ...]:
        """Return how many of these rows each line stands for."""
        if self.lines is None:
            return ()
        found = np.bincount(self.lines[rows], minlength=len(self.entries))
        return tuple(found.tolist())

    @property
    def is_scale(self) -> bool:
        """Whether colours stand for numbers."""
        return bool(self.low or self.high)


def by_modality(items: Items, rows: Rows, names: Iterable[str]) -> Colouring:
    """Colour by modality; `names` are what the user calls the three."""
    counts = np.bincount(items.modality[rows], minlength=len(MODALITIES)).tolist()
    there = [code for code, count in enumerate(counts) if count]
    called = list(names)
    entries = tuple(
        Entry(
            called[code],
            code + 1,
            counts[code],
            clauses.write(Compare("modality", "=", MODALITIES[code])),
        )
        for code in there
    )
    line_of = np.zeros(len(MODALITIES), np.uint8)
    line_of[there] = np.arange(len(there))
    return Colouring(items.modality + np.uint8(1), entries, lines=line_of[items.modality])


def by_column(items: Items, rows: Rows, column: str, none: str, others: str) -> Colouring:
    """Colour by a column of strings, the commonest values first."""
    found = items.column(column).combine_chunks().dictionary_encode()
    values = found.dictionary.to_pylist()
    numbers = found.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return categories(
        numbers.astype(np.int64),
        rows,
        values,
        none,
        others,
        clause=lambda number: Compare(column, "=", values[number]),
        without=Not(Is("labelled")) if column == "label" else None,
    )


def by_tag(items: Items, rows: Rows, tags: Tags, none: str, others: str) -> Colouring:
    """Colour each item by the commonest of its tags."""
    counts = tag_counts(tags)
    values = sorted(counts, key=lambda tag: (-counts[tag], tag))
    place, last = {tag: number for number, tag in enumerate(values)}, len(values)
    numbers = np.array(
        [min((place.get(tag, last) for tag in every), default=last) for every in tags.distinct],
        np.int64,
    )[tags.codes]
    return categories(
        numbers,
        rows,
        values,
        none,
        others,
        clause=lambda number: Tagged(values[number]),
        without=Not(Is("tagged")),
    )


def categories(
    numbers: NDArray[np.int64],
    rows: Rows,
    names: list[str],
    none: str,
    others: str,
    *,
    clause: Callable[[int], Filter],
    without: Filter | None = None,
    colour_of: NDArray[np.uint8] | None = None,
) -> Colouring:
    """Colour by categories.

    numbers : (n,) int64, indices into `names`; `len(names)` stands for none
    rows : those that are counted
    clause, without : the filters that show one category, and what has none
    colour_of : (len(names),) uint8 codes; by default the commonest get the palette's colours, and
        those that come after share the last
    """
    counts = np.bincount(numbers[rows], minlength=len(names) + 1)
    order = np.argsort(-counts[:-1], kind="stable")
    order = order[counts[order] > 0]
    if colour_of is None:
        colour_of = np.full(len(names), KINDS, np.uint8)
        few = len(order) <= KINDS
        named = order if few else order[: KINDS - 1]
        colour_of[named] = np.arange(1, len(named) + 1)
    else:
        named = order[:_MOST]
    entries = [
        Entry(
            names[number],
            int(colour_of[number]),
            int(counts[number]),
            clauses.write(clause(number)),
        )
        for number in named.tolist()
    ]
    rest = order[len(named) :]
    line_of = np.zeros(len(names) + 1, np.uint8)
    line_of[named] = np.arange(len(named))
    line_of[rest] = len(named)
    if len(rest):
        text = others.format(len(rest))
        colours = set(colour_of[rest].tolist())
        code = colours.pop() if len(colours) == 1 else NONE
        entries.append(Entry(text, code, int(counts[rest].sum())))
    line_of[-1] = len(entries)
    if counts[-1]:
        entries.append(
            Entry(none, NONE, int(counts[-1]), "" if without is None else clauses.write(without))
        )
    codes = np.append(colour_of, np.uint8(NONE))[numbers]
    return Colouring(codes, tuple(entries), lines=line_of[numbers])


def by_number(values: NDArray[np.float64], written: Callable[[float], str]) -> Colouring:
    """Colour by a number of each row, NaN for none, on a scale between the 1st and 99th hundredth.

    written : writes a value for the legend
    """
    there = np.isfinite(values)
    codes = np.full(len(values), NONE, np.uint8)
    if not there.any():
        return Colouring(codes)
    low, high = np.quantile(values[there], (0.01, 0.99)).tolist()
    step = (values[there] - low) * ((STEPS - 1) / (high - low or 1.0))
    codes[there] = np.clip(step, 0, STEPS - 1).astype(np.uint8) + FIRST_STEP
    return Colouring(codes, low=written(low), high=written(high))
