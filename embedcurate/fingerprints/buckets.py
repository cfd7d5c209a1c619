"""Which of many fingerprints share a key, and how pairs of them are compared: in bounded memory."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.progress import Progress, ignore

__all__ = ["EQUAL", "MOST", "Hashes", "Rows", "Table", "ascending", "mixed", "paired", "pairs"]

MOST = 32
"""With how many that follow it in its bucket, in the order given, a fingerprint is paired."""

EQUAL = 4
"""How many of equal fingerprints meet those that are not equal."""

Rows: TypeAlias = NDArray[np.int64]
Hashes: TypeAlias = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Table:
    """Keys (m,) that the fingerprints `rows` (m,) have; one may have many, in ascending rows.

    With `codes` (m,), a shared key counts only where the codes differ in at most `farthest` bits.
    """

    rows: Rows
    keys: Hashes
    codes: Hashes | None = None
    farthest: int = 0


def mixed(values: Hashes) -> Hashes:
    """Scatter 64-bit integers over all 64-bit integers, one to one (splitmix64: Steele 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    scattered: Hashes = values ^ (values >> np.uint64(31))
    return scattered


def pairs(
    prints: Sequence[bytes],
    tables: Callable[[list[bytes]], Iterator[Table]],
    *,
    count: int,
    progress: Progress = ignore,
) -> Rows:
    """Return the pairs of rows (m, 2) int64, i < j, sorted, that share a key in one of the tables.

    `tables` makes `count` of them. Two limits keep this from being n squared. Of equal
    fingerprints, only the first `EQUAL` meet others, and each of the rest is paired with those. In
    a bucket of more than `MOST`, each is paired with only the next `MOST`.
    """
    n = len(prints)
    equals: dict[bytes, list[int]] = {}
    meeting: list[int] = []
    codes: list[int] = []
    for row, one in enumerate(prints):
        if one:
            firsts = equals.setdefault(one, [])
            codes += [first * n + row for first in firsts]
            if len(firsts) < EQUAL:
                firsts.append(row)
                meeting.append(row)
    del equals
    met, found = np.array(meeting, np.int64), ascending(np.array(codes, np.int64))
    for number, table in enumerate(tables([prints[row] for row in meeting])):
        progress(number, count, "comparing fingerprints")
        parts = [found]
        for left, right in _sharing(table):
            rows = met[left], met[right]
            parts.append(np.minimum(*rows) * n + np.maximum(*rows))
        found = ascending(np.concatenate(parts))
    progress(count, count, "comparing fingerprints")
    return np.column_stack(np.divmod(found, max(n, 1)))


def ascending(codes: Rows) -> Rows:
    """Return the distinct ones in order; 30 times as fast as `numpy.unique`, which hashes them."""
    codes = np.sort(codes)
    return codes[np.diff(codes, prepend=-1) > 0]  # no code is negative


def _sharing(table: Table) -> Iterator[tuple[Rows, Rows]]:
    """Yield rows that stand one, two, ... places apart in a bucket of the table."""
    order = np.argsort(table.keys, kind="stable")
    keys, rows = table.keys[order], table.rows[order]
    codes = None if table.codes is None else table.codes[order]
    for step in range(1, MOST + 1):
        shared = np.flatnonzero(keys[step:] == keys[:-step])
        if not len(shared):
            return
        if codes is not None:
            apart = np.bitwise_count(codes[shared] ^ codes[shared + step])
            shared = shared[apart <= table.farthest]
        one, other = rows[shared], rows[shared + step]
        yield one[one != other], other[one != other]


def paired(
    compare: Callable[[list[bytes], list[bytes]], NDArray[np.float32]],
    first: Sequence[bytes],
    second: Sequence[bytes],
    *,
    chunk: int,
) -> NDArray[np.float32]:
    """Compare pairs of fingerprints `chunk` at a time; where one of a pair is empty, give 0.

    Which of a pair stands first makes no difference: they are put in the order of their bytes.
    """
    similar = np.zeros(len(first), np.float32)
    both = [sorted(pair) for pair in zip(first, second, strict=True)]
    full = [row for row, (lesser, _) in enumerate(both) if lesser]
    full.sort(key=lambda row: max(map(len, both[row])))  # as little padding as can be
    for start in range(0, len(full), chunk):
        rows = full[start : start + chunk]
        similar[rows] = compare([both[row][0] for row in rows], [both[row][1] for row in rows])
    return similar
