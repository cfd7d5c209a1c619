"""Vectors by the key of a file, in little memory."""

import os
from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embedcurate.errors import MediaError, WeightsError
from embedcurate.items import Modality, item_id
from embedcurate.media.decoding import content_hash
from embedcurate.media.formats import EXTENSIONS
from embedcurate.spaces import rows
from embedcurate.spaces.encoder import Vectors

__all__ = ["Key", "Table"]


class Key(StrEnum):
    """What a table knows files by: their path, the id of their item, or the hash of their bytes."""

    PATH = "path"
    ID = "id"
    CONTENT = "content"


class Table:
    """Rows of vectors (n, d), of any real numbers, and whose they are.

    `names` are the keys, in the order of the rows; relative paths are taken from the file's folder.
    `said` are the modalities of the rows, where the table says so; else a path's suffix tells.
    """

    def __init__(
        self,
        file: Path,
        key: Key,
        names: Iterable[str],
        vectors: NDArray[np.floating],
        said: Sequence[str] | None = None,
    ) -> None:
        self._file = file
        self._folder = os.path.abspath(file.parent)  # noqa: PTH100 - as below
        self._key = key
        self._vectors = vectors
        self.dimension = int(vectors.shape[1])
        listed = [self._canonical(name) for name in names]
        if len(listed) != len(vectors):
            raise self._broken(f"it has {len(vectors)} vectors for {len(listed)} keys")
        if not listed:
            raise self._broken("it is empty")
        # 64 bits of a hash a key, sorted: eight bytes where a dictionary takes two hundred.
        hashes = np.array([_hash(name) for name in listed], np.uint64)
        self._order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._order]
        twice = np.flatnonzero(self._hashes[1:] == self._hashes[:-1])
        if len(twice):
            first, again = sorted(self._order[twice[0] : twice[0] + 2].tolist())
            why = f"its rows {first + 1} and {again + 1} are both for '{listed[again]}'"
            raise self._broken(why)
        self._kinds = self._modalities(listed, said)
        found = np.unique(self._kinds).tolist()
        known = list(Modality)
        self.modalities = frozenset(known if _ANY in found else [known[kind] for kind in found])

    def problem(self, path: Path, modality: Modality) -> str | None:
        """Say why the table gives a file no vector, as the clause of a sentence, or None."""
        try:
            row = self._row(path)
        except MediaError as error:
            return str(error)
        if row is None or self._kinds[row] not in (_ANY, list(Modality).index(modality)):
            return f"the table '{self._file.name}' has no row for this {self._key}"
        vector = self._vectors[row]
        if not np.isfinite(vector).all():
            return f"row {row + 1} of '{self._file.name}' is not finite"
        return None if vector.any() else f"row {row + 1} of '{self._file.name}' is all zeros"

    def unit_rows(self, paths: Sequence[Path]) -> Vectors:
        """Return the rows (n, d) of files that have no problem: float32, of length 1."""
        found = [row for path in paths if (row := self._row(path)) is not None]
        return rows.unit_rows(self._vectors[found])

    def _row(self, path: Path) -> int | None:
        wanted = np.uint64(_hash(self._key_of(path)))
        at = int(np.searchsorted(self._hashes, wanted))
        found = at < len(self._hashes) and self._hashes[at] == wanted
        return int(self._order[at]) if found else None

    def _key_of(self, path: Path) -> str:
        if self._key is Key.ID:
            return item_id(path)
        return content_hash(path) if self._key is Key.CONTENT else os.path.abspath(path)  # noqa: PTH100

    def _canonical(self, name: str) -> str:
        if self._key is not Key.PATH:
            return name.strip().lower()
        # A path may lead through "..", which Path keeps; and there may be a million of them.
        return os.path.normpath(os.path.join(self._folder, name))  # noqa: PTH118

    def _modalities(self, names: Sequence[str], said: Sequence[str] | None) -> NDArray[np.int8]:
        known = list(Modality)
        kinds = np.empty(len(names), np.int8)
        for row, name in enumerate(names):
            kind = said[row] if said is not None else None
            if said is not None and kind not in set(Modality):
                choices = ", ".join(Modality)
                raise self._broken(f"the modality of its row {row + 1} is '{kind}', not {choices}")
            if kind is None and self._key is Key.PATH:
                kind = EXTENSIONS.get(os.path.splitext(name)[1].lower())  # noqa: PTH122 - a million
                if kind is None:
                    raise self._broken(f"its row {row + 1}, '{name}', is of no known kind of file")
            kinds[row] = _ANY if kind is None else known.index(Modality(kind))
        return kinds

    def _broken(self, why: str) -> WeightsError:
        return WeightsError(f"'{self._file}' can't be used as vectors: {why}. Write it again.")


_ANY = -1  # the kind of a row of which nothing says what it is


def _hash(name: str) -> int:
    return int.from_bytes(blake2b(os.fsencode(name), digest_size=8).digest(), "big")
