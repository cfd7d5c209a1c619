"""One immutable block of a resident copy: vectors, their int8 codes, ids and checksums."""

import json
import mmap
import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embedcurate.collection.scan import quantise_rows
from embedcurate.collection.storage import Stored, unit

__all__ = ["Listing", "Part", "read_part", "write_part"]

Rows: TypeAlias = NDArray[np.int64]
Batch: TypeAlias = tuple[Rows, Stored]
"""Positions in a listing and the vectors that belong there, (m,) and (m, d), as they are stored."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a table says of its rows, without their vectors; (n,) each, in one order."""

    ids: NDArray[np.bytes_]
    modalities: NDArray[np.str_]
    checksums: Rows

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Rows) -> "Listing":
        """Return the listing of some rows, in their order."""
        return Listing(self.ids[rows], self.modalities[rows], self.checksums[rows])


@dataclass(frozen=True, slots=True)
class Part:
    """Rows grouped by modality; read-only, in memory or mapped from disk.

    `codes`, `scales` and `errors` are those of `scan.quantise_rows`; None in a copy that is not
    scanned. Vectors that are stored as int8 are codes already, and lie there once. `reach` is the
    largest norm of a row.
    """

    vectors: Stored
    codes: NDArray[np.int8] | None
    scales: NDArray[np.float32] | None
    errors: NDArray[np.float32] | None
    ids: NDArray[np.bytes_]
    checksums: Rows
    blocks: Mapping[str, tuple[int, int]]
    reach: float
    mapping: mmap.mmap | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def modalities(self) -> NDArray[np.str_]:
        """The modality of each row, (n,)."""
        names = np.array(list(self.blocks), dtype=str)
        return np.repeat(names, [stop - start for start, stop in self.blocks.values()])

    def release(self) -> None:
        """Give the memory of the pages of `vectors` back; they are read from disk again."""
        if self.mapping is not None and hasattr(self.mapping, "madvise"):
            self.mapping.madvise(mmap.MADV_DONTNEED)


_FLOATS = np.dtype(np.float32)


