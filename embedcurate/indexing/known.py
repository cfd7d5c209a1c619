"""What the collection held before a run, and which of it was met again."""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from embedcurate.collection.records import STALE
from embedcurate.items import Found, Outcome

__all__ = ["Known", "KnownItem"]


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item as the collection had it before the run."""

    id: str
    path: Path
    row: int | None
    modality: str
    size: int
    mtime_ns: int
    content: str | None
    outcome: Outcome
    reason: str | None
    caption: str | None
    label: str | None
    split: str | None

    @property
    def is_stale(self) -> bool:
        """Whether its vectors are not those of its bytes, and have to be made again."""
        return self.size == STALE

    def same_file(self, found: Found) -> bool:
        """Tell whether the file system says that the file is as it was."""
        return self.size == found.size and self.mtime_ns == found.mtime_ns

    @property
    def was_never_used(self) -> bool:
        """Whether there is no vector of it: it could not be used, and then it vanished."""
        return self.outcome is Outcome.MISSING and self.content is None

    def same_annotations(self, found: Found) -> bool:
        """Tell whether the sources say nothing new of the file; silence takes nothing back."""
        said = ((found.caption, self.caption), (found.label, self.label), (found.split, self.split))
        return all(new is None or new == old for new, old in said)


class Known:
    """The items of a collection by id, by size, by content and by path.

    Built from `Collection.known()`: about 500 bytes an item.
    """

    def __init__(self, table: pa.Table) -> None:
        # Every file of a run asks for its row: a table finds its columns much more slowly.
        self._columns = {name: table[name].combine_chunks() for name in table.column_names}
        self._rows = {id_: row for row, id_ in enumerate(self._columns["id"].to_pylist())}
        self._seen = np.zeros(len(self._rows), bool)
        self._sizes = frozenset(self._columns["size"].to_pylist())

    def get(self, id_: str) -> KnownItem | None:
        """Return the item of that id and note that it was met."""
        row = self._rows.get(id_)
        if row is None:
            return None
        self._seen[row] = True
        return self._item(row)

    def has_size(self, size: int) -> bool:
        """Tell whether some item has as many bytes: only then can it be the same file."""
        return size in self._sizes

    def with_content(self, content: str) -> list[KnownItem]:
        """Return the items whose vectors are those of these bytes."""
        return [self._item(row) for row in self._by_content.get(content, ())]

    def rows_of(self, path: Path) -> list[KnownItem]:
        """Return the items that are rows of the table at `path`."""
        return [self._item(row) for row in self._by_table.get(os.fsencode(path), ())]

    def see(self, id_: str) -> None:
        """Note that the item was met, or was moved away from."""
        self._seen[self._rows[id_]] = True

    def unseen(self) -> Iterator[KnownItem]:
        """Yield the items that were not met in this run."""
        for row in np.flatnonzero(~self._seen):
            yield self._item(int(row))

    @cached_property
    def _by_content(self) -> dict[str, list[int]]:
        found = defaultdict(list)
        outcomes = self._columns["outcome"].to_pylist()
        for row, content in enumerate(self._columns["content"].to_pylist()):
            if content is not None and outcomes[row] in (Outcome.OK, Outcome.MISSING):
                found[content].append(row)
        return dict(found)

    @cached_property
    def _by_table(self) -> dict[bytes, list[int]]:
        found = defaultdict(list)
        paths = self._columns["path_bytes"]
        for row, number in enumerate(self._columns["row"].to_pylist()):
            if number is not None:
                found[paths[row].as_py()].append(row)
        return dict(found)

    def _item(self, row: int) -> KnownItem:
        values = {name: column[row].as_py() for name, column in self._columns.items()}
        path = Path(os.fsdecode(values.pop("path_bytes")))
        return KnownItem(path=path, outcome=Outcome(values.pop("outcome")), **values)