class _Column:
    """An array that is filled out of order, in a file or in memory.

    A file is written, not mapped: on a full disk a write fails with an error, a mapping kills the
    process.
    """

    def __init__(self, folder: Path | None, name: str, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape, self.dtype = shape, np.dtype(dtype)
        self._row_bytes = self.dtype.itemsize * int(np.prod(shape[1:]))
        self._memory = np.zeros(shape, self.dtype) if folder is None else None
        if folder is not None:
            self._file = (folder / f"{name}.npy").open("wb")
            header = {"descr": self.dtype.str, "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(self._file, header)
            self._start = self._file.tell()

    def put(self, at: int, rows: NDArray[Any]) -> None:
        if self._memory is not None:
            self._memory[at : at + len(rows)] = rows
            return
        self._file.seek(self._start + at * self._row_bytes)
        self._file.write(np.ascontiguousarray(rows, self.dtype).tobytes())

    def finish(self) -> NDArray[Any] | None:
        """Return the array if it is in memory; else make sure that it is on the disk."""
        if self._memory is not None:
            self._memory.flags.writeable = False
            return self._memory
        self._file.flush()
        os.fsync(self._file.fileno())
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        if self._memory is None:
            self._file.close()


def write_part(
    listing: Listing,
    batches: Iterable[Batch],
    *,
    dimension: int,
    dtype: np.dtype[Any] = _FLOATS,
    coded: bool,
    folder: Path | None,
) -> Part:
    """Lay the rows of `listing` out by modality; into `folder`, or into memory if it is None.

    `batches` bring the vectors of all rows, each row once, in any order. `coded` adds the int8
    codes. A full or read-only disk raises the `OSError` that the system gives.
    """
    names, kinds = np.unique(listing.modalities, return_inverse=True)
    by_modality = np.argsort(kinds, kind="stable")
    place = np.empty(len(listing), np.int64)
    place[by_modality] = np.arange(len(listing))
    stops = np.cumsum(np.bincount(kinds, minlength=len(names)))
    blocks = {
        str(name): (int(stop - size), int(stop))
        for name, size, stop in zip(names, np.diff(stops, prepend=0), stops, strict=True)
    }

    shapes: dict[str, tuple[tuple[int, ...], Any]] = {
        "vectors": ((len(listing), dimension), dtype),
        "ids": ((len(listing),), listing.ids.dtype),
        "checksums": ((len(listing),), np.int64),
    }
    if coded:
        if dtype != np.int8:
            shapes["codes"] = ((len(listing), dimension), np.int8)
        shapes["scales"] = shapes["errors"] = ((len(listing),), np.float32)
    if folder is not None:
        folder.mkdir(parents=True)

    reach = 0.0
    with ExitStack() as opened:
        columns = {
            name: opened.enter_context(_Column(folder, name, shape, dtype))
            for name, (shape, dtype) in shapes.items()
        }
        columns["ids"].put(0, listing.ids[by_modality])
        columns["checksums"].put(0, listing.checksums[by_modality])
        for rows, vectors in batches:
            reach = max(reach, float(np.linalg.norm(unit(vectors), axis=1).max(initial=0.0)))
            for start, some in _runs(place[rows], vectors):
                columns["vectors"].put(start, some)
                if coded:
                    codes, scales, errors = quantise_rows(unit(some))
                    if "codes" in columns:
                        columns["codes"].put(start, codes)
                    columns["scales"].put(start, scales)
                    columns["errors"].put(start, errors)
        arrays = {name: column.finish() for name, column in columns.items()}

    if folder is not None:
        facts = {"blocks": blocks, "reach": reach, "coded": coded}
        (folder / "part.json").write_text(json.dumps(facts), encoding="utf-8")
        return read_part(folder)
    optional = {name: arrays.pop(name, None) for name in ("codes", "scales", "errors")}
    if coded and dtype == np.int8:
        optional["codes"] = arrays["vectors"]
    return Part(**arrays, **optional, blocks=blocks, reach=reach)  # type: ignore[arg-type]


def read_part(folder: Path) -> Part:
    """Map the part in `folder`. A part that is not all there raises `OSError` or `ValueError`."""
    facts = json.loads((folder / "part.json").read_text(encoding="utf-8"))
    vectors, mapping = _map(folder / "vectors.npy")
    are_codes = vectors.dtype == np.int8  # they are read from one end to the other, and stay
    if hasattr(mapping, "madvise") and not are_codes:
        mapping.madvise(mmap.MADV_RANDOM)
    coded: dict[str, NDArray[Any] | None] = dict.fromkeys(("codes", "scales", "errors"))
    if facts["coded"]:
        coded = {
            name: vectors if name == "codes" and are_codes else _map(folder / f"{name}.npy")[0]
            for name in coded
        }
    return Part(
        vectors=vectors,
        **coded,
        ids=_map(folder / "ids.npy")[0],
        checksums=_map(folder / "checksums.npy")[0],
        blocks={name: (start, stop) for name, (start, stop) in facts["blocks"].items()},
        reach=facts["reach"],
        mapping=None if are_codes else mapping,
    )


def _map(path: Path) -> tuple[NDArray[Any], mmap.mmap]:
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        mapping = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        count = int(np.prod(shape))
        return np.frombuffer(mapping, dtype, count, offset=file.tell()).reshape(shape), mapping


def _runs(places: Rows, vectors: Stored) -> Iterable[tuple[int, Stored]]:
    """Yield the vectors in runs that lie side by side: (first place, vectors)."""
    order = np.argsort(places, kind="stable")
    places = places[order]
    cuts = np.flatnonzero(np.diff(places) != 1) + 1
    for run in np.split(np.arange(len(places)), cuts):
        if len(run):
            yield int(places[run[0]]), vectors[order[run]]
